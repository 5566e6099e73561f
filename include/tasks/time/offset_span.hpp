// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE

/// A period [from, until) in which the offset of a zone from UTC is constant.
struct offset_span {
    /// The change at which the period begins; `(time_point::min)()` if no earlier change is known.
    time_point from;

    /// The change at which the period ends; `(time_point::max)()` if no later change is known.
    time_point until;

    /// Local time minus UTC; positive east of Greenwich.
    std::chrono::seconds offset;

    friend bool operator==(offset_span const&, offset_span const&) noexcept = default;
};

TASKS_END_NAMESPACE
