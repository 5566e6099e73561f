// SPDX-License-Identifier: MIT
// Replaces the chat service: commands are lines over TCP, so that `nc` can play the user.
#pragma once

#include <tasks/tasks.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/address_v4.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <string>
#include <string_view>

class bot {
public:
    /// Answers a line. The reply may have several lines.
    using command_handler = std::function<std::string(std::string_view)>;

    bot(asio::io_context& io, unsigned short port)
        : acceptor_{io, {asio::ip::address_v4::loopback(), port}}
        , ready_{io, asio::steady_timer::time_point::max()}
    {
    }

    /// Starts to serve clients, until the context stops.
    void serve(command_handler handler);
    /// Completes when the bot serves.
    asio::awaitable<void> async_ready();

private:
    asio::awaitable<void> accept_clients();
    asio::awaitable<void> talk_to(asio::ip::tcp::socket client);

    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer ready_; // expires when the bot is ready
    command_handler handler_;
};
