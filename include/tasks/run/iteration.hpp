// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdint>

TASKS_BEGIN_NAMESPACE

/// Why an iteration runs.
enum class cause {
    scheduled, ///< its slot is due (or merely late)
    coalesced, ///< it stands for several overdue slots; its slot is the latest of them
    catch_up,  ///< it makes up for one of several overdue slots
    delayed,   ///< several slots were overdue under `missed::delay`: its slot is its start
    direct     ///< the loop object was called; there is no slot, `slot` is the start
};

/// What a body may ask to be told: write `tasks::iteration const&` as its first parameter.
struct iteration {
    std::uint64_t number = 0;             ///< counted from 0 in each run; a retry keeps it
    time_point slot;                      ///< when it was due, on the wall clock
    time_point start;                     ///< when its first attempt began
    std::chrono::nanoseconds lateness{0}; ///< `start - slot`, never negative
    unsigned attempt = 0;                 ///< 0, then 1, 2, … for retries
    std::uint64_t coalesced =
        0; ///< further slots that it stands for; of instants, 10,000 means as many or more
    tasks::cause cause = tasks::cause::scheduled;
};

TASKS_END_NAMESPACE
