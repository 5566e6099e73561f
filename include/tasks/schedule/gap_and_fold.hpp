// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <cstdint>

TASKS_BEGIN_NAMESPACE

/// The rule for a local time that does not exist because the clocks are set forward over it.
enum class gap : std::uint8_t {
    shift, ///< read it with the offset before the change: 02:30 becomes 03:30 if 02:00 becomes 03:00
    after, ///< the first instant after the gap
    skip   ///< nothing on that day
};

/// The rule for a local time that exists more than once because the clocks are set back over it.
enum class fold : std::uint8_t {
    first,  ///< its first occurrence
    second, ///< its last occurrence
    both    ///< every occurrence
};

TASKS_END_NAMESPACE
