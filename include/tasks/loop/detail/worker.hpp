// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/coroutine.hpp>
#include <tasks/asio/detail/handler_memory.hpp>
#include <tasks/asio/detail/queued.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/base/detail/ref_list.hpp>
#include <tasks/run/detail/worker_state.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <cstdint>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

class attempt_timer;
class loop_core;

/// Performs the steps of one worker of the run, on the loop's executor.
///
/// The members are used by `run` and the core only; other threads only wake a worker.
class worker final : public ref_counted,
                     public ref_list_node<worker>,
                     public waiter,
                     private queued,
                     public worker_state {
public:
    explicit worker(ref<loop_core> core) noexcept;
    ~worker() override;

    /// Ends a sequence of steps as `then` says: waits until `wait_until` on `wait_clock` or until woken,
    /// yields to the executor, or leaves the run. The worker continues in `run`, possibly on another thread
    /// before this returns.
    void park() noexcept;
    /// As above, for a coroutine that is resumed instead of `run`.
    void park(resumption&& coroutine) noexcept;
    /// Stores the coroutine until the executor resumes it.
    void yield(resumption&& coroutine) noexcept;
    /// Called instead of a resumption.
    void discard() noexcept override;

private:
    friend void resume_worker(ref<worker> w);

    void dispose() const noexcept override;
    void ready() noexcept override;
    void call() noexcept override;
    void drop() noexcept override;
    void post_resumption() noexcept;
    void resume() noexcept;

    std::optional<resumption> parked_;

public: // data of each iteration first
    ref<loop_core> core;
    /// One per worker, never reused, because the last operation to be destroyed clears its slot.
    asio::cancellation_signal cancellation;

    ref<attempt_timer> timer;     ///< of the attempt; null unless the loop has a `timeout`
    std::uint32_t visit = 0;      ///< number of its last visit by `visit_workers`; with the core's mutex
    bool owns_work = false;       ///< `work_started` was called for this worker, not for the run
    bool interruptible = false;   ///< in a user's coroutine that `cancel` interrupts
    bool was_interrupted = false; ///< the cancellation has been emitted
    bool was_silenced = false;    ///< as above, for the loop's destructor
    bool timed_out = false;       ///< the attempt has been cancelled because its time was up
    bool asleep = false;          ///< waits, and has nothing to interrupt; with the core's mutex
    bool backs_off = false;       ///< its iteration is recorded as backing off; likewise
};

/// Takes the steps of a worker until it has to park. Must be called on the loop's executor. The worker may
/// park and continue any number of times, on any thread.
void run(ref<worker> owner);

/// The memory of one worker, because most loops never have more than one at a time.
using worker_memory = handler_memory<sizeof(worker)>;

} // namespace detail
TASKS_END_NAMESPACE
