// SPDX-License-Identifier: MIT
//
// One history, played by the library and followed by the model.
#pragma once

#include "history.hpp"

#include <string>

namespace simulation {

/// What `compare` says of a history that time does not get to the end of.
inline constexpr char const* too_much = "far too many events";

/// Where library and model part; the empty text means nowhere. `trace`, if given, receives every event.
std::string compare(history const& h, std::string* trace = nullptr);

} // namespace simulation
