// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/detail/step.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/time/detail/clock_reading.hpp>

#include <cstdint>
#include <exception>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The progress of a worker of a run. A pure value that `run_state` changes.
///
/// A run has one worker, or with `overlap` up to that many. Each executes iterations one after another.
struct worker_state {
    /// The worker's current activity.
    enum class stage : std::uint8_t {
        before_hook,
        free,        ///< between iterations
        attempting,  ///< in the body
        backing_off, ///< between two attempts
        failed,      ///< the iteration has failed, but not the run: the error hook is due
        error_hook,
        after_hook
    };

    /// An error of the worker that is still to be reported.
    enum class problem : std::uint8_t {
        none,
        fatal,           ///< the run's error, for the error hook
        secondary_error, ///< another fatal error, for the log
        error_hook_lost, ///< the coroutine of the error hook was destroyed
        after_hook_lost
    };

    union {
        nanoseconds wait_until{0};
        nanoseconds attempt_began; ///< on the steady clock; see `loop_core::call_body`
    };
    clock_kind wait_clock = clock_kind::steady;
    stage now = stage::before_hook;
    step then = step::leave;
    unsigned failures = 0; ///< consecutive, of this iteration
    unsigned burst = 0;    ///< attempts since the worker last parked

    problem error_kind = problem::none;
    bool opens_the_run = false; ///< calls the before hook
    bool replaces_lost = false; ///< replaces a worker whose coroutine was destroyed, and only ends the run
    bool has_backlog = false;   ///< see `run_state::take_backlog`
    bool left_the_loop = false; ///< runs no further iteration
    bool no_success = false;    ///< the attempt ended without an error to handle, but was not a success
    bool finished = false;      ///< has left the run

    iteration it;             ///< only `attempt` is set unless the run is watched
    std::exception_ptr error; ///< see `error_kind`

    /// Whether an iteration is in progress.
    [[nodiscard]] bool has_iteration() const noexcept
    {
        return now == stage::attempting || now == stage::backing_off || now == stage::failed ||
               (now == stage::error_hook && !left_the_loop);
    }
};

} // namespace detail
TASKS_END_NAMESPACE
