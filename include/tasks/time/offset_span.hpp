// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE

/// A stretch of time [from, until) in which the clocks of a zone keep one distance from UTC.
struct offset_span {
    /// The instant at which the clocks were set; `(time_point::min)()`: no earlier change is known.
    time_point from;

    /// The instant at which they are set next; `(time_point::max)()`: no later change is known.
    time_point until;

    /// Local time minus UTC: positive east of Greenwich.
    std::chrono::seconds offset;

    friend bool operator==(offset_span const&, offset_span const&) noexcept = default;
};

TASKS_END_NAMESPACE
