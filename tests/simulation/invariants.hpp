// SPDX-License-Identifier: MIT
// The properties of every loop in every history, checked without the model.
#pragma once

#include "event.hpp"
#include "history.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace simulation {

class invariants {
public:
    explicit invariants(loop_definition const& d)
        : definition_{&d}
    {
    }

    /// The first violation; empty if there is none.
    std::string const& violated() const { return violated_; }

    void run_started();
    /// @param wall, offset the wall clock, and its total step since the start
    void slot(slot_facts const& s, milliseconds wall, milliseconds offset);
    void attempt_begun(iteration_facts const& it, milliseconds wall, milliseconds steady);
    void attempt_ended(iteration_facts const& it, char const* outcome, milliseconds steady,
                       milliseconds duration);
    void retried(iteration_facts const& it);
    void hook_begun(actor::kind which);
    void run_ended(bool cancelled);
    /// Records a change of the schedule, after which slots need not follow one another.
    void rescheduled()
    {
        follows_ = false;
        rescheduled_ = true;
    }
    /// Records that the wall clock was set, in total by this much since the start.
    void clock_set(milliseconds offset)
    {
        follows_ = false;
        if (!last_)
            return;
        last_->latest_offset = std::max(last_->latest_offset, offset);
        auto const back = last_->latest_offset - offset;
        if (back >= std::chrono::hours{3} || (back > milliseconds::zero() && may_repeat_within(back)))
            last_.reset(); // slots may go back
    }
    void destroyed() { destroyed_ = true; }
    /// Records that a user function was resumed or began.
    void resumed();
    void runs_on_its_executor(bool does);
    /// Records that the caller of a direct call is completed.
    void call_over(bool others_done);
    /// Records that somebody who waits for an iteration is told.
    void wait_over(bool first_time);
    void paused(bool is) { paused_ = is; }

private:
    void check(bool holds, char const* rule);
    bool follows_on(slot_facts const& s) const;
    /// Whether the options of the loop allow such a decision.
    bool is_allowed(std::string_view decision) const;
    bool gridless() const;
    milliseconds longest_jitter() const;
    /// Whether the schedule may have instants that are less than an hour apart and no more than this, and has
    /// no times of day.
    bool may_repeat_within(milliseconds distance) const;

    struct decided_slot {
        milliseconds wall{0};
        milliseconds steady{0};
        milliseconds latest_offset{0}; ///< the maximum since then
    };

    loop_definition const* definition_;
    std::string violated_;
    bool running_ = false;
    bool destroyed_ = false;
    bool anything_ran_ = false;
    bool follows_ = true; ///< the run has had only one schedule and one clock so far
    bool rescheduled_ = false;
    bool paused_ = false;
    unsigned after_hooks_ = 0;
    std::uint64_t numbers_ = 0;
    std::map<std::uint64_t, milliseconds> in_flight_; ///< with the begin of the attempt
    std::optional<decided_slot> last_;
};

} // namespace simulation
