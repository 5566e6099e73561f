// SPDX-License-Identifier: MIT
#pragma once

#include "history.hpp"

#include <cstdint>

namespace simulation {

/// The random history of a seed: the same on every platform and in every version.
history generate(std::uint64_t seed);

} // namespace simulation
