// SPDX-License-Identifier: MIT
// Finds out how loops get from state to state.
#pragma once

#include <tasks/loop/status.hpp>

#include <set>
#include <utility>

namespace pictures {

using state_change = std::pair<tasks::loop_state, tasks::loop_state>;

/// Runs loops of several kinds in virtual time, each with each call in each state and one of them with two
/// calls, and returns the changes of state that were seen. All loops have their hooks, because a loop passes
/// through the states of hooks that it does not have in no time.
[[nodiscard]] std::set<state_change> observed_state_changes();

} // namespace pictures
