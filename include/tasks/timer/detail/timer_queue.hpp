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

/// Somebody who must know that the execution context is being destroyed.
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

/// How exactly a wait ends under a time source that is early or late on purpose.
enum class precision : bool { of_the_source, exact };

/// When to wake up for what is due at `due`. Wake-ups are batched, never rounded: with little work each is exact, and what is due
/// already is not put off.
[[nodiscard]] constexpr nanoseconds batched_wake_up(nanoseconds due, nanoseconds now,
                                                    nanoseconds last_wake_up, nanoseconds slack,
                                                    std::size_t outstanding_work) noexcept
{
    constexpr std::size_t few = 100;
    return outstanding_work <= few || due <= now || due == never
               ? due
               : (std::max)(due, saturating_add(last_wake_up, slack));
}

/// All waits of one execution context, behind one `asio::steady_timer`.
///
/// Waits end in the order in which they fall due. A wait for an instant of the wall clock reads that clock at least every
/// 30 s, so that a step or the resume of a suspended machine is noticed (rule 11).
///
/// While there is outstanding work (a run, a sleep) the timer has a wait in progress, or else a thread ends waits and will begin one: that keeps
/// the context's `run()` from returning. To arm the timer is to change its expiry, which needs no memory.
///
/// Any thread of the context may end waits. What is due it takes out together, because the memory of many is fetched faster than that of
/// each; but until it comes to a waiter, this may still be removed, and another thread may take over half of what is left after a
/// millisecond, because this one may have met a body that blocks. The timer is armed for that before the first body begins, unless nobody
/// else waits.
///
/// All members may be called from any thread.
class timer_queue final : public std::enable_shared_from_this<timer_queue> {
public:
    /// The queue of the executor's context.
    [[nodiscard]] static std::shared_ptr<timer_queue> of(asio::any_io_executor const& executor);

    timer_queue() = default;
    timer_queue(timer_queue const&) = delete;
    timer_queue& operator=(timer_queue const&) = delete;

    /// Announces work, something that will wait. While there is outstanding work, waiting cannot fail.
    /// @throws what allocation throws, or `abandoned` if the context is gone; strong guarantee.
    void work_started(asio::any_io_executor const& executor);
    void work_finished() noexcept;

    /// Calls `listener` when the context is being destroyed; at most once.
    void add_listener(shutdown_listener& listener) noexcept;
    void remove_listener(shutdown_listener& listener) noexcept;

    /// Begins a wait. If `wake` came since the last wait began, the wait is over at once.
    void wait(waiter& w, clock_kind clock, nanoseconds due, precision p = precision::of_the_source) noexcept;
    /// The same, as the last thing that `w.ready()` does: no code of the user's runs after it before that returns. Saves the lock if the wait
    /// is for the steady clock and the calling thread has more waits to end.
    void wait_again(waiter& w, clock_kind clock, nanoseconds due) noexcept;
    /// Ends the wait now; without one, the next one will be over at once.
    void wake(waiter& w) noexcept;
    /// Takes the waiter out; false if it was not waiting (any more).
    bool remove(waiter& w) noexcept;

    [[nodiscard]] clock_reading now() const noexcept { return source_->now(); }
    [[nodiscard]] nanoseconds steady() const noexcept { return source_->steady(); }
    /// Whether the context is gone.
    [[nodiscard]] bool closed() const noexcept;

    /// How long a wake-up may be put off so that it serves more waits, while there are many.
    void set_slack(nanoseconds slack) noexcept;

    [[nodiscard]] bool anybody_waits() const noexcept;
    /// Replaces the time source; null restores the system's clocks. Not while anything waits.
    void use(clock_source* source) noexcept;
    /// For a source that does not pass by itself: when to fire next. Perhaps nothing is due then, but nothing is before.
    [[nodiscard]] std::optional<nanoseconds> next_due() const noexcept;
    /// Ends the waits that are due, in order; at most `limit`. Returns how many.
    std::size_t fire(std::size_t limit) noexcept;

    /// The context is being destroyed.
    void shut_down() noexcept;

private:
    class firing;

    [[nodiscard]] timing_wheel& wheel_of(waiter const& w) noexcept
    {
        return w.clock_ == clock_kind::wall ? wall_ : steady_;
    }
    void begin_wait(waiter& w, clock_kind clock, nanoseconds due) noexcept;
    /// Begins the waits that a thread has put together.
    void begin_deferred_waits(firing& f) noexcept;
    /// Reads the clocks that somebody waits for.
    [[nodiscard]] clock_reading read_clocks() const noexcept;
    [[nodiscard]] nanoseconds next_due_at(clock_reading now) const noexcept;
    [[nodiscard]] nanoseconds next_wake_up() const noexcept { return next_wake_up(read_clocks()); }
    [[nodiscard]] nanoseconds next_wake_up(clock_reading now) const noexcept;
    [[nodiscard]] waiter* take_due(clock_reading now) noexcept;
    void notice_steps(clock_reading now) noexcept;

    [[nodiscard]] bool another_thread_suffices(nanoseconds now) const noexcept;
    [[nodiscard]] nanoseconds run_and_measure(firing& f) const noexcept;
    /// Takes out what is due, in order, and ends it, until nothing is left, or as many as `limit` have been, or it is late.
    std::size_t end_waits(std::unique_lock<mutex>& lock, std::size_t limit, nanoseconds until) noexcept;
    /// Takes out at most so many of those that are due, and arms the timer for the others.
    void take(firing& by, std::size_t limit, clock_reading now) noexcept;
    /// When to look after those that a busy thread has not come to.
    [[nodiscard]] nanoseconds next_take_over() const noexcept;

    struct timer_handler;
    void begin_timer_wait(nanoseconds wake_up);
    /// The same; if there is no memory for it, it is over at once. False: even that is impossible.
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
    /// On account of a waiter that just came.
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
    nanoseconds cost_per_wait_{0}; ///< of each wait that a thread ended lately
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
