// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/time_point.hpp>

#include <string>
#include <vector>

namespace cron_peers {

/// A vector of tests/data/conformance/cron-next.json.
struct vector_of_slots {
    std::string expression;
    std::string zone;
    tasks::time_point from;
    std::vector<tasks::time_point> next; ///< the first slots after `from`
    bool complete;                       ///< and there is no other in the 2922 days after `from`

    /// The first slots where the days on which clocks are set have another rule than rule 47.
    std::vector<std::vector<tasks::time_point>> by_other_rules;
};

} // namespace cron_peers
