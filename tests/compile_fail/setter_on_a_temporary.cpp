// SPDX-License-Identifier: MIT
// error: the loop is a temporary
// forms: 4
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

struct counter {
    void on_slot(tasks::slot_decided const&) { ++n; }
    int n = 0;
};

void prepare(counter& c)
{
    using loop = tasks::loop<>;
#if !defined(WRONG)
    loop named{io, 5s, beat};
    loop& l = named.before_loop(beat).after_loop(beat).error([](std::exception_ptr) {}).observe(c);
#elif WRONG == 1
    loop& l = loop{io, 5s, beat}.before_loop(beat);
#elif WRONG == 2
    loop& l = loop{io, 5s, beat}.after_loop(beat);
#elif WRONG == 3
    loop& l = loop{io, 5s, beat}.error([](std::exception_ptr) {});
#else
    loop& l = loop{io, 5s, beat}.observe(c);
#endif
    l.start();
}
