// SPDX-License-Identifier: MIT
#include "model.hpp"

#include "timetable.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace simulation {

using namespace std::chrono_literals;

namespace {

/// The number of instants counted one by one (rule 12).
constexpr std::size_t most_counted = 10'000;

} // namespace

model::model(history const& h)
    : latest_wake_{std::max(h.wake_offset, 0ms)}
    , loops_(h.loops.size())
{
    for (std::size_t i = 0; i < h.loops.size(); ++i) {
        loops_[i].definition = &h.loops[i];
        loops_[i].every = h.loops[i].every;
    }
}

// Questions (rules 23 to 25).

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
    if (!l.current)
        return a;
    auto const& r = *l.current;
    a.running = true;
    a.cancelling = r.cancelled;
    bool const counted_out = r.now == phase::closing && count_reached(l) && !l.failure && !r.cancelled;
    a.current_loop = counted_out ? r.started : r.started == 0 ? 0 : r.started - 1;
    if (r.now == phase::looping && r.begun && !no_more_iterations(l) && r.next)
        a.next_iteration = on_the_wall(l, *r.next);
    return a;
}

// What is possible.

std::size_t model::in_flight(loop const& l) const
{
    return static_cast<std::size_t>(
        std::count_if(l.current->functions.begin(), l.current->functions.end(),
                      [](function const& f) { return f.who.what == actor::kind::body; }));
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

bool model::waits_for_slot(loop const& l) const
{
    return l.current && l.current->now == phase::looping && l.current->begun && !no_more_iterations(l) &&
           (l.definition->overlap == 0 || in_flight(l) < l.definition->overlap);
}

bool model::may_look(loop const& l) const
{
    return waits_for_slot(l) && !on_grid(l) && l.current->offset_seen != offset_;
}

bool model::may_decide(loop const& l) const
{
    return waits_for_slot(l) && !may_look(l) && l.current->next && *l.current->next <= on_its_clock(l);
}

bool model::may_close(loop const& l) const
{
    if (!l.current || l.current->now != phase::looping || !l.current->functions.empty())
        return false;
    return no_more_iterations(l) || (!may_look(l) && !l.current->next);
}

/// Rules 6 and 28: not if it is ending and has nothing in flight.
bool model::can_be_cancelled(loop const& l) const
{
    if (!l.current || l.current->now == phase::closing)
        return false;
    return l.current->now != phase::looping || !l.failure || in_flight(l) != 0;
}

bool model::may_go_on(function const& f) const
{
    return !f.sleeps_until || *f.sleeps_until <= steady_ || f.interrupted;
}

/// Waits by a timer of the loop may end late.
bool model::has_to_go_on(function const& f) const
{
    return may_go_on(f) && (!f.backs_off || *f.sleeps_until + latest_wake_ <= steady_);
}

bool model::has_to_decide(loop const& l) const
{
    return may_decide(l) && (gridless(l) || *l.current->next + latest_wake_ <= on_its_clock(l));
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
    }
    if (waits_for_slot(l) && l.current->next)
        note(steady_ + (*l.current->next + latest_wake_ - on_its_clock(l)));
    return due;
}

std::vector<std::string> model::possible(loop const& l) const
{
    std::vector<std::string> all{l.expected.begin(), l.expected.end()};
    for (auto const& f : l.orphans)
        all.push_back(to_string(f.who) + " goes on to its next suspension");
    all.insert(all.end(), l.joined.begin(), l.joined.end());
    for (auto const& c : l.calls) {
        if (c.ended)
            all.push_back(over_text({actor::kind::direct, c.number}, c.failure));
        else if (!c.begun)
            all.push_back(to_string(actor{actor::kind::direct, c.number}) + " begins");
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
    if (may_look(l) && r.next)
        all.push_back("the wall clock is looked at");
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
        // a run begun by restart() need not report it
        if (l.current && l.current->now == phase::starting && l.current->restarted && !l.definition->before &&
            !l.current->cancelled)
            launch(l);
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

complaint model::accept(event const& e)
{
    if (e.by.what == actor::kind::plan)
        return take_plan(e);
    auto& l = loops_[e.loop];
    if (e.by.what == actor::kind::join) {
        auto const it = std::find(l.joined.begin(), l.joined.end(), e.text);
        if (it == l.joined.end())
            return "no such join is over";
        l.joined.erase(it);
        return {};
    }
    if (l.current && (e.by.what == actor::kind::late || e.by.what == actor::kind::look)) {
        auto& late = l.current->late;
        auto const it = std::find(late.begin(), late.end(), e.text);
        if (it != late.end()) {
            late.erase(it);
            return {};
        }
    }
    if (l.expected.empty()) {
        if (e.by.what == actor::kind::direct && tell_caller(l, e))
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
        return impossible();
    case actor::kind::late:
    case actor::kind::join:
    case actor::kind::direct:
    case actor::kind::plan:
    case actor::kind::other: break;
    }
    return impossible();
}

complaint model::take_direct(loop& l, event const& e)
{
    for (auto& f : l.direct) {
        if (f.who == e.by && may_go_on(f))
            return go_on(l, l.direct, f, e);
    }
    auto const call = std::find_if(l.calls.begin(), l.calls.end(), [&](direct_call const& c) {
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

bool model::tell_caller(loop& l, event const& e)
{
    auto const call = std::find_if(l.calls.begin(), l.calls.end(), [&](direct_call const& c) {
        actor const caller{actor::kind::direct, c.number};
        return (c.ended && e.text == over_text(caller, c.failure)) ||
               (c.cancelled && !c.begun && e.text == over_text(caller, problem::aborted));
    });
    if (call == l.calls.end())
        return false;
    l.calls.erase(call);
    return true;
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

// The run (rules 1 to 6).

void model::start(loop& l, bool restarted)
{
    l.failure.reset();
    l.current = run{};
    l.current->restarted = restarted;
    if (restarted)
        l.expected.push_back(run_started_text(true));
}

void model::launch(loop& l)
{
    auto& r = *l.current;
    if (!r.restarted)
        l.expected.push_back(run_started_text(false));
    if (r.cancelled) {
        end_run(l, std::nullopt);
        return;
    }
    if (!l.definition->before) {
        r.now = phase::looping;
        begin_slots(l);
        return;
    }
    r.now = phase::before;
    begin(l, l.current->functions, call(l, {actor::kind::before, 0}, *l.definition->before, l.before_calls));
}

void model::close(loop& l)
{
    auto& r = *l.current;
    if (auto const left = overdue(l); r.begun && !left.empty())
        l.expected.push_back(passed_text(l, "ended", left, left.size()));
    r.now = phase::closing;
    if (l.definition->after)
        begin(l, l.current->functions, call(l, {actor::kind::after, 0}, *l.definition->after, l.after_calls));
    else
        end_run(l, std::nullopt);
}

void model::end_run(loop& l, std::optional<problem> after_hook)
{
    auto& r = *l.current;
    if (after_hook) {
        l.expected.push_back(hook_failed_text("after", *after_hook));
        l.expected.push_back(log_text("the after hook threw", *after_hook));
        if (!l.failure)
            l.failure = after_hook;
    }
    for (auto const& unreported : r.late)
        l.expected.push_back(unreported); // too late, so this will not occur
    l.expected.push_back(run_ended_text(l.failure     ? "failed"
                                        : r.cancelled ? "cancelled"
                                                      : "completed",
                                        l.failure));
    for (auto const k : r.joiners)
        l.joined.push_back(over_text({actor::kind::join, k}, l.failure));
    bool const again = r.restarts;
    l.current.reset();
    if (again)
        start(l, true);
}

void model::fail(loop& l, problem error)
{
    if (l.failure) {
        l.expected.push_back(log_text("further fatal error", error));
        return;
    }
    l.failure = error;
    if (l.definition->error)
        begin(l, l.current->functions, call(l, {actor::kind::error, 0}, *l.definition->error, l.error_calls));
    else
        l.expected.push_back(log_text("fatal error", error));
}

// User functions.

model::function& model::call(loop& l, actor who, scripts const& texts, std::size_t& calls)
{
    auto& f = l.current->functions.emplace_back();
    f.who = who;
    f.text = &texts[std::min(calls++, texts.size() - 1)];
    return f;
}

void model::begin(loop& l, std::list<function>& among, function& f)
{
    l.expected.push_back(script_text(f.who, "begins", ask(l)));
    proceed(l, among, f);
}

/// A function performs its next action, or wakes up.
complaint model::go_on(loop& l, std::list<function>& among, function& f, event const& e)
{
    if (f.backs_off) {
        f.backs_off = false;
        f.sleeps_until.reset();
        ++f.it.attempt;
        f.attempt_began = steady_;
        auto const& texts = l.definition->body;
        f.text = &texts[std::min(l.body_calls++, texts.size() - 1)];
        f.at = 0;
        l.expected.push_back(attempt_begun_text(f.it));
        begin(l, among, f);
        return {};
    }

    action const& a = (*f.text)[f.at];
    if (a.what == verb::sleep) {
        auto const woken = script_text(f.who, "slept", ask(l));
        bool const due = *f.sleeps_until <= steady_;
        f.sleeps_until.reset();
        if (due &&
            (!f.interrupted || e.text == woken)) { // if both are due at one instant, either may be first
            l.expected.push_back(woken);
        } else {
            f.interrupted = false;
            l.expected.push_back(script_text(f.who, "was cancelled", ask(l)));
            if (!a.goes_on) {
                finish(l, among, f, problem::aborted);
                return {};
            }
        }
        ++f.at;
        proceed(l, among, f);
        return {};
    }

    ++f.at;
    if (a.what == verb::raise) {
        l.expected.push_back(script_text(f.who, to_string(a), ask(l)));
        finish(l, among, f, a.error);
        return {};
    }
    auto const who = f.who;
    auto const result = perform(a);
    l.expected.push_back(script_text(who, action_text(a, result, ask(a.target)), ask(l)));
    // The functions of a destroyed loop are kept elsewhere now.
    auto& home = l.exists ? among : l.orphans;
    for (auto& g : home) {
        if (g.who == who) {
            proceed(l, home, g);
            break;
        }
    }
    return {};
}

/// The effects of an action without a further event.
void model::proceed(loop& l, std::list<function>& among, function& f)
{
    if (f.at == f.text->size()) {
        if (f.who.what != actor::kind::body)
            l.expected.push_back(script_text(f.who, "ends", ask(l)));
        finish(l, among, f, std::nullopt);
        return;
    }
    action const& a = (*f.text)[f.at];
    if (a.what != verb::sleep)
        return;
    if (!l.exists) {
        among.remove_if([&](function const& g) { return &g == &f; });
        return;
    }
    f.sleeps_until = steady_ + a.length;
}

void model::finish(loop& l, std::list<function>& among, function& f, std::optional<problem> error)
{
    auto const drop = [&] { among.remove_if([&](function const& g) { return &g == &f; }); };
    if (!l.exists) {
        drop();
        return;
    }
    if (f.who.what == actor::kind::direct) {
        end_call(l, f.who.number, error);
        drop();
        return;
    }
    auto& r = *l.current;
    switch (f.who.what) {
    case actor::kind::before:
        drop();
        r.now = phase::looping;
        if (error && !(r.cancelled && *error == problem::aborted)) {
            l.expected.push_back(hook_failed_text("before", *error));
            fail(l, *error);
        } else {
            begin_slots(l);
        }
        break;
    case actor::kind::error:
        drop();
        if (error) {
            l.expected.push_back(hook_failed_text("error", *error));
            l.expected.push_back(log_text("the error hook threw", *error));
        }
        break;
    case actor::kind::after: end_run(l, error); break;
    default: finish_body(l, f, error);
    }
}

/// Rules 15, 16, 19.
void model::finish_body(loop& l, function& f, std::optional<problem> error)
{
    bool const cancelled = l.current->cancelled;
    if (!error) {
        l.expected.push_back(attempt_ended_text(f.it, "succeeded", error));
        iteration_over(l, f);
        return;
    }
    if (cancelled && *error == problem::aborted) {
        l.expected.push_back(attempt_ended_text(f.it, "cancelled", error));
        iteration_over(l, f);
        return;
    }
    l.expected.push_back(attempt_ended_text(f.it, "failed", error));
    if (!l.definition->reconnect || !l.handled.contains(*error)) {
        iteration_over(l, f);
        fail(l, *error);
        return;
    }
    if (cancelled) {
        iteration_over(l, f);
        return;
    }
    if (steady_ - f.attempt_began >= 5min)
        f.failures = 0; // as after a success
    auto const& delays = l.definition->delays;
    auto const delay = delays[std::min<std::size_t>(f.failures, delays.size() - 1)];
    ++f.failures;
    l.expected.push_back(retry_text(f.it, delay, f.failures, *error));
    f.backs_off = true;
    f.sleeps_until = steady_ + delay;
}

void model::iteration_over(loop& l, function& f)
{
    l.current->last_end = steady_;
    l.current->functions.remove_if([&](function const& g) { return &g == &f; });
}

// Control (rules 18 to 22).

std::string model::act(action const& a)
{
    return perform(a);
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
    case verb::destroy: destroy(l); break;
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
        if (f.who.what == actor::kind::before || f.who.what == actor::kind::body)
            f.interrupted = true;
    }
    r.functions.remove_if([](function const& f) { return f.backs_off; });
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
        end_call(l, c.number, problem::abandoned);
    if (!l.current)
        return;
    leave(l.current->functions);
    for (auto const k : l.current->joiners)
        l.joined.push_back(over_text({actor::kind::join, k}, problem::abandoned));
    l.current.reset();
}

// Direct calls (rule 26).

/// Only the first end counts.
void model::end_call(loop& l, std::uint64_t number, std::optional<problem> failure)
{
    for (auto& c : l.calls) {
        if (c.number == number && !std::exchange(c.ended, true))
            c.failure = failure;
    }
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

// Slots (rules 7 to 13, 21, 27).

std::optional<milliseconds> model::after(timetable const& every, milliseconds slot) const
{
    return every.what == timetable::kind::interval ? slot + every.period : next_instant(every, slot);
}

std::vector<milliseconds> model::overdue(loop const& l) const
{
    std::vector<milliseconds> all;
    if (gridless(l))
        return all;
    for (auto t = l.current->next; t && *t <= on_its_clock(l); t = after(l.every, *t))
        all.push_back(*t);
    return all;
}

void model::begin_slots(loop& l)
{
    if (no_more_iterations(l))
        return;
    auto& r = *l.current;
    r.begun = true;
    r.offset_seen = offset_;
    r.next = on_grid(l) ? std::optional{steady_} : next_instant(l.every, wall());
}

/// Whether the schedule repeats within an hour: not for times of day.
std::optional<milliseconds> model::distance_behind(timetable const& every, milliseconds slot) const
{
    if (every.what != timetable::kind::aligned && every.what != timetable::kind::listed)
        return std::nullopt;
    auto const next = next_instant(every, slot);
    return next && *next - slot < 1h ? std::optional{*next - slot} : std::nullopt;
}

/// The exception of rule 10.
milliseconds model::notice_step(loop& l)
{
    auto& r = *l.current;
    auto const step = offset_ - std::exchange(r.offset_seen, offset_);
    if (step <= -3h || (r.served && r.served->distance && step <= -*r.served->distance)) {
        r.next = next_instant(l.every, wall());
        if (r.served)
            r.served->on_the_wall.reset();
    }
    return step;
}

void model::look(loop& l)
{
    l.expected.push_back(clock_stepped_text(notice_step(l)));
}

/// Rule 12.
void model::decide(loop& l)
{
    auto& r = *l.current;
    if (gridless(l)) {
        run_slot(l, std::max(*r.next, r.last_end), "scheduled", 0);
        return;
    }
    auto due = overdue(l);
    auto const all = due.size();
    if (all == 1) {
        run_slot(l, due.front(), "scheduled", 0);
        return;
    }
    switch (l.definition->missed) {
    case missed_policy::skip:
        l.expected.push_back(passed_text(l, "skipped", due, all));
        r.next = after(l.every, due.back());
        return;
    case missed_policy::catch_up: {
        auto const most = static_cast<std::size_t>(l.definition->catch_up_max);
        if (all > most) {
            auto const kept = due.end() - static_cast<std::ptrdiff_t>(most);
            l.expected.push_back(passed_text(l, "dropped", {due.begin(), kept}, all));
            due.erase(due.begin(), kept);
        }
        run_slot(l, due.front(), "catch up", 0);
        return;
    }
    case missed_policy::delay:
        if (on_grid(l)) {
            if (due.back() == steady_)
                due.pop_back(); // this is the slot of the iteration
            l.expected.push_back(passed_text(l, "coalesced", due, all));
            run_slot(l, steady_, "delayed", due.size());
            return;
        }
        break;
    case missed_policy::coalesce: break;
    }
    auto const latest = due.back();
    due.pop_back();
    l.expected.push_back(passed_text(l, "coalesced", due, all));
    run_slot(l, latest, "coalesced", on_grid(l) ? due.size() : std::min(due.size(), most_counted));
}

void model::run_slot(loop& l, milliseconds slot, char const* cause, std::uint64_t coalesced)
{
    auto& r = *l.current;
    auto const lateness = on_its_clock(l) - slot;
    r.next = gridless(l) ? steady_ : after(l.every, slot); // rule 7: the last start is shown
    r.served = served_slot{.steady = steady_ - lateness,
                           .on_the_wall = on_grid(l) ? std::nullopt : std::optional{slot},
                           .distance = distance_behind(l.every, slot)};
    auto const number = r.started++;
    auto& f = call(l, {actor::kind::body, number}, l.definition->body, l.body_calls);
    f.it = {.number = number,
            .slot = on_the_wall(l, slot),
            .start = wall(),
            .lateness = lateness,
            .attempt = 0,
            .coalesced = coalesced,
            .cause = cause};
    f.attempt_began = steady_;
    l.expected.push_back(slot_text({.what = "ran",
                                    .first = f.it.slot,
                                    .last = f.it.slot,
                                    .count = 1,
                                    .number = number,
                                    .lateness = lateness}));
    l.expected.push_back(attempt_begun_text(f.it));
    begin(l, r.functions, f);
}

std::string model::passed_text(loop const& l, char const* what, std::vector<milliseconds> const& slots,
                               std::size_t looked_at) const
{
    return slot_text({.what = what,
                      .first = on_the_wall(l, slots.front()),
                      .last = on_the_wall(l, slots.back()),
                      .count = slots.size(),
                      .number = l.current->started,
                      .lateness = on_its_clock(l) - slots.back(),
                      .at_least = !on_grid(l) && looked_at > most_counted});
}

std::string model::change(loop& l, timetable const& every)
{
    bool const interval = every.what == timetable::kind::interval;
    if (interval && (every.period < 0ms || (every.period == 0ms && l.definition->overlap == 0)))
        return "bad option";
    if (!l.current || !l.current->begun || l.current->now == phase::closing) {
        l.every = every;
        return "done";
    }
    auto& r = *l.current;
    if (!on_grid(l) && r.offset_seen != offset_)
        r.late.push_back(clock_stepped_text(notice_step(l)));
    r.offset_seen = offset_;

    auto passed = overdue(l);
    std::optional<milliseconds> next;
    if (interval) {
        next = r.served ? std::max(r.served->steady + every.period, steady_) : steady_;
        // An instant that is a slot of both schedules counts once.
        if (!passed.empty() && *next + offset_ == on_the_wall(l, passed.back()))
            passed.pop_back();
    } else {
        auto const in_both = std::find_if(passed.begin(), passed.end(), [&](milliseconds slot) {
            return !on_grid(l) && next_instant(every, slot - 1ms) == slot;
        });
        if (in_both != passed.end()) {
            next = *in_both;
            passed.erase(in_both, passed.end());
        } else {
            next = next_instant(
                every, r.served && r.served->on_the_wall ? std::max(wall(), *r.served->on_the_wall) : wall());
        }
    }
    if (!passed.empty())
        r.late.push_back(passed_text(l, "rescheduled", passed, passed.size()));
    if (r.served)
        r.served->distance =
            r.served->on_the_wall ? distance_behind(every, *r.served->on_the_wall) : std::nullopt;
    l.every = every;
    r.next = next;
    return "done";
}

} // namespace simulation
