// SPDX-License-Identifier: MIT
//
// The instants of a timetable.
#pragma once

#include "history.hpp"

#include <optional>

namespace simulation {

/// The first instant of a timetable of the wall clock strictly after `t`.
std::optional<milliseconds> next_instant(timetable const& table, milliseconds t);

} // namespace simulation
