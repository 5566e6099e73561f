// SPDX-License-Identifier: MIT
// error: bodies take their arguments by value or by const reference
#include <string>
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

#if !defined(WRONG)
tasks::loop<void(std::string)> l{io, 1s, [](std::string const&) {}};
#else
tasks::loop<void(std::string)> l{io, 1s, [](std::string&) {}};
#endif
