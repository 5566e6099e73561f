// SPDX-License-Identifier: MIT
//
// Whether a trace is the wanted one, in all that the format calls significant.
#pragma once

#include "scenario.hpp"

#include <optional>
#include <string>

namespace conformance {

/// The first difference as text for people; nothing if there is none.
///
/// Not significant, and no difference therefore:
/// - with `tolerance`, how exactly `ms` agrees;
/// - beyond whole ms (with precision "us", µs) any time;
/// - of `interval` everything but the sum of its parts;
/// - of `times` the order, and how often equal instants are listed;
/// - in which order iterations that are cancelled together are listed;
/// - with the tag `same-instant`, the order of events of different iterations within a ms;
/// - in which order events of different loops within a ms are listed, between two actions: only causes come
///   before their effects;
/// - the moment of `truncated`, and why.
std::optional<std::string> first_difference(loop_case const& c, json const& trace);

/// Both traces side by side, lines that differ marked.
std::string side_by_side(loop_case const& c, json const& trace);

/// An event as the files write it.
std::string to_line(json const& event);

} // namespace conformance
