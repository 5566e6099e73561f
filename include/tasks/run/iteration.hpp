// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdint>

TASKS_BEGIN_NAMESPACE

/// Why an iteration runs.
enum class cause {
    scheduled, ///< its slot is due, or is the only overdue one
    coalesced, ///< it stands for several overdue slots; its slot is the latest of them
    catch_up,  ///< it runs one of several overdue slots
    delayed,   ///< several slots were overdue under `missed::delay`; its slot is its start
    requested, ///< it exists for a request only; `slot` is the moment of the request
    direct     ///< a call of the loop object; there is no slot, and `slot` is the start
};

/// Describes an iteration to its body, which receives it as a first parameter `tasks::iteration const&`.
struct iteration {
    std::uint64_t number = 0;             ///< counted from 0 in each run; retries keep it
    time_point slot;                      ///< when it was due, on the wall clock
    time_point start;                     ///< when its first attempt began
    std::chrono::nanoseconds lateness{0}; ///< `start - slot`, never negative
    unsigned attempt = 0;                 ///< 0 for the first attempt, 1, 2, … for retries
    /// Further slots that it stands for. Of instants, 10,000 means 10,000 or more.
    std::uint64_t coalesced = 0;
    tasks::cause cause = tasks::cause::scheduled;
};

TASKS_END_NAMESPACE
