// SPDX-License-Identifier: MIT
#include "invariants.hpp"

#include "timetable.hpp"

#include <string_view>

namespace simulation {

void invariants::check(bool holds, char const* rule)
{
    if (!holds && violated_.empty())
        violated_ = rule;
}

void invariants::run_started()
{
    check(!destroyed_, "nothing happens after destruction");
    check(!running_, "a run begins when the former has ended");
    running_ = true;
    anything_ran_ = false;
    follows_ = !rescheduled_;
    after_hooks_ = 0;
    numbers_ = 0;
    in_flight_.clear();
    last_.reset();
}

void invariants::slot(slot_facts const& s, milliseconds wall, milliseconds offset)
{
    check(running_ && !destroyed_, "slots are decided in runs");
    check(s.count != 0 && s.first <= s.last && (s.count == 1) == (s.first == s.last),
          "a decision is about its slots");
    check(s.lateness >= milliseconds::zero(), "no slot is decided about before it is due");
    bool const gridless = definition_->every.what == timetable::kind::interval &&
                          definition_->every.period == milliseconds::zero();
    if (last_ && follows_ && !gridless) {
        check(s.first > last_->wall, "slots strictly increase, and each is decided about once");
        check(follows_on(s), "no slot is left out");
    } else if (last_ && !gridless && !rescheduled_) {
        check(s.first > last_->wall || s.first - offset > last_->steady,
              "slots strictly increase on their clock");
    }
    last_ = decided_slot{.wall = s.last, .steady = s.last - offset, .latest_offset = offset};
    if (std::string_view{s.what} == "ran") {
        check(s.number == numbers_++, "iterations are numbered one after the other");
        check(wall >= s.first, "no iteration starts before its slot");
    }
}

bool invariants::follows_on(slot_facts const& s) const
{
    if (definition_->every.what != timetable::kind::interval)
        return s.first == next_instant(definition_->every, last_->wall);
    // Under `delay`, the grid begins again at a slot that was not on it.
    return definition_->missed == missed_policy::delay || s.first == last_->wall + definition_->every.period;
}

bool invariants::may_repeat_within(milliseconds distance) const
{
    auto const& every = definition_->every;
    if (rescheduled_ || every.what == timetable::kind::listed)
        return true; // as far as is known here
    return every.what == timetable::kind::aligned && every.period < std::chrono::hours{1} &&
           every.period <= distance;
}

void invariants::attempt_begun(iteration_facts const& it, milliseconds wall)
{
    check(running_ && !destroyed_, "attempts are made in runs");
    check((it.attempt != 0 || wall == it.start) && it.start - it.slot == it.lateness &&
              it.lateness >= milliseconds::zero(),
          "no attempt starts before its slot");
    anything_ran_ = true;
    if (it.attempt == 0) {
        check(it.number + 1 == numbers_, "an iteration starts when its slot has been decided about");
        in_flight_.insert(it.number);
        check(definition_->overlap == 0 || in_flight_.size() <= definition_->overlap,
              "overlap is not exceeded");
    } else {
        check(in_flight_.contains(it.number), "only what is in flight is retried");
    }
}

void invariants::attempt_ended(iteration_facts const& it)
{
    check(running_ && !destroyed_ && in_flight_.erase(it.number) == 1, "attempts end once");
}

void invariants::retried(iteration_facts const& it)
{
    in_flight_.insert(it.number);
}

void invariants::hook_begun(actor::kind which)
{
    check(running_ && !destroyed_, "hooks belong to runs");
    check(after_hooks_ == 0, "the after hook is the last, and runs once");
    anything_ran_ = true;
    if (which == actor::kind::after)
        ++after_hooks_;
}

void invariants::run_ended(bool cancelled)
{
    check(running_ && !destroyed_, "a run ends once");
    running_ = false;
    if (definition_->after && (anything_ran_ || !cancelled))
        check(after_hooks_ == 1, "the after hook runs in every run");
}

void invariants::resumed()
{
    check(!destroyed_, "no user code runs after destruction");
}

void invariants::runs_on_its_executor(bool does)
{
    check(does, "whatever is the user's runs on the loop's executor");
}

void invariants::call_over(bool others_done)
{
    check(others_done, "the end of a direct call is told after whatever was ready");
}

} // namespace simulation
