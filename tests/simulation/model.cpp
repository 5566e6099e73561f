// SPDX-License-Identifier: MIT
// Questions, time, and the events that the model is given.
#include "model.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

using namespace std::chrono_literals;

model::model(history const& h)
    : latest_wake_{std::max(h.wake_offset, 0ms)}
    , loops_(h.loops.size())
{
    for (std::size_t i = 0; i < h.loops.size(); ++i) {
        loops_[i].definition = &h.loops[i];
        auto& every = loops_[i].every = h.loops[i].every;
        if (every.what == timetable::kind::fixed_delay && every.period == 0ms)
            every.what = timetable::kind::interval; // rule 31
    }
}

// Questions (rules 23 to 25, 37, 40, 42, 45).

answers model::ask(std::size_t index) const
{
    return ask(loops_[index]);
}

answers model::ask(loop const& l) const
{
    answers a;
    if (!l.exists)
        return a;
    a.failed = l.failure.has_value();
    a.paused = l.paused;
    a.failures = l.failures;
    a.last_error = l.last_error;
    if (!l.current)
        return a;
    auto const& r = *l.current;
    a.running = true;
    a.cancelling = r.cancelled;
    bool const counted_out = r.now == phase::closing && count_reached(l) && !l.failure && !r.cancelled;
    a.current_loop = counted_out ? r.started : r.started == 0 ? 0 : r.started - 1;
    if (r.now == phase::closing || no_more_iterations(l))
        return a;
    if (r.now == phase::looping && r.begun && r.next && !l.paused)
        a.next_iteration = on_the_wall(l, *r.next);
    if (r.alarm && on_the_wall(*r.alarm) > wall())
        a.next_iteration = std::min(a.next_iteration.value_or(on_the_wall(*r.alarm)), on_the_wall(*r.alarm));
    return a;
}

// What is possible.

std::size_t model::in_flight(loop const& l) const
{
    return static_cast<std::size_t>(std::count_if(l.current->functions.begin(), l.current->functions.end(),
                                                  [](function const& f) { return f.in_flight(); }));
}

bool model::place_is_free(loop const& l) const
{
    return l.definition->overlap == 0 || in_flight(l) < l.definition->overlap;
}

bool model::count_reached(loop const& l) const
{
    auto const count = l.definition->count;
    return count && l.current->started >= static_cast<std::uint64_t>(*count);
}

bool model::no_more_iterations(loop const& l) const
{
    return l.current->stopped || l.current->cancelled || l.failure || count_reached(l);
}

bool model::tells_decisions(loop const& l) const
{
    return l.current && l.current->now == phase::looping && l.current->begun && place_is_free(l);
}

bool model::looks_for_work(loop const& l) const
{
    return tells_decisions(l) && !no_more_iterations(l);
}

bool model::may_look(loop const& l) const
{
    return looks_for_work(l) && !on_steady(l) && l.current->offset_seen != offset_;
}

std::optional<milliseconds> model::slot_starts(loop const& l) const
{
    auto const& r = *l.current;
    if (!r.next || l.paused)
        return std::nullopt;
    return *r.next + (r.waits ? jitter_of(l, *r.next) : 0ms);
}

bool model::slot_may_start(loop const& l) const
{
    auto const start = slot_starts(l);
    return start && *l.current->next <= on_its_clock(l) &&
           (*start <= on_its_clock(l) || request_is_due(*l.current));
}

bool model::request_is_due(run const& r) const
{
    return !r.requests.empty() || (r.alarm && on_the_wall(*r.alarm) <= wall());
}

bool model::may_decide(loop const& l) const
{
    return looks_for_work(l) && !may_look(l) && !has_decided(*l.current) &&
           (slot_may_start(l) || request_is_due(*l.current));
}

/// Whether calls have decided about slots, and the loop has still to tell it.
bool model::has_decided(run const& r)
{
    return std::any_of(r.late.begin(), r.late.end(),
                       [](std::string const& text) { return text.starts_with("slot"); });
}

bool model::may_close(loop const& l) const
{
    if (!l.current || l.current->now != phase::looping || !l.current->functions.empty())
        return false;
    auto const& r = *l.current;
    bool const exhausted = !may_look(l) && !r.next && l.every.what != timetable::kind::on_trigger;
    return no_more_iterations(l) || (exhausted && !l.paused && r.requests.empty() && !r.alarm);
}

/// Rules 6 and 28: not if it is ending and has nothing in flight.
bool model::can_be_cancelled(loop const& l) const
{
    if (!l.current || l.current->now == phase::closing)
        return false;
    return l.current->now != phase::looping || !l.failure || in_flight(l) != 0;
}

bool model::takes_requests(loop const& l) const
{
    return l.current && l.current->now != phase::closing && !no_more_iterations(l);
}

bool model::time_is_up(function const& f) const
{
    return f.sleeps_until && f.times_out_at && *f.times_out_at <= steady_;
}

bool model::may_go_on(function const& f) const
{
    return !f.sleeps_until || *f.sleeps_until <= steady_ || f.interrupted || time_is_up(f);
}

/// Waits by a timer of the loop may end late.
bool model::has_to_go_on(function const& f) const
{
    if (!f.sleeps_until || f.interrupted || (!f.backs_off && *f.sleeps_until <= steady_))
        return true;
    return (f.backs_off && *f.sleeps_until + latest_wake_ <= steady_) ||
           (f.times_out_at && *f.times_out_at + latest_wake_ <= steady_);
}

bool model::has_to_decide(loop const& l) const
{
    if (!may_decide(l))
        return false;
    auto const& r = *l.current;
    bool const zero = gridless(l) && !fixed_delay(l) && r.served && !l.paused;
    auto const start = slot_starts(l);
    if (!zero && r.requests.empty() && may_look_later(l))
        return false;
    return zero || !r.requests.empty() || (r.alarm && on_the_wall(*r.alarm) + latest_wake_ <= wall()) ||
           (start && *start + latest_wake_ <= on_its_clock(l));
}

/// Whether a step of the wall clock may still be unnoticed (rule 11): a loop that waits for moments on both
/// clocks looks at them every 30 s.
bool model::may_look_later(loop const& l) const
{
    auto const& alarm = l.current->alarm;
    return alarm && alarm->by_the_wall == on_steady(l) && stepped_at_ && steady_ < latest_look();
}

milliseconds model::latest_look() const
{
    return *stepped_at_ + 30s + latest_wake_;
}

/// The time of the next act that must happen.
std::optional<milliseconds> model::next_due(loop const& l) const
{
    std::optional<milliseconds> due;
    auto const note = [&](milliseconds t) { due = due ? std::min(*due, t) : t; };
    for (auto const& f : l.direct) {
        if (f.sleeps_until)
            note(*f.sleeps_until);
    }
    if (!l.current)
        return due;
    for (auto const& f : l.current->functions) {
        if (f.sleeps_until)
            note(*f.sleeps_until + (f.backs_off ? latest_wake_ : 0ms));
        if (f.sleeps_until && f.times_out_at)
            note(*f.times_out_at + latest_wake_);
    }
    if (!looks_for_work(l))
        return due;
    if (may_look_later(l)) {
        note(latest_look());
        return due;
    }
    if (auto const start = slot_starts(l))
        note(steady_ + (*start + latest_wake_ - on_its_clock(l)));
    if (auto const& alarm = l.current->alarm)
        note(steady_ + (on_the_wall(*alarm) + latest_wake_ - wall()));
    return due;
}

std::vector<std::string> model::possible(loop const& l) const
{
    std::vector<std::string> all{l.expected.begin(), l.expected.end()};
    if (l.unsure)
        all.push_back("the end of the attempt of " + to_string(*l.unsure));
    for (auto const& f : l.orphans)
        all.push_back(to_string(f.who) + " goes on to its next suspension");
    all.insert(all.end(), l.joined.begin(), l.joined.end());
    for (auto const& c : l.calls) {
        if (c.ended)
            all.push_back(over_text({actor::kind::direct, c.number}, c.failure));
        else if (!c.begun)
            all.push_back(to_string(actor{actor::kind::direct, c.number}) + " begins");
    }
    for (auto const& w : l.waits) {
        if (w.ended || w.cancelled)
            all.push_back(
                over_text({actor::kind::trigger, w.number}, w.ended ? w.failure : problem::aborted));
    }
    for (auto const& f : l.direct) {
        if (has_to_go_on(f))
            all.push_back(to_string(f.who) + " goes on");
    }
    if (!l.current)
        return all;
    auto const& r = *l.current;
    if (r.now == phase::starting)
        all.push_back("the run's first step");
    for (auto const& f : r.functions) {
        if (has_to_go_on(f))
            all.push_back(to_string(f.who) + " goes on");
    }
    if (looks_for_work(l) && has_decided(r))
        all.push_back("it is told: " + r.late.front());
    if (may_look(l) && (r.alarm || (r.next && !l.paused)) && !may_look_later(l))
        all.push_back("the wall clock is looked at");
    if (jitter_throws(l))
        all.push_back("the jitter policy throws");
    if (has_to_decide(l))
        all.push_back("a slot is decided");
    if (may_close(l))
        all.push_back("the run is closed");
    return all;
}

// Time.

complaint model::settle()
{
    for (auto const& p : plans_) {
        if (p.what && p.due <= steady_)
            return "planned, and not done: " + to_string(*p.what);
    }
    for (auto& l : loops_) {
        if (may_launch_silently(l)) {
            launch(l);
            begin_waiting(l);
        }
        auto const left = possible(l);
        if (!left.empty()) {
            auto const number = static_cast<std::size_t>(&l - loops_.data());
            return "loop " + std::to_string(number) + " left undone at " + std::to_string(steady_.count()) +
                   ": " + left.front();
        }
    }
    return {};
}

complaint model::pass_to(milliseconds steady)
{
    for (;;) {
        if (auto c = settle(); !c.empty())
            return c;
        std::optional<milliseconds> due;
        for (auto const& l : loops_) {
            if (auto const t = next_due(l))
                due = due ? std::min(*due, *t) : *t;
        }
        for (auto const& p : plans_) {
            if (p.what)
                due = due ? std::min(*due, p.due) : p.due;
        }
        if (!due || *due >= steady)
            break;
        steady_ = *due;
    }
    steady_ = steady;
    return {};
}

// Events.

std::vector<model> model::silently_launched() const
{
    std::vector<model> all;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        if (!may_launch_silently(loops_[i]))
            continue;
        auto& other = all.emplace_back(*this);
        other.launch(other.loops_[i]);
        other.begin_waiting(other.loops_[i]);
    }
    return all;
}

/// A run begun by restart() reports that at once, so its first step may have no event.
bool model::may_launch_silently(loop const& l) const
{
    return l.current && l.current->now == phase::starting && l.current->restarted && l.expected.empty() &&
           !l.definition->before && !l.current->cancelled;
}

complaint model::accept(event const& e)
{
    auto c = e.by.what == actor::kind::plan ? take_plan(e) : take_one(loops_[e.loop], e);
    for (auto& l : loops_)
        begin_waiting(l);
    return c;
}

complaint model::take_one(loop& l, event const& e)
{
    if (e.by.what == actor::kind::join) {
        auto const it = std::find(l.joined.begin(), l.joined.end(), e.text);
        if (it == l.joined.end())
            return "no such join is over";
        l.joined.erase(it);
        return {};
    }
    if (e.by.what == actor::kind::trigger)
        return tell_somebody(l.waits, e) ? complaint{} : "no such trigger is over";
    if (l.expected.empty() && l.current &&
        (e.by.what == actor::kind::late || e.by.what == actor::kind::look)) {
        auto& late = l.current->late;
        // slots in the order of the calls, and not before a place is free
        auto const it = std::find_if(late.begin(), late.end(), [&](std::string const& text) {
            return e.by.what == actor::kind::look ? text == e.text : text.starts_with("slot");
        });
        if (it != late.end() && *it == e.text && (e.by.what == actor::kind::look || tells_decisions(l))) {
            late.erase(it);
            return {};
        }
    }
    if (l.expected.empty()) {
        if (e.by.what == actor::kind::direct && tell_somebody(l.calls, e))
            return {};
        if (auto c = take(l, e); !c.empty())
            return c;
    }
    if (l.expected.empty())
        return "unexpected: " + to_string(e);
    if (l.expected.front() != e.text)
        return "expected: " + l.expected.front();
    l.expected.pop_front();
    return {};
}

complaint model::take(loop& l, event const& e)
{
    auto const impossible = [&] {
        std::string text = "not possible now; possible is:";
        for (auto const& p : possible(l))
            text += " " + p + ";";
        return text;
    };
    for (auto& f : l.orphans) {
        if (f.who == e.by)
            return go_on(l, l.orphans, f, e);
    }
    if (e.by.what == actor::kind::direct) {
        auto const c = take_direct(l, e);
        return c.empty() ? c : impossible();
    }
    if (!l.exists || !l.current)
        return impossible();

    if (l.current->now == phase::starting && l.current->restarted && e.by.what != actor::kind::launch)
        launch(l); // it has reported that already
    if (!l.expected.empty() || !l.current)
        return {};
    auto& r = *l.current;
    if (l.unsure) {
        auto const who = *std::exchange(l.unsure, std::nullopt);
        auto const f = std::find_if(r.functions.begin(), r.functions.end(),
                                    [&](function const& g) { return g.who == who; });
        f->timed_out = e.text == attempt_ended_text(f->it, "timed out", problem::timed_out);
        f->times_out_at.reset();
        finish_body(l, *f, problem::aborted);
        return {};
    }
    switch (e.by.what) {
    case actor::kind::launch:
        if (r.now != phase::starting || r.restarted)
            return impossible();
        launch(l);
        return {};
    case actor::kind::look:
        if (!may_look(l))
            return impossible();
        look(l);
        return {};
    case actor::kind::slots:
        if (!may_decide(l))
            return impossible();
        decide(l);
        return {};
    case actor::kind::late:
    case actor::kind::close:
        if (!may_close(l))
            return impossible();
        close(l);
        return {};
    case actor::kind::before:
    case actor::kind::body:
    case actor::kind::error:
    case actor::kind::after:
        if (e.by.what == actor::kind::after && may_close(l)) {
            close(l);
            return {};
        }
        for (auto& f : r.functions) {
            if (f.who == e.by && may_go_on(f))
                return go_on(l, r.functions, f, e);
        }
        break;
    case actor::kind::join:
    case actor::kind::direct:
    case actor::kind::trigger:
    case actor::kind::plan:
    case actor::kind::other: break;
    }
    if (jitter_throws(l)) {
        fail(l, problem::fatal);
        return {};
    }
    return impossible();
}

complaint model::take_direct(loop& l, event const& e)
{
    for (auto& f : l.direct) {
        if (f.who == e.by && may_go_on(f))
            return go_on(l, l.direct, f, e);
    }
    auto const call = std::find_if(l.calls.begin(), l.calls.end(), [&](operation const& c) {
        return c.number == e.by.number && !c.begun && !c.ended;
    });
    if (call == l.calls.end())
        return "no such call";
    call->begun = true;
    auto& f = l.direct.emplace_back();
    f.who = e.by;
    f.interrupted = call->cancelled;
    auto const& texts = l.definition->body;
    f.text = &texts[std::min(l.body_calls++, texts.size() - 1)];
    begin(l, l.direct, f);
    return {};
}

bool model::tell_somebody(std::list<operation>& among, event const& e)
{
    auto const it = std::find_if(among.begin(), among.end(), [&](operation const& o) {
        actor const who{e.by.what, o.number};
        return (o.ended && e.text == over_text(who, o.failure)) ||
               (o.cancelled && !o.begun && e.text == over_text(who, problem::aborted)) ||
               (o.destroyed && o.failure == problem::aborted && e.text == over_text(who, problem::abandoned));
    });
    if (it == among.end())
        return false;
    among.erase(it);
    return true;
}

/// Only the first end counts.
void model::end(std::list<operation>& among, std::uint64_t number, std::optional<problem> failure)
{
    for (auto& o : among) {
        if (o.number == number && !std::exchange(o.ended, true))
            o.failure = failure;
    }
}

complaint model::take_plan(event const& e)
{
    auto& p = plans_[e.by.number];
    if (!p.what || p.due > steady_)
        return "not planned for now";
    action const& a = *std::exchange(p.what, nullptr);
    auto const result = perform(a);
    auto const wanted = action_text(a, result, ask(a.target));
    return e.text == wanted ? complaint{} : "expected: " + wanted;
}

} // namespace simulation
