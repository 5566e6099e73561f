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

/// For tests of code that uses loops.
namespace testing {

/// Takes the time of an `io_context` into the test's hands: loops, tickers and `tasks::async_sleep_for` on that context wait for
/// virtual time, which passes only when the test says so. An hour of a loop takes as long as its bodies do.
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
/// Make it before anything of that context waits, and let it outlive what does. It calls the context's handlers itself, on the
/// thread of the caller, so do not call `run()` besides. An `asio::steady_timer` still follows the real clock. If a handler calls
/// `io.stop()`, the function in progress returns early.
///
/// @par Thread safety
/// None: one thread drives everything.
class virtual_time {
public:
    using nanoseconds = std::chrono::nanoseconds;

    /// What the wall clock shows at first unless told otherwise: 2024-01-01T00:00Z.
    [[nodiscard]] static time_point default_start() noexcept;

    /// @param start what the wall clock shows at first
    /// @throws std::logic_error something of the context waits already, for the system's clocks
    explicit virtual_time(asio::io_context& io, time_point start = default_start());
    virtual_time(virtual_time const&) = delete;
    virtual_time& operator=(virtual_time const&) = delete;
    ~virtual_time();

    /// What the wall clock shows.
    [[nodiscard]] time_point now() const noexcept;
    /// How much time has passed since construction; steps of the wall clock do not count.
    [[nodiscard]] nanoseconds elapsed() const noexcept;

    /// Runs everything that is ready; time stands still. Returns how many handlers and waits that were.
    /// @throws std::runtime_error after 10^8 of them: something never lets time move (a loop with interval 0, say)
    std::size_t run_until_idle();

    /// Lets time pass. It stops at each instant for which anything waits, until everything ready there is done. The clocks end in the
    /// year 2262, where they stand still.
    void advance(nanoseconds by);

    /// Lets time pass until the next wait is over; false, and nothing happens, if nothing waits.
    bool advance_to_next();

    /// Sets the wall clock forward or back; the steady clock goes on. Who waits for an instant of the wall clock notices within 30 s.
    void step_wall_clock(nanoseconds by) noexcept;

    /// Freezes the process: both clocks go on while nothing runs. Then everything due runs, in order.
    /// (A suspended machine whose steady clock stops looks like `step_wall_clock`.)
    void suspend(nanoseconds duration);

    /// How late (negative: early) the library is woken from the next waits for an instant still ahead, in this order; the last value
    /// repeats. What is left after an early wake-up is waited for exactly. `tasks::async_sleep_for` is always exact.
    void wake_offsets(std::vector<nanoseconds> offsets);

private:
    class source;

    void move_to(nanoseconds steady) noexcept;

    asio::io_context& io_;
    std::shared_ptr<detail::timer_queue> queue_;
    std::unique_ptr<source> source_;
    asio::any_io_executor work_; ///< or the context would stop whenever it is idle
};

} // namespace testing
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/testing/detail/virtual_time.ipp>
#endif
