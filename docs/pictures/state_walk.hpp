// SPDX-License-Identifier: MIT
// Finds out how loops get from state to state.
#pragma once

#include <tasks/loop/status.hpp>

#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace pictures {

using state_change = std::pair<tasks::loop_state, tasks::loop_state>;

/// The calls within which each change of state took place; none, if it took place later or by itself.
using state_changes = std::map<state_change, std::set<std::string_view>>;

/// Runs loops of several kinds in virtual time, each with each call in each state and one of them with two
/// calls, and returns the changes of state that were seen. All loops have their hooks, because a loop passes
/// through the states of hooks that it does not have in no time.
[[nodiscard]] state_changes observed_state_changes();

} // namespace pictures
