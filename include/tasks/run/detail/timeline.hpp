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

/// What a loop with a free place is to do now.
struct verdict {
    enum class action : std::uint8_t { wait, run, exhausted };

    action what = action::exhausted;
    tasks::cause cause = tasks::cause::scheduled;
    nanoseconds slot{0};         ///< to wait for, or to run
    std::uint64_t coalesced = 0; ///< further slots that the iteration stands for
    passed_slots passed;         ///< slots that get no iteration of their own
};

/// The iteration that a verdict asks for, at its start.
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

/// The slots of one run: which is next, which are overdue, what becomes of them (rules 7, 8, 10, 12, 21).
///
/// A pure value: it has no clock and is told each reading of one. Slots are instants of the schedule's own
/// clock. Every member that asks the schedule gives the strong guarantee, and asks it some 20,000 times at
/// most.
class timeline {
public:
    timeline(schedule when, tasks::missed policy)
        : policy_{policy}
    {
        set(std::move(when));
    }

    [[nodiscard]] schedule const& when() const noexcept { return when_; }
    [[nodiscard]] clock_kind clock() const noexcept { return clock_; }
    /// An interval of zero: no grid, nothing is ever missed.
    [[nodiscard]] bool back_to_back() const noexcept { return on_grid() && interval_ == nanoseconds::zero(); }

    /// Forgets the former run.
    void reset() noexcept;
    /// Starts the run's slots: the before hook has ended.
    void begin(clock_reading now);
    [[nodiscard]] bool begun() const noexcept { return begun_; }
    /// Takes notice of the wall clock; returns by how much it was set since the last reading, 0 where it only
    /// drifted. If it was set back so far that rule 10 makes an exception, the schedule is asked anew.
    nanoseconds update(clock_reading now);
    /// Whether the last reading of the clock showed slots that are still to be served, each of them, whatever
    /// the time is now; then there is no need to read it again.
    [[nodiscard]] bool has_backlog() const noexcept
    {
        return policy_.never_drops() && on_grid() && next_ && *next_ <= last_reading_.steady &&
               !back_to_back();
    }
    /// Whether the next slot was so far ahead at the last reading that the clock need not be read again after
    /// one iteration. If that took longer after all, a wait for a slot that has passed is over at once.
    /// Saves 4 to 9 % of the CPU of many loops (`tasks_scale`).
    [[nodiscard]] bool waits_long() const noexcept
    {
        using namespace std::chrono_literals;
        return on_grid() && next_ && *next_ - last_reading_.steady >= 1ms && !back_to_back();
    }
    /// Serves the next slot of the backlog. Requires one.
    void serve_backlog() noexcept
    {
        served_ = served_slot{.steady = *next_};
        next_ = saturating_add(*next_, interval_);
    }
    /// The last reading. Requires that there was one.
    [[nodiscard]] clock_reading last_reading() const noexcept { return last_reading_; }
    /// A place is free: what now? A slot that is to run counts as served.
    [[nodiscard]] verdict decide(clock_reading now);
    /// An iteration has ended.
    void ended(clock_reading now) noexcept { last_end_ = now.steady; }
    /// Replaces the schedule (rule 21), just after an `update`; returns the slots that were overdue by the
    /// old one.
    passed_slots change(schedule when, clock_reading now);
    /// The slots that are overdue; for a run that has `ended`, as many as the schedule names before it
    /// throws.
    [[nodiscard]] passed_slots overdue(clock_reading now, miss_cause cause) const;
    /// The slot after the last one served, past or not.
    [[nodiscard]] std::optional<nanoseconds> upcoming() const noexcept { return next_; }

private:
    struct served_slot {
        nanoseconds steady = (nanoseconds::min)();      ///< the earliest there is: none was served
        nanoseconds on_schedule = (nanoseconds::min)(); ///< of instants that may not come again
        /// From it to the slot behind it, where a wall clock that is set back by as much makes the schedule
        /// be asked anew.
        nanoseconds recurs_after = never;

        explicit operator bool() const noexcept { return steady != (nanoseconds::min)(); }
    };

    /// Slots of instants that were overdue at some reading: `count` from the next slot on, up to `last`.
    struct counted_slots {
        std::uint64_t count = 0;
        nanoseconds last{0};
    };

    /// A slot of instants that is overdue, how many are known from there on, and the older ones that are
    /// dropped.
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
    /// The slots from the next one up to `until`, which is the present at most.
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
    bool times_of_day_ = false;             ///< `when_` is, or has among its parts
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
