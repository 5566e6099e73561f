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

/// Requests an iteration, or suspends or resumes the loop, if `what` is below 6. False if it is not, and then
/// nothing is done.
inline bool control_iterations(tasks::loop<>& l, unsigned long what)
{
    using namespace std::chrono_literals;
    switch (what) {
    case 0: l.trigger(); return true;
    case 1: l.trigger_in(40us); return true;
    case 2:
        l.trigger_at(
            std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now() + 60us));
        return true;
    case 3: l.pause(); return true;
    case 4:
    case 5: l.resume(); return true;
    default: return false;
    }
}

} // namespace test
