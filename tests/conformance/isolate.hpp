// SPDX-License-Identifier: MIT
//
// A case that crashes or never ends must not take the others with it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace conformance {

struct isolated_result {
    std::string text;    ///< what the work returned
    std::string problem; ///< if it did not: why
};

/// Runs the work in a child process, which is killed when the time is up. Where there are no such processes,
/// runs it here.
isolated_result run_isolated(std::function<std::string()> const& work, std::chrono::seconds limit);

/// The same in this process, for debuggers; nothing guards against crashes.
isolated_result run_here(std::function<std::string()> const& work);

} // namespace conformance
