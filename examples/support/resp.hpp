// SPDX-License-Identifier: MIT
// The part of the Redis protocol that example 05 needs.
#pragma once

#include <tasks/tasks.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/error_code.hpp>
#include <asio/ip/address_v4.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace resp {

/// A connection to a server on this machine, opened on first use.
class connection {
public:
    connection(asio::any_io_executor executor, unsigned short port)
        : socket_{executor}
        , server_{asio::ip::address_v4::loopback(), port}
    {
    }

    /// Sends an encoded command and returns the reply, which must be a single line. After an exception the
    /// connection is closed.
    asio::awaitable<std::string> command(std::string_view encoded)
    {
        try {
            co_return co_await exchange(encoded);
        } catch (...) {
            asio::error_code ignored;
            socket_.close(ignored);
            input_.clear();
            throw;
        }
    }

private:
    asio::awaitable<std::string> exchange(std::string_view encoded)
    {
        if (!socket_.is_open())
            co_await socket_.async_connect(server_, asio::use_awaitable);
        co_await asio::async_write(socket_, asio::buffer(encoded), asio::use_awaitable);
        auto const length = co_await asio::async_read_until(socket_, asio::dynamic_buffer(input_, 1000),
                                                            "\r\n", asio::use_awaitable);
        std::string const reply = input_.substr(0, length - 2);
        input_.erase(0, length);

        if (reply.starts_with("-LOADING")) // the server is reading its data
            throw std::system_error{std::make_error_code(std::errc::resource_unavailable_try_again)};
        if (!reply.starts_with('+') && !reply.starts_with(':'))
            throw std::runtime_error{"unexpected reply: " + reply};
        co_return reply.substr(1);
    }

    asio::ip::tcp::socket socket_;
    asio::ip::tcp::endpoint server_;
    std::string input_;
};

} // namespace resp
