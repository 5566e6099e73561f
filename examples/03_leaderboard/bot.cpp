// SPDX-License-Identifier: MIT
#include "bot.hpp"

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/error.hpp>
#include <asio/error_code.hpp>
#include <asio/read_until.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <fmt/core.h>
#include <utility>

using namespace std::chrono_literals;
using asio::ip::tcp;

void bot::serve(command_handler handler)
{
    handler_ = std::move(handler);
    asio::co_spawn(acceptor_.get_executor(), accept_clients(), asio::detached);
    fmt::print("Listening on 127.0.0.1:{}\n", acceptor_.local_endpoint().port());
    ready_.expires_at(asio::steady_timer::time_point::min());
}

asio::awaitable<void> bot::async_ready()
{
    asio::error_code ignored; // operation_aborted, because the timer was set to expire at once
    co_await ready_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> bot::accept_clients()
{
    for (;;) {
        asio::error_code failed;
        tcp::socket client =
            co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (failed) // for example, because no descriptor is left; wait for one
            co_await tasks::async_sleep_for(100ms);
        else
            asio::co_spawn(acceptor_.get_executor(), talk_to(std::move(client)), asio::detached);
    }
}

asio::awaitable<void> bot::talk_to(tcp::socket client)
{
    constexpr std::size_t longest_line = 200;
    std::string input;
    bool skipping = false; // the rest of a line that was too long
    for (asio::error_code failed; !failed;) {
        auto const length =
            co_await asio::async_read_until(client, asio::dynamic_buffer(input, longest_line), '\n',
                                            asio::redirect_error(asio::use_awaitable, failed));
        std::string reply;
        if (failed == asio::error::not_found) {
            if (!std::exchange(skipping, true))
                reply = "That line is too long.\n";
            input.clear();
            failed.clear();
        } else if (failed) {
            break; // the client has disconnected
        } else {
            std::string_view line{input.data(), length - 1};
            if (line.ends_with('\r'))
                line.remove_suffix(1);
            if (!std::exchange(skipping, false))
                reply = handler_(line);
            input.erase(0, length);
        }
        co_await asio::async_write(client, asio::buffer(reply),
                                   asio::redirect_error(asio::use_awaitable, failed));
    }
}
