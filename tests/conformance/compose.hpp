// SPDX-License-Identifier: MIT
// The vectors of compose-next.json: schedules made of others and of spans.
#pragma once

#include "scenario.hpp"

#include <optional>
#include <string>

namespace conformance {

/// Checks the slots after, before and at instants of one element of `vectors`, or that it is refused. Returns
/// the first difference as readable text; nothing if there is none. Throws if the element is not in the
/// format, and the exceptions of the library.
std::optional<std::string> first_difference_of_composition(json const& vector);

} // namespace conformance
