// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// Tools for testing code that uses loops.
namespace testing {

/// Puts an `io_context` under virtual time: loops, tickers and `tasks::async_sleep_for` on that context
/// follow a clock that only the test moves. An hour of a loop takes as long as its bodies do.
///
/// @code
/// asio::io_context io;
/// tasks::testing::virtual_time time{io};
/// int runs = 0;
/// tasks::loop minutely{io, 1min, [&] { ++runs; }};
/// minutely.start();
/// time.advance(1h - 1ns);
/// CHECK(runs == 60);
/// @endcode
///
/// It must be constructed before anything on that context waits and outlive everything that does. It runs the
/// context's handlers itself, on the calling thread, so `run()` must not be called. An `asio::steady_timer`
/// still follows the real clock. If a handler calls `io.stop()`, the current function returns early.
///
/// @par Thread safety
/// None; a single thread drives everything.
class virtual_time {
public:
    using nanoseconds = std::chrono::nanoseconds;

    /// The default initial time of the wall clock: 2024-01-01T00:00Z.
    [[nodiscard]] static time_point default_start() noexcept;

    /// @param start  the initial time of the wall clock
    /// @throws std::logic_error something on the context already waits for the system's clocks
    explicit virtual_time(asio::io_context& io, time_point start = default_start());
    virtual_time(virtual_time const&) = delete;
    virtual_time& operator=(virtual_time const&) = delete;
    ~virtual_time();

    /// The time of the wall clock.
    [[nodiscard]] time_point now() const noexcept;
    /// The time since construction, on the steady clock, which steps of the wall clock do not move.
    [[nodiscard]] nanoseconds elapsed() const noexcept;

    /// Runs everything that is ready, without moving time. Returns the number of handlers run and waits
    /// ended.
    /// @throws std::runtime_error after 10^8 of them, because something keeps time from moving (such as a
    /// loop with interval 0)
    std::size_t run_until_idle();

    /// Moves time forward. Stops at each instant for which anything waits and runs everything that is ready
    /// then. The clocks end in the year 2262 and stand still there.
    void advance(nanoseconds by);

    /// Moves time forward to the end of the next wait. Returns false and does nothing if nothing waits.
    bool advance_to_next();

    /// Sets the wall clock forward or back; the steady clock is not affected. Waits for an instant of the
    /// wall clock notice it within 30 s.
    void step_wall_clock(nanoseconds by) noexcept;

    /// Simulates a frozen process: both clocks advance while nothing runs. Then everything due runs, in
    /// order. (If the steady clock stops while a machine is suspended, use `step_wall_clock` instead.)
    void suspend(nanoseconds duration);

    /// Sets how late (if negative, how early) the next waits for a future instant end, in this order; the
    /// last value repeats. After an early wake-up the library waits for the rest exactly.
    /// `tasks::async_sleep_for` is always exact.
    void wake_offsets(std::vector<nanoseconds> offsets);

private:
    class source;

    void move_to(nanoseconds steady) noexcept;

    asio::io_context& io_;
    std::shared_ptr<detail::timer_queue> queue_;
    std::unique_ptr<source> source_;
    asio::any_io_executor work_; ///< so that the context does not stop when it is idle
};

} // namespace testing
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/testing/detail/virtual_time.ipp>
#endif
