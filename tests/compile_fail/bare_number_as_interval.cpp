// SPDX-License-Identifier: MIT
// error: a bare number is not an interval
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

#if !defined(WRONG)
tasks::loop l{io, 0.5s, [] {}};
#else
tasks::loop l{io, 0.5, [] {}};
#endif
