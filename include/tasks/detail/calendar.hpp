// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/moment.hpp>
#include <tasks/detail/waiter.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Waiters in the order in which they fall due, of equals the one that began to wait first. No operation allocates or throws.
///
/// Time is cut into ticks of about a millisecond. What is due by the end of the tick that was last looked at, the horizon, is in `near`,
/// an intrusive pairing heap that keeps the exact order. What comes later is in `far`, a hierarchical wheel that knows the tick only: 64
/// slots a level, one level for every 6 bits of the tick by which a waiter differs from the horizon. As time goes on, slots are dealt out
/// to the levels below, and finally to `near`. So to insert and to erase are O(1) (amortised O(log n) in the few of `near`), and a waiter
/// changes its place a few times in its life at most.
class calendar {
public:
    calendar() noexcept = default;
    calendar(calendar const&) = delete;
    calendar& operator=(calendar const&) = delete;

    [[nodiscard]] bool empty() const noexcept { return !near_ && occupied_levels_ == 0; }

    /// Inserts a waiter whose due and order are set.
    void insert(waiter& w) noexcept;
    void erase(waiter& w) noexcept;
    /// Takes out the first waiter that is due; null if there is none. Amortised O(log n) in those due within the same tick.
    [[nodiscard]] waiter* take_due(nanoseconds now) noexcept;
    /// Takes out any waiter; null if there is none.
    [[nodiscard]] waiter* take_any() noexcept;
    /// When to look again: as soon as the first waiter is due, or a little earlier if it has many neighbours. `never` if empty.
    [[nodiscard]] nanoseconds next_look() const noexcept;

private:
    using tick = std::uint64_t;

    static constexpr unsigned bits_per_level = 6;
    static constexpr std::size_t slots_per_level = std::size_t{1} << bits_per_level;
    static constexpr unsigned bits_of_a_tick = 20; ///< 2^20 ns
    static constexpr std::size_t levels = 8;       ///< 8 * 6 + 20 bits: more than there are

    struct position {
        std::size_t level;
        std::size_t slot;
    };
    [[nodiscard]] static tick tick_of(nanoseconds t) noexcept;
    /// Where a tick behind the horizon belongs.
    [[nodiscard]] position position_of(tick t) const noexcept;
    /// The first slot that is occupied, if any is.
    [[nodiscard]] position first_slot() const noexcept;
    [[nodiscard]] tick start_of(position at) const noexcept;

    void insert_near(waiter& w) noexcept;
    void erase_near(waiter& w) noexcept;
    void insert_far(waiter& w) noexcept;
    void erase_far(waiter& w) noexcept;
    void unmark(position at) noexcept;
    void deal_out(position at) noexcept;
    [[nodiscard]] static waiter* meld(waiter* a, waiter* b) noexcept;
    [[nodiscard]] static waiter* meld_children(waiter* first) noexcept;

    waiter* near_ = nullptr; ///< the root of the heap
    tick horizon_ = 0;
    std::uint32_t occupied_levels_ = 0; ///< a bit for each
    std::array<std::uint64_t, levels> occupied_slots_{};
    std::array<std::array<waiter*, slots_per_level>, levels> far_{};
    std::array<waiter*, 16> inserted_{}; ///< those inserted last into `far`
    std::size_t next_inserted_ = 0;
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/impl/calendar.ipp>
#endif
