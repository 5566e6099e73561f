// SPDX-License-Identifier: MIT
// error: does not override | only virtual member functions can be marked 'override'
#include <tasks/loop.hpp>

struct counter final : tasks::observer {
#if !defined(WRONG)
    void on_slot(tasks::slot_decided const&) override { ++n; }
#else
    void on_slots(tasks::slot_decided const&) override { ++n; }
#endif
    int n = 0;
};
