// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/require_instants.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/time/time_point.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>

TASKS_BEGIN_NAMESPACE

/// The slots of a schedule strictly after an instant, as `upcoming` returns them: a view and forward range.
///
/// It owns a copy of the schedule, which shares the immutable instants, so it is cheap to copy and may
/// outlive what it was made from. Iterators refer to the view that they come from.
///
/// Every step asks `next` once, without an allocation of the library. If `next` throws, the iterator stays
/// where it was.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class upcoming_slots : public std::ranges::view_base {
public:
    class iterator {
    public:
        using value_type = time_point;
        using difference_type = std::ptrdiff_t;

        iterator() = default;

        [[nodiscard]] time_point operator*() const { return *slot_; }
        iterator& operator++()
        {
            slot_ = schedule_->next(*slot_);
            return *this;
        }
        iterator operator++(int)
        {
            auto const before = *this;
            ++*this;
            return before;
        }

        /// Iterators of the same view are equal if their slots are.
        [[nodiscard]] friend bool operator==(iterator const& a, iterator const& b) noexcept
        {
            return a.slot_ == b.slot_;
        }
        /// Whether there is no further slot.
        [[nodiscard]] friend bool operator==(iterator const& i, std::default_sentinel_t) noexcept
        {
            return !i.slot_;
        }

    private:
        friend class upcoming_slots;
        iterator(schedule const& s, std::optional<time_point> slot) noexcept
            : schedule_{&s}
            , slot_{slot}
        {
        }

        schedule const* schedule_ = nullptr;
        std::optional<time_point> slot_;
    };

    /// No slots.
    upcoming_slots() = default;

    /// @throws bad_option as `upcoming`
    upcoming_slots(schedule s, time_point from)
        : schedule_{std::move(s)}
        , from_{from}
    {
        detail::require_instants("upcoming", schedule_);
    }

    /// The first slot. Asks `next` in every call.
    [[nodiscard]] iterator begin() const { return {schedule_, schedule_.next(from_)}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

private:
    schedule schedule_;
    time_point from_;
};

/// The slots of a schedule strictly after `from`, in order, computed one by one while they are read. Takes
/// any schedule of instants: a `schedule`, a type of the library, or a user's own with `next`.
///
/// @code
/// auto const nightly = tasks::day_at(2h + 30min).in("Europe/Berlin");
/// for (auto t : tasks::upcoming(nightly, tasks::now(io)) | std::views::take(5))
///     fmt::print("{}\n", tasks::to_string(t));
/// @endcode
///
/// Most schedules never end, so take a number of slots, or those before an instant
/// (`std::views::take_while`).
/// @throws bad_option the schedule has no instants: it is an interval, a fixed delay, `on_trigger` or
/// empty. Iterating throws what `schedule::next` throws.
[[nodiscard]] inline upcoming_slots upcoming(schedule s, time_point from)
{
    return {std::move(s), from};
}

TASKS_END_NAMESPACE
