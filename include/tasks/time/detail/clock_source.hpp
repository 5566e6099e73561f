// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_reading.hpp>

#include <chrono>
#include <type_traits>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The source of a context's time: the system's clocks, or a test.
class clock_source {
public:
    clock_source() noexcept = default;
    clock_source(clock_source const&) = delete;
    clock_source& operator=(clock_source const&) = delete;

    [[nodiscard]] virtual clock_reading now() const noexcept = 0;
    /// Reads only the steady clock.
    [[nodiscard]] virtual nanoseconds steady() const noexcept = 0;
    /// Whether time passes by itself, so that a timer must be armed. Otherwise the owner of the source moves
    /// time and fires due waits.
    [[nodiscard]] virtual bool passes_by_itself() const noexcept = 0;
    /// Whether the wall clock may have been stepped since it was last read, so that waits must read it again.
    [[nodiscard]] virtual bool may_have_stepped() const noexcept = 0;
    /// How late (if negative, how early) a wait of that length is woken.
    [[nodiscard]] virtual nanoseconds wake_offset(nanoseconds wait) noexcept = 0;

protected:
    /// Trivial, so that the system's clocks still work while objects with static storage duration are
    /// destroyed.
    ~clock_source() = default;
};

/// `std::chrono::steady_clock` and `std::chrono::system_clock`.
class system_time final : public clock_source {
public:
    [[nodiscard]] clock_reading now() const noexcept override
    {
        // The thread may be preempted between the two readings, which would then be far apart, so the closest
        // pair of up to three is taken.
        using namespace std::chrono_literals;
        clock_reading best;
        auto shortest = never;
        for (int tries = 0; tries < 3 && shortest > 2us; ++tries) {
            auto const before = steady();
            auto const wall = std::chrono::system_clock::now().time_since_epoch();
            auto const after = steady();
            if (after - before < shortest) {
                shortest = after - before;
                best = {.steady = after, .wall = wall};
            }
        }
        return best;
    }
    [[nodiscard]] nanoseconds steady() const noexcept override
    {
        return std::chrono::steady_clock::now().time_since_epoch();
    }
    [[nodiscard]] bool passes_by_itself() const noexcept override { return true; }
    [[nodiscard]] bool may_have_stepped() const noexcept override { return true; }
    [[nodiscard]] nanoseconds wake_offset(nanoseconds) noexcept override { return nanoseconds::zero(); }

    [[nodiscard]] static system_time& instance() noexcept
    {
        static constinit system_time the_one;
        return the_one;
    }
};
static_assert(std::is_trivially_destructible_v<system_time>);

} // namespace detail
TASKS_END_NAMESPACE
