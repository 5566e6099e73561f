// SPDX-License-Identifier: MIT
// Plays the scenarios of the conformance files with the model alone, so that the model is known to be right
// before it judges the library.
#pragma once

#include "../conformance/scenario.hpp"

#include <optional>
#include <string>

namespace simulation {

struct scenario_verdict {
    std::string skipped;    ///< why the model cannot play the scenario; empty: it can
    std::string difference; ///< empty: the traces are the same
};

scenario_verdict play_scenario(conformance::loop_case c);

} // namespace simulation
