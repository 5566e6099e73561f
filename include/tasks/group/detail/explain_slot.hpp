// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/loop_history.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Says what became of the slot at or before `t`.
[[nodiscard]] std::string explain_slot(loop_history const& h, time_point t, time_zone const& zone);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/group/detail/explain_slot.ipp>
#endif
