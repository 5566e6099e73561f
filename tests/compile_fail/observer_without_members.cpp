// SPDX-License-Identifier: MIT
// error: the observer has none of the members
#include <tasks/loop.hpp>

struct counter {
#if !defined(WRONG)
    void on_slot(tasks::slot_decided const&) { ++n; }
#else
    void onSlot(tasks::slot_decided const&) { ++n; }
#endif
    int n = 0;
};

void watch(tasks::loop<>& l, counter& c)
{
    l.observe(c);
}
