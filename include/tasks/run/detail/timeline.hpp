// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/detail/passed_slots.hpp>
#include <tasks/run/events.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/run/policies.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/time/detail/clock_reading.hpp>

#include <cstdint>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The timeline's decision for a free worker.
struct verdict {
    enum class action : std::uint8_t { wait, run, exhausted };

    action what = action::exhausted;
    tasks::cause cause = tasks::cause::scheduled;
    nanoseconds slot{0};         ///< the slot to wait for, or to run
    std::uint64_t coalesced = 0; ///< further slots that the iteration stands for
    passed_slots passed;         ///< slots that get no iteration of their own
};

/// Returns the iteration that a verdict asks for, at its start.
[[nodiscard]] inline iteration to_iteration(verdict const& v, std::uint64_t number, clock_kind clock,
                                            clock_reading now) noexcept
{
    return {.number = number,
            .slot = to_wall_time(v.slot, clock, now),
            .start = time_point{now.wall},
            .lateness = distance(v.slot, now.on(clock)),
            .attempt = 0,
            .coalesced = v.coalesced,
            .cause = v.cause};
}

/// The slots of one run: the next one, the overdue ones, and the decisions about them (rules 7, 8, 10, 12,
/// 21).
///
/// A pure value: it is passed each reading of the clock. Slots are instants of the schedule's own clock.
/// Every member that asks the schedule gives the strong guarantee, and makes about 20,000 calls at most.
class timeline {
public:
    timeline(schedule when, tasks::missed policy)
        : policy_{policy}
    {
        set(std::move(when));
    }

    [[nodiscard]] schedule const& when() const noexcept { return when_; }
    [[nodiscard]] clock_kind clock() const noexcept { return clock_; }
    /// Whether the interval is 0. Such a timeline has no grid, and misses no slot.
    [[nodiscard]] bool back_to_back() const noexcept { return on_grid() && interval_ == nanoseconds::zero(); }

    /// Forgets the former run.
    void reset() noexcept;
    /// Starts the slots of the run, when the before hook has ended.
    void begin(clock_reading now);
    [[nodiscard]] bool begun() const noexcept { return begun_; }
    /// Compares the wall clock with the last reading. Asks the schedule again if the wall clock was set back
    /// far enough for the exception of rule 10.
    /// @returns the step by which it was set; 0 if it only drifted
    nanoseconds update(clock_reading now);
    /// True if the last reading showed overdue slots, none of which may be dropped, so that the clock need
    /// not be read again.
    [[nodiscard]] bool has_backlog() const noexcept
    {
        return policy_.never_drops() && on_grid() && next_ && *next_ <= last_reading_.steady &&
               !back_to_back();
    }
    /// True if the next slot was so far ahead at the last reading that the clock need not be read after one
    /// iteration. If the iteration takes longer, a wait for a slot that has passed ends at once. Saves 4 to
    /// 9 % of the CPU of many loops (`tasks_scale`).
    [[nodiscard]] bool waits_long() const noexcept
    {
        using namespace std::chrono_literals;
        return on_grid() && next_ && *next_ - last_reading_.steady >= 1ms && !back_to_back();
    }
    /// Serves the next slot of the backlog. Requires a backlog.
    void serve_backlog() noexcept
    {
        served_ = served_slot{.steady = *next_};
        next_ = saturating_add(*next_, interval_);
    }
    /// The last reading. Requires that there was one.
    [[nodiscard]] clock_reading last_reading() const noexcept { return last_reading_; }
    /// Decides for a free worker. A slot that is to run counts as served.
    [[nodiscard]] verdict decide(clock_reading now);
    /// Records the end of an iteration.
    void ended(clock_reading now) noexcept { last_end_ = now.steady; }
    /// Replaces the schedule (rule 21). Requires an `update` with the same reading.
    /// @returns the slots of the old schedule that were overdue
    passed_slots change(schedule when, clock_reading now);
    /// Returns the overdue slots. With the cause `ended` it returns the slots found before the schedule
    /// throws, if it does.
    [[nodiscard]] passed_slots overdue(clock_reading now, miss_cause cause) const;
    /// The slot after the last one served, past or not.
    [[nodiscard]] std::optional<nanoseconds> upcoming() const noexcept { return next_; }

private:
    struct served_slot {
        nanoseconds steady = (nanoseconds::min)();      ///< the minimum if no slot was served
        nanoseconds on_schedule = (nanoseconds::min)(); ///< the minimum if instants may be served again
        /// The distance to the following slot, if it is below 1 h. If the wall clock is set back by as much,
        /// the schedule is asked again.
        nanoseconds recurs_after = never;

        explicit operator bool() const noexcept { return steady != (nanoseconds::min)(); }
    };

    /// Slots of instants found overdue at some reading: `count` slots from the next one, up to `last`.
    struct counted_slots {
        std::uint64_t count = 0;
        nanoseconds last{0};
    };

    /// An overdue instant to serve, the slots known from there on, and the older slots that are dropped.
    struct catching_up {
        nanoseconds slot;
        counted_slots known;
        passed_slots dropped;
    };

    [[nodiscard]] bool on_grid() const noexcept { return clock_ == clock_kind::steady; }
    void set(schedule when) noexcept;
    [[nodiscard]] std::optional<nanoseconds> after(nanoseconds slot) const
    {
        return on_grid() ? std::optional{saturating_add(slot, interval_)} : instant_after(when_, slot);
    }
    [[nodiscard]] nanoseconds recurs_after(nanoseconds slot,
                                           std::optional<nanoseconds> following) const noexcept;
    /// Returns the slots from the next one up to `until`, which must not be in the future.
    [[nodiscard]] passed_slots slots_until(nanoseconds until, miss_cause cause) const;
    [[nodiscard]] verdict decide_overdue(clock_reading now, nanoseconds first, nanoseconds second);
    [[nodiscard]] verdict catch_up(clock_reading now, nanoseconds first, nanoseconds second);
    [[nodiscard]] catching_up catch_up_on_grid(nanoseconds due, nanoseconds first) const noexcept;
    [[nodiscard]] catching_up catch_up_with_instants(nanoseconds due, nanoseconds first) const;
    [[nodiscard]] catching_up drop(nanoseconds first, std::uint64_t count, counted_slots known) const;
    [[nodiscard]] catching_up drop_uncounted(nanoseconds due, nanoseconds first, counted_slots known) const;
    [[nodiscard]] verdict serve(clock_reading now, nanoseconds slot, std::optional<nanoseconds> following,
                                tasks::cause cause);

    schedule when_;
    nanoseconds interval_{0}; ///< of `when_`, if that is an interval
    tasks::missed policy_;
    clock_kind clock_ = clock_kind::steady; ///< of the slots
    bool times_of_day_ = false;             ///< `when_` is or contains times of day
    bool begun_ = false;
    std::optional<nanoseconds> next_;
    served_slot served_;  ///< last
    counted_slots known_; ///< for `missed::catch_up(max)`, so that each slot is counted once
    nanoseconds last_end_{0};
    clock_reading last_reading_;
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/run/detail/timeline.ipp>
#endif
