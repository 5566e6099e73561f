// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/handler_memory.hpp>
#include <tasks/asio/detail/inline_executor.hpp>
#include <tasks/asio/detail/known_context.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/time/detail/clock_reading.hpp>
#include <tasks/time/detail/clock_source.hpp>
#include <tasks/timer/detail/timing_wheel.hpp>
#include <tasks/timer/detail/waiter.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// An object that is notified when the execution context is being destroyed.
class shutdown_listener {
public:
    shutdown_listener() noexcept = default;
    shutdown_listener(shutdown_listener const&) = delete;
    shutdown_listener& operator=(shutdown_listener const&) = delete;

protected:
    virtual ~shutdown_listener() = default;

private:
    friend class timer_queue;

    virtual void shutdown() noexcept = 0;

    shutdown_listener* next_ = nullptr;
    shutdown_listener* previous_ = nullptr;
};

/// Whether a time source that wakes early or late on purpose affects a wait.
enum class precision : bool { of_the_source, exact };

/// The time to wake up for a wait that is due at `due`. Wake-ups are batched, never rounded: with little work
/// each is exact, and a wait that is already due is not delayed.
[[nodiscard]] constexpr nanoseconds batched_wake_up(nanoseconds due, nanoseconds now,
                                                    nanoseconds last_wake_up, nanoseconds slack,
                                                    std::size_t outstanding_work) noexcept
{
    constexpr std::size_t few = 100;
    return outstanding_work <= few || due <= now || due == never
               ? due
               : (std::max)(due, saturating_add(last_wake_up, slack));
}

/// All waits of one execution context, which share one `asio::steady_timer`.
///
/// Waits end in the order of their due times. While one waits for an instant of the wall clock, that clock is
/// read at least every 30 s, so that a step or the resume of a suspended machine is noticed (rule 11).
///
/// While there is outstanding work (a run, a sleep), a wait of the timer is in progress, or a thread ends
/// waits and will start one, so that the context's `run()` does not return. Arming the timer changes its
/// expiry, which needs no memory.
///
/// Any thread of the context may end waits. It takes out due waiters in batches, because prefetching many is
/// faster than fetching one at a time. A waiter of a batch may be removed until the thread reaches it, and
/// after a millisecond another thread may take over half of the rest, because a body may be blocking the
/// first one. The timer is armed for that before the first body of the batch runs, unless nobody else waits.
///
/// All members may be called from any thread.
class timer_queue final : public std::enable_shared_from_this<timer_queue> {
public:
    /// The queue of the executor's context.
    [[nodiscard]] static std::shared_ptr<timer_queue> of(asio::any_io_executor const& executor);

    timer_queue() = default;
    timer_queue(timer_queue const&) = delete;
    timer_queue& operator=(timer_queue const&) = delete;

    /// Registers work that will wait. While there is outstanding work, waiting cannot fail.
    /// @throws std::bad_alloc, or `abandoned` if the context is gone; strong guarantee
    void work_started(asio::any_io_executor const& executor);
    void work_finished() noexcept;

    /// Calls `listener` at most once, when the context is being destroyed.
    void add_listener(shutdown_listener& listener) noexcept;
    void remove_listener(shutdown_listener& listener) noexcept;

    /// Starts a wait. If `wake` was called after the last wait ended, this one ends at once.
    void wait(waiter& w, clock_kind clock, nanoseconds due, precision p = precision::of_the_source) noexcept;
    /// The same, called as the last step of `w.ready()`, so that no user code runs between this call and the
    /// return of `ready`. Does not take the lock if the wait is on the steady clock and the calling thread
    /// has more waits to end.
    void wait_again(waiter& w, clock_kind clock, nanoseconds due) noexcept;
    /// Starts a wait of a millisecond, for an operation that found no memory and has to try again.
    void wait_for_memory(waiter& w) noexcept;
    /// Ends the wait now. If there is none, the next one ends at once.
    void wake(waiter& w) noexcept;
    /// Removes the waiter; false if it was not waiting or its wait has ended.
    bool remove(waiter& w) noexcept;

    [[nodiscard]] clock_reading now() const noexcept { return source_->now(); }
    [[nodiscard]] nanoseconds steady() const noexcept { return source_->steady(); }
    /// Whether the context is gone.
    [[nodiscard]] bool closed() const noexcept;

    /// Sets how long a wake-up may be delayed to serve more waits while there are many.
    void set_slack(nanoseconds slack) noexcept;

    [[nodiscard]] bool anybody_waits() const noexcept;
    /// Replaces the time source; null restores the system's clocks. Precondition: nothing waits.
    void use(clock_source* source) noexcept;
    /// The next time to fire, for a source that does not pass by itself. Nothing is due before it; perhaps
    /// nothing is due then.
    [[nodiscard]] std::optional<nanoseconds> next_due() const noexcept;
    /// Ends up to `limit` due waits in order. Returns their number.
    std::size_t fire(std::size_t limit) noexcept;

    /// Called when the context is being destroyed.
    void shut_down() noexcept;

private:
    friend class timer_service;
    class firing;

    [[nodiscard]] timing_wheel& wheel_of(waiter const& w) noexcept
    {
        return w.clock_ == clock_kind::wall ? wall_ : steady_;
    }
    void begin_wait(waiter& w, clock_kind clock, nanoseconds due) noexcept;
    /// Starts the waits that a thread has deferred.
    void begin_deferred_waits(firing& f) noexcept;
    /// Reads the steady clock, and the wall clock if something waits for it.
    [[nodiscard]] clock_reading read_clocks() const noexcept;
    [[nodiscard]] nanoseconds next_due_at(clock_reading now) const noexcept;
    [[nodiscard]] nanoseconds next_wake_up() const noexcept { return next_wake_up(read_clocks()); }
    [[nodiscard]] nanoseconds next_wake_up(clock_reading now) const noexcept;
    [[nodiscard]] waiter* take_due(clock_reading now) noexcept;
    void notice_steps(clock_reading now) noexcept;

    [[nodiscard]] bool another_thread_suffices(nanoseconds now) const noexcept;
    [[nodiscard]] nanoseconds run_and_measure(firing& f) const noexcept;
    /// Ends due waits in order until none is left, `limit` have ended, or the time is `until`.
    std::size_t end_waits(std::unique_lock<mutex>& lock, std::size_t limit, nanoseconds until) noexcept;
    /// Takes out up to `limit` due waiters, or takes over half of those of a blocked thread, and arms the
    /// timer for the others.
    void take(firing& by, std::size_t limit, clock_reading now) noexcept;
    /// The time at which another thread may take over waiters that a busy thread has not reached.
    [[nodiscard]] nanoseconds next_take_over() const noexcept;

    struct timer_handler;
    void begin_timer_wait(nanoseconds wake_up);
    /// The same. If there is no memory for the wait, it ends at once; returns false if even that is
    /// impossible.
    bool try_begin_timer_wait(nanoseconds wake_up) noexcept;
    [[nodiscard]] bool must_be_armed() const noexcept
    {
        return !closed_ && work_ != 0 && (!timer_waits_ || source_->passes_by_itself());
    }
    void arm() noexcept
    {
        if (must_be_armed())
            arm_for(next_wake_up());
    }
    void arm_for(nanoseconds wake_up) noexcept;
    /// Arms the timer for a waiter just inserted.
    void arm_for(waiter const& w) noexcept;
    void on_timer() noexcept;
    [[nodiscard]] bool is_about_to_arm(waiter const* ended) const noexcept;

    static constexpr std::size_t timer_op_size = 384;
    using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>, inline_executor>;

    mutable mutex mutex_;
    clock_source* source_ = &system_time::instance();
    std::optional<timer> timer_;
    known_context context_;
    handler_memory<timer_op_size> timer_op_;
    shutdown_listener* listeners_ = nullptr;
    timing_wheel steady_;
    timing_wheel wall_;
    std::size_t work_ = 0;
    std::uint64_t next_order_ = 0;
    clock_reading last_reading_;
    nanoseconds armed_for_ = never;
    nanoseconds last_wake_up_{0};
    /// time that it took to end each wait of the last batch; 0 if not measured
    nanoseconds cost_per_wait_{0};
    nanoseconds slack_ = std::chrono::milliseconds{1};
    firing* firings_ = nullptr; ///< in progress
    bool timer_waits_ = false;  ///< an `async_wait` is in progress
    bool closed_ = false;
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/timer/detail/timer_queue.ipp>
#endif
