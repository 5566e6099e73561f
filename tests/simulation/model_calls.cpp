// SPDX-License-Identifier: MIT
// What can be called (rules 18 to 22, 26, 39 to 45).
#include "model.hpp"

#include "timetable.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace simulation {

using namespace std::chrono_literals;

std::string model::act(action const& a)
{
    auto result = perform(a);
    for (auto& l : loops_)
        begin_waiting(l);
    return result;
}

std::string model::perform(action const& a)
{
    auto& l = loops_[a.target];
    if (!l.exists)
        return "gone";
    switch (a.what) {
    case verb::start:
        if (l.current)
            return "already running";
        start(l, false);
        break;
    case verb::restart:
        if (!l.current) {
            start(l, false);
        } else {
            request_cancel(l);
            l.current->restarts = true;
        }
        break;
    case verb::stop:
        if (l.current) {
            l.current->restarts = false;
            if (can_be_cancelled(l))
                l.current->stopped = true;
        }
        break;
    case verb::cancel:
        if (l.current) {
            request_cancel(l);
            l.current->restarts = false;
        }
        break;
    case verb::change_interval: return change(l, a.every);
    case verb::add_type: l.handled.insert(a.error); break;
    case verb::remove_type: return l.handled.erase(a.error) != 0 ? "true" : "false";
    case verb::clear_types: l.handled.clear(); break;
    case verb::join:
        if (l.current)
            l.current->joiners.push_back(l.joins++);
        else
            l.joined.push_back(over_text({actor::kind::join, l.joins++}, l.failure));
        break;
    case verb::call: l.calls.emplace_back().number = l.direct_calls++; break;
    case verb::cancel_calls: cancel_calls(l); break;
    case verb::trigger: return trigger(l, {.moment = steady_});
    case verb::trigger_at: return trigger(l, {.moment = a.length, .by_the_wall = true}, true);
    case verb::trigger_in: return trigger(l, {.moment = steady_ + a.length}, true);
    case verb::async_trigger: {
        auto const number = l.triggers++;
        l.waits.emplace_back().number = number;
        if (trigger(l, {.moment = steady_, .told = number}) == "false")
            end(l.waits, number, problem::not_running);
        break;
    }
    case verb::cancel_triggers:
        for (auto& w : l.waits)
            w.cancelled = true;
        break;
    case verb::pause: pause(l); break;
    case verb::resume: resume(l); break;
    case verb::destroy: destroy(l); break;
    case verb::query:
    case verb::sleep:
    case verb::raise: break;
    }
    return "done";
}

void model::request_cancel(loop& l)
{
    auto& r = *l.current;
    if (!can_be_cancelled(l) || r.cancelled)
        return;
    r.cancelled = true;
    for (auto& f : r.functions) {
        f.times_out_at.reset();
        if (f.who.what == actor::kind::before || f.who.what == actor::kind::body)
            f.interrupted = true;
    }
    for (auto f = r.functions.begin(); f != r.functions.end();) {
        auto& backing_off = *f++;
        if (backing_off.backs_off)
            iteration_over(l, backing_off, problem::aborted);
    }
}

void model::destroy(loop& l)
{
    l.exists = false;
    // A function that is not suspended continues to its next suspension. That is the caller, if it belongs to
    // the loop.
    auto const leave = [&](std::list<function> const& functions) {
        std::copy_if(functions.begin(), functions.end(), std::back_inserter(l.orphans),
                     [](function const& f) { return !f.sleeps_until; });
    };
    leave(l.direct);
    l.direct.clear();
    for (auto const& c : l.calls)
        end(l.calls, c.number, problem::abandoned);
    for (auto& w : l.waits) {
        end(l.waits, w.number, problem::abandoned);
        w.destroyed = true;
    }
    if (!l.current)
        return;
    leave(l.current->functions);
    for (auto const k : l.current->joiners)
        l.joined.push_back(over_text({actor::kind::join, k}, problem::abandoned));
    l.current.reset();
}

void model::cancel_calls(loop& l)
{
    for (auto& c : l.calls) {
        if (std::exchange(c.cancelled, true))
            continue;
        for (auto& f : l.direct)
            f.interrupted = f.interrupted || f.who.number == c.number;
    }
}

// Requests (rules 39 to 41).

void model::add_request(run& r, request const& q) const
{
    r.requests.push_back(q);
    if (!r.earliest || on_the_wall(q) < on_the_wall(*r.earliest))
        r.earliest = q;
}

/// The moment of an alarm has come.
void model::catch_alarm(run& r) const
{
    if (r.alarm && on_the_wall(*r.alarm) <= wall())
        add_request(r, *std::exchange(r.alarm, std::nullopt));
}

std::string model::trigger(loop& l, request q, bool sets_alarm)
{
    if (!takes_requests(l))
        return "false";
    auto& r = *l.current;
    if (sets_alarm)
        catch_alarm(r);
    if (!sets_alarm) {
        add_request(r, q);
    } else if (on_the_wall(q) > wall()) {
        r.alarm = q;
    } else {
        r.alarm.reset();
        add_request(r, {.moment = steady_});
    }
    return "true";
}

// Pause (rules 42 to 45).

void model::pause(loop& l)
{
    if (std::exchange(l.paused, true) || !l.current || !l.current->begun || l.current->now == phase::closing)
        return;
    l.current->waits = false;
    l.current->paused_at = instant{.steady = steady_, .wall = wall()};
}

void model::resume(loop& l)
{
    if (!std::exchange(l.paused, false) || !l.current || !l.current->begun ||
        l.current->now == phase::closing)
        return;
    auto& r = *l.current;
    if (gridless(l)) {
        r.resumed_at = steady_;
        if (r.next && fixed_delay(l))
            r.next = std::max(*r.next, steady_);
    } else if (auto const dropped = dropped_by_pause(l); !dropped.empty()) {
        r.late.push_back(passed_text(l, "paused", dropped, dropped.size()));
        pass(l, dropped);
    }
    r.paused_at.reset();
}

// change_interval (rules 21, 30, 31).

std::string model::change(loop& l, timetable const& every)
{
    bool const steady = on_steady(every);
    bool const fixed = every.what == timetable::kind::fixed_delay;
    if (steady && every.what != timetable::kind::on_trigger &&
        (every.period < 0ms || (every.period == 0ms && l.definition->overlap == 0) ||
         (every.period != 0ms && fixed && l.definition->overlap != 1)))
        return "bad option";
    if (!l.current || !l.current->begun || l.current->now == phase::closing) {
        l.every = every;
        return "done";
    }
    auto& r = *l.current;
    if (!on_steady(l) && r.offset_seen != offset_)
        r.late.push_back(clock_stepped_text(notice_step(l)));
    r.offset_seen = offset_;

    auto passed = dropped_by_pause(l);
    r.paused_at.reset();
    std::optional<milliseconds> next;
    if (!steady && !on_steady(l) && !l.paused) {
        auto const in_both = std::find_if(passed.begin(), passed.end(), [&](milliseconds slot) {
            return next_instant(every, slot - 1ms) == slot;
        });
        if (in_both != passed.end()) {
            next = *in_both;
            passed.erase(in_both, passed.end());
        }
    }
    if (!next)
        next = first_of(l, every);
    // An instant that is a slot of both schedules counts once.
    if (steady && !fixed && next && !passed.empty() && *next + offset_ == on_the_wall(l, passed.back()))
        passed.pop_back();
    if (!passed.empty())
        r.late.push_back(passed_text(l, l.paused ? "paused" : "rescheduled", passed, passed.size()));
    if (r.served)
        r.served->distance =
            r.served->on_the_wall ? distance_behind(every, *r.served->on_the_wall) : std::nullopt;
    l.every = every;
    if (fixed && every.period == 0ms)
        l.every.what = timetable::kind::interval;
    r.next = next;
    r.freed.reset();
    r.jitter.reset();
    r.waits = false;
    return "done";
}

/// The slot after those that were served, if this is the schedule now.
std::optional<milliseconds> model::first_of(loop const& l, timetable const& every) const
{
    auto const& r = *l.current;
    auto const from = std::max(r.asks_from, steady_); // until a slot is served
    switch (every.what) {
    case timetable::kind::on_trigger: return std::nullopt;
    case timetable::kind::interval:
        return r.served ? std::max(r.served->steady + every.period, steady_) : from;
    case timetable::kind::fixed_delay: {
        if (in_flight(l) != 0 && every.period != 0ms)
            return std::nullopt; // the end of that is not known yet
        auto const behind = r.last_end ? std::max(*r.last_end + every.period, steady_) : steady_;
        return r.served ? behind : std::max(from, behind);
    }
    case timetable::kind::daily:
    case timetable::kind::aligned:
    case timetable::kind::listed: break;
    }
    if (!r.served)
        return next_instant(every, from + offset_);
    return next_instant(every, std::max(wall(), r.served->on_the_wall.value_or(wall())));
}

} // namespace simulation
