// SPDX-License-Identifier: MIT
// Runs a real loop in virtual time, and records what happens to it.
#pragma once

#include "recording.hpp"

#include <tasks/loop.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace pictures {

/// How an attempt ends by itself.
enum class ending {
    returns,
    refused, ///< an error of the network kind
    broken,  ///< any other error
    skips    ///< `tasks::skipped`
};

/// What an attempt does.
struct act {
    std::chrono::nanoseconds takes;
    ending how = ending::returns;
};

/// A call of the loop at a moment.
struct step {
    instant at;
    std::string code;
    std::function<void(tasks::loop<>&)> call;
};

/// What happens to a loop that is started at the beginning.
struct scene {
    std::string code; ///< of the options, as the picture shows it
    tasks::options options;
    std::string note = {};              ///< a comment on it
    std::vector<act> acts;              ///< of the attempts, in their order; the last one repeats
    std::vector<step> steps = {};       ///< in the order of time
    std::chrono::nanoseconds before{0}; ///< how long the hooks take; 0: there is none
    std::chrono::nanoseconds after{0};
    std::chrono::nanoseconds error{0};
};

/// Plays a scene.
/// @param start  the wall clock at its beginning
[[nodiscard]] recording record(scene const& s, instant length, tasks::time_point start = tasks::time_point{});

} // namespace pictures
