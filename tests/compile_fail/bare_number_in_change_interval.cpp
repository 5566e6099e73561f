// SPDX-License-Identifier: MIT
// error: a bare number is not an interval
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

void change(tasks::loop<>& l)
{
#if !defined(WRONG)
    l.change_interval(10min);
#else
    l.change_interval(10);
#endif
}
