// SPDX-License-Identifier: MIT
// error: the observer is a temporary
#include <tasks/loop.hpp>

struct counter {
    void on_slot(tasks::slot_decided const&) { ++n; }
    int n = 0;
};

void watch(tasks::loop<>& l, counter& c)
{
#if !defined(WRONG)
    l.observe(tasks::observers(c));
#else
    l.observe(tasks::observers(counter{c})); // destroyed at the end of the statement
#endif
}
