// SPDX-License-Identifier: MIT
//
// Plays a scenario from beginning to end in virtual time.
#pragma once

#include "scenario.hpp"

namespace conformance {

/// The trace of the scenario.
json replay(scenario const& s);

} // namespace conformance
