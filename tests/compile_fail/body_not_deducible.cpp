// SPDX-License-Identifier: MIT
// error: cannot be deduced from it
// forms: 4
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

struct overloaded {
    void operator()(int) const {}
    void operator()(char const*) const {}
};
constexpr auto generic = [](auto) {};

#if !defined(WRONG)
tasks::loop<void(int)> l{io, 5s, overloaded{}};
tasks::loop<void(int)> m{io, 5s, generic};
#elif WRONG == 1
tasks::loop l{io, 5s, overloaded{}};
#elif WRONG == 2
tasks::loop l{io, 5s, [](auto, auto) {}};
#elif WRONG == 3
tasks::loop<> l{io, 5s, overloaded{}};
#else
tasks::loop l{io, 5s, io};
#endif
