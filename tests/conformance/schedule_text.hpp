// SPDX-License-Identifier: MIT
// The vectors of parse-schedule.json: texts, and the schedules that they are.
#pragma once

#include "scenario.hpp"

#include <optional>
#include <string>

namespace conformance {

/// Checks that the text of one element of `vectors` is read as its schedule, and that what is printed of this
/// is read back, or that the text is refused. Returns the first difference as readable text; nothing if there
/// is none. Throws if the element is not in the format, and the exceptions of the library.
std::optional<std::string> first_difference_of_schedule_text(json const& vector);

} // namespace conformance
