// SPDX-License-Identifier: MIT
// error: name their types without const and reference
#include <string>
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

#if !defined(WRONG)
tasks::loop<void(std::string)> l{io, 1s, [](std::string const&) {}};
#else
tasks::loop<void(std::string const&)> l{io, 1s, [](std::string const&) {}};
#endif
