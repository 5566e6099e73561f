// SPDX-License-Identifier: MIT
// error: a member function needs its object
// forms: 3
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

struct printer {
    void print();
};

void prepare(tasks::loop<>& l, printer& p)
{
#if !defined(WRONG)
    tasks::loop made{io, 5s, &printer::print, &p};
    l.after_loop(&printer::print, &p);
#elif WRONG == 1
    tasks::loop made{io, 5s, &printer::print};
#elif WRONG == 2
    tasks::loop<> made{io, {.every = 5s}, &printer::print};
#else
    l.after_loop(&printer::print);
#endif
}
