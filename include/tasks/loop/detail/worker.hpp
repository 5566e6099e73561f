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

class loop_core;

/// Performs the steps of a worker of the run, on the loop's executor.
///
/// The members belong to `run` and to the core; other threads only ever wake a worker.
class worker final : public ref_counted,
                     public ref_list_node<worker>,
                     public waiter,
                     private queued,
                     public worker_state {
public:
    explicit worker(ref<loop_core> core) noexcept;

    /// After its steps: waits until `wait_until` on `wait_clock`, or until woken; or lets the executor do
    /// other work; or that was all. It goes on by `run`, perhaps on another thread before this returns.
    void park() noexcept;
    /// The same, with a coroutine that goes on instead.
    void park(resumption&& coroutine) noexcept;
    /// Keeps the coroutine until the executor gets to it.
    void yield(resumption&& coroutine) noexcept;
    /// Instead of going on.
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

public: // what each iteration needs comes first
    ref<loop_core> core;
    /// A new one for each worker, because the last operation to be destroyed clears a cancellation slot that
    /// was used.
    asio::cancellation_signal cancellation;

    std::uint32_t visit = 0; ///< the last of `loop_core::visit_workers` that came here; with the core's mutex
    bool owns_work = false;  ///< the worker, not the run, is announced to the timer queue
    bool interruptible = false;   ///< in a coroutine of the user that `cancel` reaches
    bool was_interrupted = false; ///< the cancellation has been emitted
    bool was_silenced = false;    ///< the same, on behalf of the destructor
    bool asleep = false;          ///< waits, and there is nothing to interrupt; with the core's mutex
};

/// Takes the steps of a worker until it has to park, here and now, on the loop's executor. How often it parks
/// and is run on again, and on which thread, does not matter.
void run(ref<worker> owner);

/// Most loops never have more than one worker at a time.
using worker_memory = handler_memory<sizeof(worker)>;

} // namespace detail
TASKS_END_NAMESPACE
