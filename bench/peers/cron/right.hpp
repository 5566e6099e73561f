// SPDX-License-Identifier: MIT
#pragma once

#include "vectors.hpp"

#include <vector>

namespace cron_peers {

/// Prints how many of the vectors each engine gets right; with `list` also those that it gets wrong.
void print_right(std::vector<vector_of_slots> const& vectors, bool list);

} // namespace cron_peers
