// SPDX-License-Identifier: MIT
#pragma once

// Includes Asio, without tasks, for the programs written by hand against it.

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
namespace bench {
namespace asio = boost::asio;
using error_code = boost::system::error_code;
} // namespace bench
#else
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
namespace bench {
namespace asio = ::asio;
using error_code = std::error_code;
} // namespace bench
#endif
