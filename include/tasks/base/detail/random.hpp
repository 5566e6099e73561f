// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Draws a duration uniformly from [0, `longest`]; 0 if `longest` is negative. Thread-safe.
[[nodiscard]] std::chrono::nanoseconds random_up_to(std::chrono::nanoseconds longest);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/base/detail/random.ipp>
#endif
