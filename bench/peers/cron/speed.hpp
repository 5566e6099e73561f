// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace cron_peers {

/// Prints how long `next` takes with the expressions that all engines read; with `list`, each of them.
void print_speed(std::vector<std::string> const& expressions, std::string const& zone, int rounds, bool list);

} // namespace cron_peers
