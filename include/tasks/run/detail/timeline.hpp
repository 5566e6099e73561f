// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/detail/passed_slots.hpp>
#include <tasks/run/detail/slot_rules.hpp>
#include <tasks/run/events.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/time/detail/clock_reading.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The timeline's decision for a free worker.
struct verdict {
    enum class action : std::uint8_t {
        wait,
        run,
        pass,     ///< the slots in `passed` get no iteration; decide again
        draw,     ///< the wait for the slot begins, and its jitter must be drawn; then decide again
        exhausted ///< no slot follows
    };

    action what = action::exhausted;
    tasks::cause cause = tasks::cause::scheduled;
    nanoseconds slot{0}; ///< the slot to wait for, or to run
    nanoseconds until =
        never; ///< the end of the wait: the slot and its jitter; when drawing: the room for it
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

/// What the owner of a timeline knows, and the timeline does not, when it asks for a decision.
struct inquiry {
    bool just_ran = false;      ///< an iteration has just ended
    bool was_suspended = false; ///< likewise, and its body was suspended
    bool watched = false;       ///< both clocks must be read
    bool paused = false;        ///< no slot starts an iteration
    bool requested = false;     ///< an iteration is wanted now, so that no jitter is waited for
};

/// The slots of one run: the next one, the overdue ones, and the decisions about them (rules 7, 8, 10, 12,
/// 21, 30 to 34, 44).
///
/// A pure value: it is passed each reading of the clock. Slots are instants of the schedule's own clock.
/// Every member that asks the schedule gives the strong guarantee, and makes about 20,000 calls at most.
class timeline {
public:
    timeline(schedule when, slot_rules const& rules)
        : rules_{rules == slot_rules{} ? nullptr : std::make_shared<slot_rules const>(rules)}
    {
        set(std::move(when));
    }

    [[nodiscard]] schedule const& when() const noexcept { return when_; }
    [[nodiscard]] clock_kind clock() const noexcept { return clock_; }
    [[nodiscard]] slot_rules const& rules() const noexcept
    {
        static constexpr slot_rules common;
        return rules_ ? *rules_ : common;
    }
    /// Whether each slot follows the end of the iteration before it: a fixed delay, or the interval 0. Such a
    /// timeline has no grid, and misses no slot.
    [[nodiscard]] bool follows_end() const noexcept { return kind_ == kind::after_end; }
    /// Whether the interval is 0.
    [[nodiscard]] bool back_to_back() const noexcept { return follows_end() && period() == nanoseconds{0}; }
    /// Whether there are no slots, and iterations come from requests alone.
    [[nodiscard]] bool is_empty() const noexcept { return kind_ == kind::empty; }

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
    /// not be read again. Requires that there is no pause to settle.
    [[nodiscard]] bool has_backlog() const noexcept
    {
        return serves_all_ && next_ && *next_ <= last_reading_.steady;
    }
    /// True if the next slot was so far ahead at the last reading that the clock need not be read after one
    /// iteration that was never suspended. If the iteration takes longer, a wait for a slot that has passed
    /// ends at once. Saves 4 to 9 % of the CPU of many loops (`tasks_scale`).
    [[nodiscard]] bool waits_long() const noexcept
    {
        using namespace std::chrono_literals;
        return is_plain_grid_ && next_ && *next_ - last_reading_.steady >= 1ms;
    }
    /// Serves the next slot of the backlog. Requires a backlog.
    void serve_backlog() noexcept
    {
        served_ = served_slot{.steady = *next_};
        next_ = saturating_add(*next_, period());
    }
    /// The last reading. Requires that there was one.
    [[nodiscard]] clock_reading last_reading() const noexcept { return last_reading_; }
    /// Decides for a free worker. A slot that is to run counts as served.
    [[nodiscard]] verdict decide(clock_reading now, inquiry const& ask = {});
    /// Sets the jitter for which `decide` asked. Has no effect if the slot has moved since then.
    void set_jitter(nanoseconds jitter) noexcept { jitter_ = jitter; }
    /// Records the end of an iteration.
    void ended(clock_reading now) noexcept { last_end_ = now.steady; }
    /// Drops the jitter of a slot that is due when a worker becomes free: it is not waited for any more.
    void drop_jitter_if_due(clock_reading now) noexcept
    {
        if (rules().jittered && next_ && next_slot() <= now.on(clock_))
            jittered_slot_ = none;
    }
    /// Whether the moments at which iterations end matter, however far away the next slot is.
    [[nodiscard]] bool counts_from_ends() const noexcept { return counts_from_ends_; }
    /// Records that a worker has become free while no other was. Matters under `missed::forbid` only.
    void worker_freed(clock_reading now) noexcept
    {
        if (begun_ && rules().missed.kind() == missed::policy::forbid)
            busy_until_ = now.on(clock_);
    }
    /// Records the beginning of a pause. Slots that are due have passed, even if the wall clock is set back.
    void pause_began(clock_reading now) noexcept
    {
        if (!begun_)
            return;
        in_pause_until_ = due_until(now);
        pause_is_over_ = false;
    }
    /// Records the end of a pause. The slots that were due in it have passed; `settle_pause` counts them.
    void pause_ended(clock_reading now) noexcept
    {
        if (!begun_)
            return;
        in_pause_until_ = due_until(now);
        pause_is_over_ = true;
    }
    [[nodiscard]] bool has_pause_to_settle() const noexcept { return pause_is_over_; }
    /// Moves on to the first slot after the pause.
    /// @returns the slots that were due in it
    passed_slots settle_pause();
    /// Replaces the schedule (rule 21). Requires an `update` with the same reading, and no pause to settle.
    /// @returns the slots of the old schedule that were overdue
    passed_slots change(schedule when, clock_reading now, bool paused = false);
    /// Returns the slots that are overdue when the run ends; if the schedule throws, those found before.
    [[nodiscard]] passed_slots left_over(clock_reading now, miss_cause cause) const noexcept;
    /// As `settle_pause`, when the run ends.
    [[nodiscard]] passed_slots left_over_of_pause() noexcept;
    /// The slot after the last one served, past or not; of the interval 0, the last start.
    [[nodiscard]] std::optional<nanoseconds> upcoming() const noexcept
    {
        if (!next_)
            return std::nullopt;
        return back_to_back() ? start_ : next_slot();
    }

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

    enum class kind : std::uint8_t { grid, after_end, instants, empty };
    [[nodiscard]] static kind kind_of(schedule const& when) noexcept;

    /// The interval, or the fixed delay.
    [[nodiscard]] nanoseconds period() const noexcept { return when_.duration_; }
    [[nodiscard]] bool has_grid() const noexcept { return kind_ == kind::grid; }
    [[nodiscard]] bool has_instants() const noexcept { return kind_ == kind::instants; }
    void set(schedule when) noexcept;
    /// The slot after another one. Requires a grid or instants.
    [[nodiscard]] std::optional<nanoseconds> after(nanoseconds slot) const
    {
        return has_grid() ? std::optional{saturating_add(slot, period())} : instant_after(when_, slot);
    }
    /// Requires that there is a next slot.
    [[nodiscard]] nanoseconds next_slot() const noexcept
    {
        return follows_end() ? (std::max)(*next_, saturating_add(last_end_, period())) : *next_;
    }
    /// The moment from which a run without a served slot asks its schedule (rule 30).
    [[nodiscard]] nanoseconds first_moment(clock_reading now) const noexcept
    {
        return (std::max)(start_, now.steady);
    }
    /// The moment up to which slots are due.
    [[nodiscard]] nanoseconds due_until(clock_reading now) const noexcept
    {
        return (std::max)(in_pause_until_, now.on(clock_));
    }
    [[nodiscard]] nanoseconds jitter_of(nanoseconds slot) const noexcept
    {
        return slot == jittered_slot_ ? jitter_ : nanoseconds{0};
    }
    [[nodiscard]] nanoseconds room_for_jitter(nanoseconds slot) const;
    [[nodiscard]] bool is_too_late(nanoseconds slot, nanoseconds now) const noexcept
    {
        return rules().grace != never && distance(saturating_add(slot, jitter_of(slot)), now) > rules().grace;
    }
    [[nodiscard]] nanoseconds recurs_after(nanoseconds slot,
                                           std::optional<nanoseconds> following) const noexcept;
    /// Returns the slots from the next one up to `until`, which must not be in the future.
    [[nodiscard]] passed_slots slots_until(nanoseconds until, miss_cause cause) const;
    /// The same, in a result that is kept if the schedule throws.
    void find_slots(passed_slots& all, nanoseconds until, miss_cause cause) const;
    /// Gives up the slots from the next one up to `until`.
    [[nodiscard]] verdict pass(nanoseconds until, miss_cause cause);
    [[nodiscard]] verdict pass(passed_slots slots, std::optional<nanoseconds> following) noexcept;
    [[nodiscard]] verdict decide_due(clock_reading now);
    [[nodiscard]] verdict decide_overdue(clock_reading now, nanoseconds first, nanoseconds second);
    [[nodiscard]] verdict catch_up(clock_reading now, nanoseconds first, nanoseconds second);
    [[nodiscard]] catching_up catch_up_on_grid(nanoseconds due, nanoseconds first) const noexcept;
    [[nodiscard]] catching_up catch_up_with_instants(nanoseconds due, nanoseconds first) const;
    [[nodiscard]] catching_up drop(nanoseconds first, std::uint64_t count, counted_slots known) const;
    [[nodiscard]] catching_up drop_uncounted(nanoseconds due, nanoseconds first, counted_slots known) const;
    [[nodiscard]] verdict serve(clock_reading now, nanoseconds slot, std::optional<nanoseconds> following,
                                tasks::cause cause);

    static constexpr nanoseconds none = (nanoseconds::min)();

    schedule when_;
    std::shared_ptr<slot_rules const> rules_; ///< null if they are the default, as those of most loops
    kind kind_ = kind::empty;
    clock_kind clock_ = clock_kind::steady; ///< of the slots
    bool times_of_day_ = false;             ///< `when_` is or contains times of day
    bool begun_ = false;
    bool pause_is_over_ = false; ///< and the slots in it have not been counted
    bool counts_from_ends_ = false;
    bool is_plain_grid_ = false; ///< a grid without jitter or grace, and a policy other than `missed::forbid`
    bool serves_all_ = false;    ///< likewise, and no slot may be dropped
    std::optional<nanoseconds> next_;
    served_slot served_;  ///< last
    counted_slots known_; ///< for `missed::catch_up(max)`, so that each slot is counted once
    /// The moment asked from at first, on the steady clock; without a grid, later the last start.
    nanoseconds start_{0};
    nanoseconds last_end_ = none;      ///< of an iteration, on the steady clock
    nanoseconds jittered_slot_ = none; ///< the slot that `jitter_` was drawn for
    nanoseconds jitter_{0};
    nanoseconds busy_until_ = none;     ///< slots before it came due while no worker was free
    nanoseconds in_pause_until_ = none; ///< slots up to there came due in a pause
    clock_reading last_reading_;
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/run/detail/timeline.ipp>
#endif
