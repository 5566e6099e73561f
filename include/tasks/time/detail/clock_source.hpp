// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_reading.hpp>

#include <chrono>
#include <type_traits>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Where a context's time comes from: the clocks of the system, or a test.
class clock_source {
public:
    clock_source() noexcept = default;
    clock_source(clock_source const&) = delete;
    clock_source& operator=(clock_source const&) = delete;

    [[nodiscard]] virtual clock_reading now() const noexcept = 0;
    /// The steady clock alone, for those who need no more.
    [[nodiscard]] virtual nanoseconds steady() const noexcept = 0;
    /// Whether time passes by itself, so that a timer must be armed; otherwise somebody moves it and fires what is due.
    [[nodiscard]] virtual bool passes_by_itself() const noexcept = 0;
    /// Whether the wall clock may have been stepped since it was last read, so that waits must read it again.
    [[nodiscard]] virtual bool may_have_stepped() const noexcept = 0;
    /// How late (or, negative, early) to wake a wait of that length.
    [[nodiscard]] virtual nanoseconds wake_offset(nanoseconds wait) noexcept = 0;

protected:
    /// Trivial, so that the system's clocks work on while objects with static storage duration are destroyed.
    ~clock_source() = default;
};

/// The steady and the system clock.
class system_time final : public clock_source {
public:
    [[nodiscard]] clock_reading now() const noexcept override
    {
        // The thread may lose the processor between the two; then the pair would be of two instants.
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
