// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/coroutine.hpp>
#include <tasks/asio/detail/handler_memory.hpp>
#include <tasks/asio/detail/queued.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/base/detail/ref_list.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/time/detail/clock_reading.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <cstdint>
#include <exception>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

class loop_core;

/// What a worker is to do next.
enum class step : std::uint8_t {
    call,  ///< the body, or a hook: see `worker::now`
    wait,  ///< until the slot, the end of the back-off, or a call that changes something
    yield, ///< let the executor do other work
    leave  ///< nothing more
};

/// Executes iterations of a run, one after another: what `run` is about.
///
/// A run has one; with `overlap` up to that many. The members are the business of `run` and of the core, on the loop's executor;
/// other threads only ever wake it.
class worker final : public ref_counted, public ref_list_node<worker>, public waiter, private queued {
public:
    /// What it is busy with.
    enum class stage : std::uint8_t {
        before_hook,
        free,        ///< between iterations
        attempting,  ///< in the body
        backing_off, ///< between two attempts
        error_hook,
        after_hook
    };

    /// What became of it that still has to be told.
    enum class problem : std::uint8_t {
        none,
        fatal,           ///< the run's error, for the error hook
        secondary_error, ///< another fatal error, for the log
        error_hook_lost, ///< the coroutine of the error hook was destroyed
        after_hook_lost
    };

    explicit worker(ref<loop_core> core) noexcept;

    /// After its steps: waits until `wait_until` on `wait_clock`, or until woken; or lets the executor do other work; or that was all. It goes
    /// on by `run`, perhaps on another thread before this returns.
    void park() noexcept;
    /// The same, with a coroutine that goes on instead.
    void park(resumption&& coroutine) noexcept;
    /// Keeps the coroutine until the executor gets to it.
    void yield(resumption&& coroutine) noexcept;
    /// Instead of going on.
    void discard() noexcept override;

private:
    friend struct resume_op;

    void dispose() const noexcept override;
    void ready() noexcept override;
    void call() noexcept override;
    void drop() noexcept override;
    void post_resumption() noexcept;
    void resume() noexcept;

    std::optional<resumption> parked_;

public: // what each iteration needs comes first
    ref<loop_core> core;
    /// A new one for each worker, because the last operation to be destroyed clears a cancellation slot that was used.
    asio::cancellation_signal cancellation;

    union {
        nanoseconds wait_until{0};
        nanoseconds retry_began; ///< on the steady clock, the attempt in progress, if it is a retry
    };
    clock_kind wait_clock = clock_kind::steady;
    stage now = stage::before_hook;
    step then = step::leave; ///< than to step on
    unsigned failures = 0;   ///< consecutive, of this iteration
    unsigned burst = 0;      ///< attempts since it last parked

    std::uint32_t visit = 0; ///< the last of `loop_core::visit_workers` that came here; with the core's mutex
    problem error_kind = problem::none;
    bool opens_the_run = false; ///< it is to call the before hook
    bool replaces_lost = false; ///< it replaces a worker whose coroutine was destroyed, and only ends the run
    bool owns_work = false;     ///< it, not the run, is announced to the timer queue
    bool interruptible = false; ///< in a coroutine of the user's that `cancel` reaches
    bool was_interrupted = false; ///< the cancellation has been emitted
    bool was_silenced = false;    ///< the same, on behalf of the destructor
    bool has_backlog = false;     ///< see `loop_core::take_backlog`
    bool asleep = false;          ///< it waits, and there is nothing to interrupt; with the core's mutex
    bool left_the_loop = false;   ///< it will run no further iteration
    bool finished = false;        ///< it came to its end

    iteration it;             ///< but for `attempt`, only of a loop that is watched
    std::exception_ptr error; ///< see `error_kind`
};

/// Takes the steps of a worker until it has to park, here and now, on the loop's executor. How often it parks and is run on again, and on
/// which thread, does not matter.
void run(ref<worker> owner);

/// Most loops never have more than one worker at a time.
using worker_memory = handler_memory<sizeof(worker)>;

} // namespace detail
TASKS_END_NAMESPACE
