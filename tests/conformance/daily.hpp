// SPDX-License-Identifier: MIT
//
// The vectors of daily-next-fire.json: times of day in a zone, asked from an instant.
#pragma once

#include "scenario.hpp"

#include <optional>
#include <string>

namespace conformance {

/// Asks day_at for what one element of `vectors` lists, under every rule for gaps and folds that it answers.
/// The first difference as text for people; nothing if there is none. Throws if it is not in the format, and
/// what the library throws.
std::optional<std::string> first_difference_of_daily(json const& vector);

} // namespace conformance
