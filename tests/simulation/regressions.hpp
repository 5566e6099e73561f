// SPDX-License-Identifier: MIT
#pragma once

#include "history.hpp"

#include <string>
#include <vector>

namespace simulation {

struct regression {
    std::string name; ///< what went wrong
    history what;
};

/// The minimal histories of the faults that seeds have found, which outlive changes of the generator.
std::vector<regression> regressions();

} // namespace simulation
