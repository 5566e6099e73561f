// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/policies.hpp>
#include <tasks/time/detail/clock_reading.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// How a timeline treats its slots.
struct slot_rules {
    tasks::missed missed = {};
    nanoseconds initial_delay{0};
    nanoseconds grace = never; ///< the largest lateness of an iteration
    bool jittered = false;     ///< the start of an iteration is put off by a jitter

    friend constexpr bool operator==(slot_rules const&, slot_rules const&) noexcept = default;
};

} // namespace detail
TASKS_END_NAMESPACE
