// SPDX-License-Identifier: MIT
// The run and its user functions (rules 1 to 6, 15 to 19, 35 to 38).
#include "model.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

using namespace std::chrono_literals;

void model::start(loop& l, bool restarted)
{
    l.failure.reset();
    l.failures = 0;
    l.last_error.reset();
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
    if (r.begun) {
        std::copy_if(r.late.begin(), r.late.end(), std::back_inserter(l.expected),
                     [](std::string const& text) { return text.starts_with("slot"); });
        std::erase_if(r.late, [](std::string const& text) { return text.starts_with("slot"); });
        if (auto const left = dropped_by_pause(l); !left.empty())
            l.expected.push_back(passed_text(l, l.paused ? "paused" : "ended", left, left.size()));
    }
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
    for (auto const& q : r.requests) {
        if (q.told)
            end(l.waits, *q.told, problem::aborted);
    }
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
        begin(l, l.current->functions,
              call(l, {actor::kind::error, l.error_calls}, *l.definition->error, l.error_calls));
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

void model::begin_attempt(loop& l, function& f)
{
    f.attempt_began = steady_;
    f.timed_out = false;
    f.times_out_at.reset();
    if (l.definition->timeout && !l.definition->plain && !l.current->cancelled)
        f.times_out_at = steady_ + *l.definition->timeout;
    l.expected.push_back(attempt_begun_text(f.it));
    begin(l, l.current->functions, f);
}

/// A function performs its next action, or wakes up.
complaint model::go_on(loop& l, std::list<function>& among, function& f, event const& e)
{
    if (f.backs_off) {
        f.backs_off = false;
        f.sleeps_until.reset();
        ++f.it.attempt;
        auto const& texts = l.definition->body;
        f.text = &texts[std::min(l.body_calls++, texts.size() - 1)];
        f.at = 0;
        begin_attempt(l, f);
        return {};
    }

    action const& a = (*f.text)[f.at];
    if (a.what == verb::sleep) {
        auto const woken = script_text(f.who, "slept", ask(l));
        bool const due = *f.sleeps_until <= steady_;
        bool const cut_short = f.interrupted || time_is_up(f);
        // if both are due at one instant, either may be first
        bool const slept = due && (!cut_short || e.text == woken);
        if (!slept && !f.interrupted) {
            f.timed_out = true;
            f.times_out_at.reset();
        }
        f.sleeps_until.reset();
        ++f.at;
        if (slept) {
            l.expected.push_back(woken);
            f.at += a.handler;
        } else {
            f.interrupted = false;
            l.expected.push_back(script_text(f.who, "was cancelled", ask(l)));
            if (!a.goes_on) {
                finish(l, among, f, problem::aborted);
                return {};
            }
        }
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
        end(l.calls, f.who.number, error);
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
        if (error) {
            l.expected.push_back(hook_failed_text("error", *error));
            l.expected.push_back(log_text("the error hook threw", *error));
        }
        if (f.failed_with)
            iteration_over(l, f, f.failed_with);
        else
            drop();
        break;
    case actor::kind::after: end_run(l, error); break;
    default:
        if (error == problem::aborted && f.times_out_at && *f.times_out_at <= steady_) {
            f.sleeps_until.reset();
            l.unsure = f.who;
        } else {
            finish_body(l, f, error);
        }
    }
}

/// Rules 15, 16, 19, 35, 36, 38.
void model::finish_body(loop& l, function& f, std::optional<problem> error)
{
    bool const cancelled = l.current->cancelled;
    if (!error) {
        l.expected.push_back(attempt_ended_text(f.it, "succeeded", error));
        if (!l.failure)
            l.failures = 0;
        iteration_over(l, f, error);
        return;
    }
    if (error == problem::skipped) {
        l.expected.push_back(attempt_ended_text(f.it, "skipped", std::nullopt));
        iteration_over(l, f, std::nullopt);
        return;
    }
    if (cancelled && *error == problem::aborted) {
        l.expected.push_back(attempt_ended_text(f.it, "cancelled", error));
        iteration_over(l, f, error);
        return;
    }
    bool const timed_out = *error == problem::aborted && f.timed_out;
    if (timed_out)
        error = problem::timed_out;
    l.expected.push_back(attempt_ended_text(f.it, timed_out ? "timed out" : "failed", error));

    if (steady_ - f.attempt_began >= 5min)
        f.failures = 0; // as after a success
    bool const used_up = l.definition->retries && f.failures >= *l.definition->retries;
    if (!l.definition->reconnect || used_up || !l.handled.contains(timed_out ? problem::network : *error)) {
        fail_iteration(l, f, *error);
        return;
    }
    if (cancelled) {
        iteration_over(l, f, problem::aborted);
        return;
    }
    auto const& delays = l.definition->delays;
    auto const delay = delays[std::min<std::size_t>(f.failures, delays.size() - 1)];
    ++f.failures;
    l.expected.push_back(retry_text(f.it, delay, f.failures, *error));
    f.backs_off = true;
    f.times_out_at.reset();
    f.sleeps_until = steady_ + delay;
}

/// Rules 16 and 37.
void model::fail_iteration(loop& l, function& f, problem error)
{
    ++l.failures;
    l.last_error = error;
    if (!l.definition->next_slot || l.failure) {
        iteration_over(l, f, error);
        fail(l, error);
        return;
    }
    f.failed_with = error;
    if (!l.definition->error) {
        l.expected.push_back(log_text("fatal error", error));
        iteration_over(l, f, error);
        return;
    }
    // The hook takes the place of the body.
    auto const& texts = *l.definition->error;
    f.who = {actor::kind::error, l.error_calls};
    f.text = &texts[std::min(l.error_calls++, texts.size() - 1)];
    f.at = 0;
    f.interrupted = false;
    f.times_out_at.reset();
    f.sleeps_until.reset();
    begin(l, l.current->functions, f);
}

/// @param error what those who wait for the iteration are told
void model::iteration_over(loop& l, function& f, std::optional<problem> error)
{
    auto& r = *l.current;
    for (auto const k : f.told)
        end(l.waits, k, error);
    bool const was_full = !place_is_free(l);
    r.functions.remove_if([&](function const& g) { return &g == &f; });
    r.last_end = steady_;
    if (was_full)
        r.freed = instant{.steady = steady_, .wall = wall()};
    if (fixed_delay(l))
        r.next = first_of(l, l.every);
}

} // namespace simulation
