// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/schedule.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Rejects a schedule without instants of its own. The name of the function that was called begins the
/// message.
/// @throws bad_option the schedule is an interval, a fixed delay, `on_trigger`, or empty
void require_instants(char const* function, schedule const& s);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/require_instants.ipp>
#endif
