// SPDX-License-Identifier: MIT
// Compares a trace with the expected one, in everything that the format calls significant.
#pragma once

#include "scenario.hpp"

#include <optional>
#include <string>

namespace conformance {

/// Returns the first difference as readable text; nothing if there is none.
///
/// Not significant, and therefore no difference:
/// - with `tolerance`, the exact value of `ms`;
/// - any time beyond whole ms (with precision "us", µs);
/// - the parts of `interval`, except for their sum;
/// - the order of `times`, and duplicates in it;
/// - the order of iterations that are cancelled together;
/// - the place of `trigger_done` among the events of its ms;
/// - with the tag `same-instant`, the order of events of different iterations within a ms;
/// - the order of events of different loops within a ms, between two actions, as long as causes precede their
///   effects;
/// - the time of `truncated`, and its reason.
std::optional<std::string> first_difference(loop_case const& c, json const& trace);

/// Prints both traces side by side, and marks the lines that differ.
std::string side_by_side(loop_case const& c, json const& trace);

/// Formats an event as in the files.
std::string to_line(json const& event);

} // namespace conformance
