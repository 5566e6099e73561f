// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/loop_history.hpp>
#include <tasks/time/time_point.hpp>

#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A decision that a history remembers: about an iteration, or about slots that got none. One of the pointers
/// is null; both are if there is no such decision.
struct known_decision {
    iteration_record const* ran = nullptr;
    slots_record const* passed = nullptr;
    time_point slot; ///< of several, the latest that may be at or before the instant asked about
    time_point decided;

    explicit operator bool() const noexcept { return ran || passed; }
};

/// Finds the decision about the slot at or before `t`. The history must outlive the result.
[[nodiscard]] known_decision find_decision(loop_history const& h, time_point t);

/// Returns the earliest slot or request after `t`; nothing if none is remembered.
[[nodiscard]] std::optional<time_point> first_slot_after(loop_history const& h, time_point t);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/group/detail/known_decision.ipp>
#endif
