// SPDX-License-Identifier: MIT
#include "invariants.hpp"

#include "timetable.hpp"

namespace simulation {

namespace {

/// A failure after this long counts as the first one, so that the number of retries has no limit.
constexpr milliseconds five_minutes = std::chrono::minutes{5};

} // namespace

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
    check(is_allowed(s.what), "a decision is one that the options allow");
    if (std::string_view{s.what} == "requested") {
        check(s.count == 1 && s.number == numbers_++, "iterations are numbered one after the other");
        return;
    }
    if (std::string_view{s.what} == "paused" && !follows_) {
        last_.reset(); // it is told later than decided, and the wall clock may have been set in between
        return;
    }
    if (last_ && follows_ && !gridless()) {
        check(s.first > last_->wall, "slots strictly increase, and each is decided about once");
        check(follows_on(s), "no slot is left out");
    } else if (last_ && !gridless() && !rescheduled_) {
        check(s.first > last_->wall || s.first - offset > last_->steady,
              "slots strictly increase on their clock");
    }
    last_ = decided_slot{.wall = s.last, .steady = s.last - offset, .latest_offset = offset};
    if (std::string_view{s.what} == "ran") {
        check(s.number == numbers_++, "iterations are numbered one after the other");
        check(wall >= s.first, "no iteration starts before its slot");
    }
}

bool invariants::is_allowed(std::string_view decision) const
{
    auto const missed = definition_->missed;
    if (decision == "skipped")
        return missed == missed_policy::skip;
    if (decision == "dropped")
        return missed == missed_policy::catch_up;
    if (decision == "busy")
        return missed == missed_policy::forbid;
    if (decision == "late")
        return definition_->grace.has_value();
    if (decision == "coalesced")
        return missed != missed_policy::skip && missed != missed_policy::catch_up;
    return true;
}

bool invariants::gridless() const
{
    auto const& every = definition_->every;
    return every.what == timetable::kind::fixed_delay ||
           (every.what == timetable::kind::interval && every.period == milliseconds::zero());
}

milliseconds invariants::longest_jitter() const
{
    milliseconds longest{0};
    for (auto const& j : definition_->jitter.all)
        longest = std::max(longest, j.value_or(longest));
    return longest;
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

void invariants::attempt_begun(iteration_facts const& it, milliseconds wall, milliseconds steady)
{
    check(running_ && !destroyed_, "attempts are made in runs");
    check((it.attempt != 0 || wall == it.start) && it.start - it.slot == it.lateness &&
              it.lateness >= milliseconds::zero(),
          "no attempt starts before its slot");
    anything_ran_ = true;
    if (it.attempt != 0) {
        check(in_flight_.contains(it.number), "only what is in flight is retried");
        check(!definition_->retries || it.attempt <= *definition_->retries || steady >= five_minutes,
              "there are no more retries than allowed");
        in_flight_[it.number] = steady;
        return;
    }
    check(it.number + 1 == numbers_, "an iteration starts when its slot has been decided about");
    in_flight_[it.number] = steady;
    check(definition_->overlap == 0 || in_flight_.size() <= definition_->overlap, "overlap is not exceeded");
    bool const requested = std::string_view{it.cause} == "requested";
    check(requested || !paused_, "no slot makes an iteration start in a pause");
    check(requested || !definition_->grace || gridless() || rescheduled_ ||
              it.lateness <= *definition_->grace + longest_jitter(),
          "no iteration for a slot starts after the grace");
}

void invariants::attempt_ended(iteration_facts const& it, char const* outcome, milliseconds steady,
                               milliseconds duration)
{
    auto const found = in_flight_.find(it.number);
    check(running_ && !destroyed_ && found != in_flight_.end(), "attempts end once");
    if (found == in_flight_.end())
        return;
    check(duration == steady - found->second, "an attempt takes from its begin to its end");
    check(std::string_view{outcome} != "timed out" ||
              (definition_->timeout && !definition_->plain && duration >= *definition_->timeout),
          "no attempt is timed out before its time is up");
    in_flight_.erase(found);
}

void invariants::retried(iteration_facts const& it)
{
    in_flight_[it.number] = {};
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

void invariants::wait_over(bool first_time)
{
    check(first_time, "who waits for an iteration is told once");
}

void invariants::call_over(bool others_done)
{
    check(others_done, "the end of a direct call is told after whatever was ready");
}

} // namespace simulation
