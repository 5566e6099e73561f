// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/tasks.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/detached.hpp>
namespace net = boost::asio;
#else
#include <asio/detached.hpp>
namespace net = asio;
#endif
