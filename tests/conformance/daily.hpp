// SPDX-License-Identifier: MIT
// The vectors of daily-next-fire.json: the next time of day in a zone, after an instant.
#pragma once

#include "scenario.hpp"

#include <optional>
#include <string>

namespace conformance {

/// Checks day_at against one element of `vectors`, under every rule for gaps and folds that the element
/// answers. Returns the first difference as readable text; nothing if there is none. Throws if the element is
/// not in the format, and the exceptions of the library.
std::optional<std::string> first_difference_of_daily(json const& vector);

} // namespace conformance
