// SPDX-License-Identifier: MIT
// error: this function takes its object as a reference
#include <functional>
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

struct printer {
    int number = 0;
};
void print(printer& p);

void prepare(printer& p)
{
#if !defined(WRONG)
    tasks::loop l{io, 5s, print, std::ref(p)};
#else
    tasks::loop l{io, 5s, print, &p};
#endif
}
