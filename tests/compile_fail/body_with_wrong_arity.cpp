// SPDX-License-Identifier: MIT
// error: cannot be called with the arguments of the loop's signature
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

#if !defined(WRONG)
tasks::loop<void(int)> l{io, 1s, [](int) {}};
#else
tasks::loop<void(int)> l{io, 1s, [](int, int) {}};
#endif
