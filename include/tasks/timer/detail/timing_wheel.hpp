// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_reading.hpp>
#include <tasks/timer/detail/waiter.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A priority queue of waiters, ordered by due time; ties are in insertion order. No operation allocates or
/// throws.
///
/// Time is divided into ticks of about a millisecond. `near`, an intrusive pairing heap, holds the waiters
/// that are due by the end of the current tick, the horizon, in exact order. `soon`, a ring with a list for
/// each tick, holds those due within about a second after it. `far`, a hierarchical wheel of 64 buckets a
/// level, holds all others; the level is given by the highest 6-bit digit in which the waiter's tick differs
/// from the horizon. As time passes, waiters cascade from the wheel to the ring to the heap. Insert and erase
/// are O(1); in the heap amortised O(log n). A waiter due within a second moves once, any other a few times.
class timing_wheel {
public:
    timing_wheel() noexcept = default;
    timing_wheel(timing_wheel const&) = delete;
    timing_wheel& operator=(timing_wheel const&) = delete;

    [[nodiscard]] bool empty() const noexcept
    {
        return !near_ && occupied_words_ == 0 && occupied_levels_ == 0;
    }

    /// Inserts a waiter whose due and order are set.
    void insert(waiter& w) noexcept;
    void erase(waiter& w) noexcept;
    /// Removes the first waiter that is due; null if there is none. Amortised O(log n), where n is the number
    /// of waiters due within the same tick.
    [[nodiscard]] waiter* take_due(nanoseconds now) noexcept;
    /// Removes any waiter; null if there is none.
    [[nodiscard]] waiter* take_any() noexcept;
    /// The time to check again: when the first waiter is due, or slightly earlier if many are due in the same
    /// tick. `never` if empty.
    [[nodiscard]] nanoseconds next_check() const noexcept;

private:
    using tick = std::uint64_t;
    static constexpr tick no_tick = ~tick{0};
    static constexpr unsigned bits_of_a_tick = 20; ///< 2^20 ns

    static constexpr std::size_t soon_size = 1024; ///< ticks
    static constexpr std::size_t word_size = 64;   ///< bits

    static constexpr unsigned bits_per_level = 6;
    static constexpr std::size_t buckets_per_level = std::size_t{1} << bits_per_level;
    /// The lowest level's buckets are 64 ticks, so 7 levels cover (1 + 7) * 6 + 20 bits, more than 64.
    static constexpr std::size_t levels = 7;

    struct position {
        std::size_t level;
        std::size_t bucket;
    };
    [[nodiscard]] static tick tick_of(nanoseconds t) noexcept;
    [[nodiscard]] static nanoseconds start_of(tick t) noexcept;
    /// The position of the lowest bit of a level's digit.
    [[nodiscard]] static constexpr unsigned shift_of(std::size_t level) noexcept
    {
        return static_cast<unsigned>(level + 1) * bits_per_level;
    }
    /// The bucket for a far tick.
    [[nodiscard]] position position_of(tick t) const noexcept;
    /// The first occupied bucket of `far`. Precondition: there is one.
    [[nodiscard]] position first_bucket() const noexcept;
    /// The first tick for which `far` may hold a waiter, or `no_tick`.
    [[nodiscard]] tick first_far() const noexcept;
    /// The first tick for which `soon` holds a waiter, or `no_tick`.
    [[nodiscard]] tick first_soon() const noexcept;
    /// The due time of the first waiter of a list, or the start of its first tick if the list is long.
    [[nodiscard]] static nanoseconds first_of(waiter const* list, tick start) noexcept;

    void insert_near(waiter& w) noexcept;
    void erase_near(waiter& w) noexcept;
    void insert_soon(waiter& w, tick t) noexcept;
    void insert_far(waiter& w, tick t) noexcept;
    void push(waiter*& list, waiter& w) noexcept;
    void erase_from_list(waiter& w) noexcept;
    void unmark_soon(tick t) noexcept;
    void unmark_far(position at) noexcept;
    void cascade_soon(tick t) noexcept;
    void cascade_far(tick start) noexcept;
    [[nodiscard]] static waiter* meld(waiter* a, waiter* b) noexcept;
    [[nodiscard]] static waiter* meld_children(waiter* first) noexcept;

    waiter* near_ = nullptr; ///< the root of the heap
    tick horizon_ = 0;

    std::uint16_t occupied_words_ = 0; ///< a bit for each word of `occupied_ticks_`
    std::array<std::uint64_t, soon_size / word_size> occupied_ticks_{};
    std::array<waiter*, soon_size> soon_{};

    std::uint32_t occupied_levels_ = 0; ///< a bit for each level
    std::array<std::uint64_t, levels> occupied_buckets_{};
    std::array<std::array<waiter*, buckets_per_level>, levels> far_{};

    std::array<waiter*, 16> pushed_{}; ///< the waiters inserted last into a list
    std::size_t next_pushed_ = 0;
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/timer/detail/timing_wheel.ipp>
#endif
