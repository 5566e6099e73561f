// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_reading.hpp>
#include <tasks/timer/detail/waiter.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Waiters in the order in which they fall due, of equals the one that began to wait first. No operation allocates or throws.
///
/// Time is cut into ticks of about a millisecond. What is due by the end of the tick that was last reached, the horizon, is in `near`,
/// an intrusive pairing heap that keeps the exact order. What comes in the second or so behind it is in `soon`, a ring with a list for each
/// tick. What comes later is in `far`, a hierarchical wheel of 64 lists a level, one level for every 6 bits of the tick by which a waiter
/// differs from the horizon. As time goes on, what is far cascades to the levels below, and to what is soon, and that to what is near. So
/// to insert and to erase are O(1) (amortised O(log n) in the few that are near), and a waiter changes its place a few times in its life at
/// most; one of a second or less, once.
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
    /// Takes out the first waiter that is due; null if there is none. Amortised O(log n) in those due within the same tick.
    [[nodiscard]] waiter* take_due(nanoseconds now) noexcept;
    /// Takes out any waiter; null if there is none.
    [[nodiscard]] waiter* take_any() noexcept;
    /// When to check again: as soon as the first waiter is due, or a little earlier if it has many neighbours. `never` if empty.
    [[nodiscard]] nanoseconds next_check() const noexcept;

private:
    using tick = std::uint64_t;
    static constexpr tick no_tick = ~tick{0};
    static constexpr unsigned bits_of_a_tick = 20; ///< 2^20 ns

    static constexpr std::size_t soon_size = 1024; ///< ticks
    static constexpr std::size_t word_size = 64;   ///< bits

    static constexpr unsigned bits_per_level = 6;
    static constexpr std::size_t buckets_per_level = std::size_t{1} << bits_per_level;
    /// The lowest one's buckets are 64 ticks; (1 + 7) * 6 + 20 bits: more than there are.
    static constexpr std::size_t levels = 7;

    struct position {
        std::size_t level;
        std::size_t bucket;
    };
    [[nodiscard]] static tick tick_of(nanoseconds t) noexcept;
    [[nodiscard]] static nanoseconds start_of(tick t) noexcept;
    /// Of the lowest bit that a level's buckets are told apart by.
    [[nodiscard]] static constexpr unsigned shift_of(std::size_t level) noexcept
    {
        return static_cast<unsigned>(level + 1) * bits_per_level;
    }
    /// Where a far tick belongs.
    [[nodiscard]] position position_of(tick t) const noexcept;
    /// The first bucket of `far` that is occupied. Requires one.
    [[nodiscard]] position first_bucket() const noexcept;
    /// The first tick for which there may be somebody in `far`, or `no_tick`.
    [[nodiscard]] tick first_far() const noexcept;
    /// The first tick for which there is somebody in `soon`, or `no_tick`.
    [[nodiscard]] tick first_soon() const noexcept;
    /// When the first waiter of a list is due, or the start of its first tick if there are many.
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

    std::uint16_t occupied_words_ = 0; ///< a bit for each word of the next
    std::array<std::uint64_t, soon_size / word_size> occupied_ticks_{};
    std::array<waiter*, soon_size> soon_{};

    std::uint32_t occupied_levels_ = 0; ///< a bit for each
    std::array<std::uint64_t, levels> occupied_buckets_{};
    std::array<std::array<waiter*, buckets_per_level>, levels> far_{};

    std::array<waiter*, 16> pushed_{}; ///< those that came last into a list
    std::size_t next_pushed_ = 0;
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/timer/detail/timing_wheel.ipp>
#endif
