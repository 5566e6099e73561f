// SPDX-License-Identifier: MIT
// error: cast an overloaded function to the one meant
// forms: 5
// within: 25
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
void beat();
void beat(int);

struct printer {
    void print();
    void print(int);
};

void prepare(tasks::loop<>& l, printer& p)
{
#if !defined(WRONG)
    tasks::loop made{io, 5s, static_cast<void (*)()>(beat)};
    tasks::loop<> named{io, {.every = 5s}, static_cast<void (printer::*)()>(&printer::print), &p};
    l.before_loop(static_cast<void (*)()>(beat));
#elif WRONG == 1
    tasks::loop made{io, 5s, beat};
#elif WRONG == 2
    tasks::loop<> made{io, {.every = 5s}, beat};
#elif WRONG == 3
    tasks::loop<> made{io, 5s, &printer::print, &p};
#elif WRONG == 4
    l.before_loop(beat);
#else
    l.error(&printer::print, &p);
#endif
}
