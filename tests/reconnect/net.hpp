// SPDX-License-Identifier: MIT
#pragma once

// The parts of Asio, standalone or Boost's, that these programs need beyond the library's own headers.

#include <tasks/tasks.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/buffer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/buffer.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#endif

#include <chrono>

namespace reconnect {

namespace asio = tasks::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

template <class T = void>
using task = asio::awaitable<T>;

inline tcp::endpoint on_this_machine(unsigned short port)
{
    return {asio::ip::address_v4::loopback(), port};
}

} // namespace reconnect
