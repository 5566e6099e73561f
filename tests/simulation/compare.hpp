// SPDX-License-Identifier: MIT
// Plays one history with the library and with the model.
#pragma once

#include "history.hpp"

#include <string>

namespace simulation {

/// The result of `compare` for a history whose time does not advance to its end.
inline constexpr char const* too_much = "far too many events";

/// The first difference between library and model; empty if there is none. `trace`, if given, receives every
/// event.
std::string compare(history const& h, std::string* trace = nullptr);

} // namespace simulation
