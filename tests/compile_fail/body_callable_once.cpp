// SPDX-License-Identifier: MIT
// error: the call operator is &&-qualified
// forms: 2
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

struct work {
#if !defined(WRONG)
    void operator()(int) & {}
#elif WRONG == 1
    void operator()(int) && {}
#else
    void operator()(tasks::iteration const&, int) const&& noexcept {}
#endif
};

tasks::loop<void(int)> l{io, 5s, work{}};
tasks::loop deduced{io, 5s, work{}};
