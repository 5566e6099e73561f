// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/asio.hpp>
#include <tasks/detail/coroutine.hpp>
#include <tasks/detail/moment.hpp>
#include <tasks/detail/ref.hpp>
#include <tasks/detail/timer_queue.hpp>
#include <tasks/iteration.hpp>

#include <cstdint>
#include <exception>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

class loop_core;

/// A place in which iterations of a run execute, one after another: the state of one coroutine `run`.
///
/// A run has one; with `overlap` up to that many. The members are the business of that coroutine and of the core, on the
/// loop's executor; other threads only ever wake it.
class place final : public ref_counted, public waiter {
public:
    /// What the coroutine is busy with.
    enum class stage : std::uint8_t {
        before_hook,
        free,        ///< between iterations
        attempting,  ///< in the body
        backing_off, ///< between two attempts
        error_hook,
        after_hook
    };

    explicit place(ref<loop_core> core) noexcept;

    /// Keeps the suspended coroutine until `wait_until` on `wait_clock`, or until woken.
    void park(resumption&& coroutine) noexcept;
    /// Keeps it until the executor gets to it.
    void yield(resumption&& coroutine) noexcept;

    // What each iteration needs comes first.
    /// Destroys the coroutine that it keeps.
    void discard() noexcept override;

    ref<loop_core> core;
    asio::cancellation_signal
        cancellation; ///< a new one for each place: a used slot is cleared by whoever dies last

    iteration it;
    nanoseconds wait_until{0};
    clock_kind wait_clock = clock_kind::steady;
    unsigned failures = 0; ///< consecutive, of this iteration
    unsigned burst = 0;    ///< attempts since the coroutine was last suspended by the loop
    stage now = stage::before_hook;
    bool opens_the_run = false;   ///< it is to call the before hook
    bool mourns = false;          ///< it only ends a run whose coroutine was destroyed
    bool owns_client = false;     ///< it, not the run, is announced to the timer queue
    bool interruptible = false;   ///< in a coroutine of the user's that `cancel` reaches
    bool was_interrupted = false; ///< the cancellation has been emitted
    bool was_silenced = false;    ///< the same, on behalf of the destructor
    bool state_touched = false;   ///< a coroutine of the user's may have changed the cancellation state
    bool has_backlog = false;     ///< see `loop_core::take_backlog`
    bool asleep = false;          ///< it waits, and there is nothing to interrupt; with the core's mutex
    bool left_the_loop = false;   ///< it will run no further iteration
    bool finished = false;        ///< the coroutine came to its end

    place* next_in_run = nullptr;
    std::exception_ptr fatal;           ///< the run's error, for the error hook
    std::exception_ptr unheard;         ///< a further fatal error, for the log
    std::exception_ptr lost_error_hook; ///< how the error hook ended, if its coroutine was destroyed
    std::exception_ptr lost_after_hook; ///< the same of the after hook

private:
    friend struct resume_op;

    void ready() noexcept override;
    void prefetch() noexcept override;
    void post_resumption() noexcept;
    void resume() noexcept;

    std::optional<resumption> parked_;
};

} // namespace detail
TASKS_END_NAMESPACE
