// SPDX-License-Identifier: MIT
// Isolates the cases, so that one that crashes or never ends does not affect the others.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace conformance {

struct isolated_result {
    std::string text;    ///< the result of the work
    std::string problem; ///< the reason why there is none
};

/// Runs the work in a child process, which is killed after the time limit. On systems without fork, runs it
/// in this process.
isolated_result run_isolated(std::function<std::string()> const& work, std::chrono::seconds limit);

/// Runs the work in this process, for debuggers. There is no protection from crashes.
isolated_result run_here(std::function<std::string()> const& work);

} // namespace conformance
