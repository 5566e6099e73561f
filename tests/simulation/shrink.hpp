// SPDX-License-Identifier: MIT
#pragma once

#include "history.hpp"

#include <functional>

namespace simulation {

/// The smallest history that still fails, as far as it can be reached by removals.
history shrink(history h, std::function<bool(history const&)> const& fails);

} // namespace simulation
