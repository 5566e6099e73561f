// SPDX-License-Identifier: MIT
#pragma once

// What the threads of several tests do to a loop, and what those loops have in common.

#include <tasks/loop.hpp>

#include <chrono>

namespace test {

/// A back-off that retries at once.
struct no_delay {
    [[nodiscard]] std::chrono::nanoseconds next(unsigned) const { return std::chrono::nanoseconds{0}; }
};

/// Starts, stops, cancels or restarts the loop if `what` is below 6. False if it is not, and then nothing is
/// done.
inline bool control_run(tasks::loop<>& l, unsigned long what)
{
    switch (what) {
    case 0:
    case 1: try { l.start();
        } catch (tasks::already_running const&) {
        }
        return true;
    case 2: l.stop(); return true;
    case 3: l.cancel(); return true;
    case 4:
    case 5: l.restart(); return true;
    default: return false;
    }
}

} // namespace test
