// SPDX-License-Identifier: MIT
#pragma once

#include "history.hpp"

#include <string>
#include <vector>

namespace simulation {

struct regression {
    std::string name; ///< the fault
    history what;
};

/// The minimal histories of the faults found by seeds. They remain valid when the generator changes.
std::vector<regression> regressions();

} // namespace simulation
