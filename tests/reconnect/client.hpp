// SPDX-License-Identifier: MIT
#pragma once

// A minimal client of a Redis server: one connection, opened when it is needed and closed after any error.

#include "net.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace reconnect {

class client {
public:
    client(asio::any_io_executor const& executor, unsigned short port, std::chrono::nanoseconds patience)
        : socket_{executor}
        , server_{on_this_machine(port)}
        , patience_{patience}
    {
    }

    /// Whether the server answers.
    task<> ping()
    {
        std::string reply;
        co_await within_patience("*1\r\n$4\r\nPING\r\n", [] {}, reply);
        if (reply != "+PONG")
            throw std::runtime_error{"PING was answered with " + reply};
    }

    /// Increments a counter of the server. `sending` is called just before the command leaves.
    task<std::int64_t> increment(std::string const& key, std::function<void()> sending)
    {
        std::string const command =
            "*2\r\n$4\r\nINCR\r\n$" + std::to_string(key.size()) + "\r\n" + key + "\r\n";
        std::string reply;
        co_await within_patience(command, std::move(sending), reply);
        if (!reply.starts_with(':'))
            throw std::runtime_error{"INCR was answered with " + reply};
        co_return std::stoll(reply.substr(1));
    }

private:
    task<> within_patience(std::string command, std::function<void()> sending, std::string& reply)
    {
        using namespace asio::experimental::awaitable_operators;
        auto const result =
            co_await (exchange(command, std::move(sending), reply) || tasks::async_sleep_for(patience_));
        if (result.index() == 1)
            throw std::system_error{std::make_error_code(std::errc::timed_out)};
        if (auto const failure = std::get<0>(result))
            std::rethrow_exception(failure);
    }

    /// Returns its failure, because `||` waits for the first success.
    task<std::exception_ptr> exchange(std::string const& command, std::function<void()> sending,
                                      std::string& reply)
    {
        try {
            if (!socket_.is_open())
                co_await socket_.async_connect(server_, asio::use_awaitable);
            sending();
            auto const bytes = asio::buffer(command);
            co_await asio::async_write(socket_, bytes, asio::use_awaitable);
            auto const input = asio::dynamic_buffer(input_, 1000);
            auto const length = co_await asio::async_read_until(socket_, input, "\r\n", asio::use_awaitable);
            reply = input_.substr(0, length - 2);
            input_.erase(0, length);
            co_return nullptr;
        } catch (...) {
            tasks::error_code ignored;
            socket_.close(ignored);
            input_.clear();
            co_return std::current_exception();
        }
    }

    tcp::socket socket_;
    tcp::endpoint server_;
    std::chrono::nanoseconds patience_;
    std::string input_;
};

} // namespace reconnect
