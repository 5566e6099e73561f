// SPDX-License-Identifier: MIT
#pragma once

// What a loop remembers for its status, and how it notices that it is overdue.

#include <tasks/loop/detail/expectation_timer.hpp>
#include <tasks/loop/detail/loop_core.hpp>

#include <memory>
#include <optional>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL ref<weak_loop> loop_core::weak()
{
    std::scoped_lock lock{mutex_};
    auto& own = make_parts();
    if (!own.weak)
        own.weak = ref{new weak_loop{*this}};
    return own.weak;
}

TASKS_DECL void loop_core::record()
{
    std::scoped_lock lock{mutex_};
    auto& own = make_parts();
    if (own.record.load())
        return;
    bool const before_slots = run_.is_running() && !run_.slots()->begun();
    own.record = new loop_record{never, queue_->now(), run_.started(), before_slots};
    note_state();
    run_.disturb(); // or else the slots of a backlog would be served unseen
}

TASKS_DECL loop_state loop_core::state() const noexcept
{
    if (run_.is_idle())
        return loop_state::idle;
    if (run_.is_starting())
        return loop_state::starting;
    if (run_.is_ending())
        return loop_state::ending;
    auto const activity = own_record()->activity(run_.in_flight());
    return run_.is_paused() && activity == loop_state::waiting ? loop_state::paused : activity;
}

TASKS_DECL void loop_core::note_state() const noexcept
{
    if (auto* const r = own_record())
        r->enter(state(), queue_->now());
}

TASKS_DECL void loop_core::note_decision(worker& w, bool backs_off) const noexcept
{
    if (auto* const r = own_record()) {
        r->decided(std::exchange(w.backs_off, backs_off), backs_off);
        note_state();
    }
}

TASKS_DECL loop_status loop_core::status() const
{
    loop_status s;
    s.name = name();
    schedule when;
    {
        std::scoped_lock lock{mutex_};
        auto const now = queue_->now();
        note_state();
        own_record()->describe(s);
        if (run_.is_idle())
            s.run_since.reset();
        s.failed = run_.failed();
        s.paused = run_.is_paused();
        s.overdue = is_overdue(now.steady);
        s.in_flight = run_.in_flight();
        s.next = run_.next_iteration(now);
        s.failures = run_.failures();
        when = run_.slots()->when();
    }
    assert_unlocked();
    s.schedule = to_string(when);
    return s;
}

TASKS_DECL bool loop_core::is_overdue(nanoseconds steady) const noexcept
{
    auto const* const r = own_record();
    return r && r->expects() && !run_.is_idle() && !run_.is_paused() && steady >= r->overdue_at();
}

TASKS_DECL bool loop_core::is_overdue() const
{
    std::scoped_lock lock{mutex_};
    return is_overdue(queue_->steady());
}

TASKS_DECL bool loop_core::is_expecting() const noexcept
{
    auto const* const r = own_record();
    return r && r->expects();
}

TASKS_DECL void loop_core::begin_expecting(ref<expectation_timer> t) noexcept
{
    if (!t)
        return;
    auto& own = *own_parts();
    own.expectation = std::move(t);
    own.expectation->wait_until(own.record.load()->first_look(queue_->steady()));
}

TASKS_DECL ref<expectation_timer> loop_core::take_expectation() noexcept
{
    auto* const own = own_parts();
    return own ? std::exchange(own->expectation, {}) : ref<expectation_timer>{};
}

TASKS_DECL void loop_core::stop_expecting() noexcept
{
    ref<expectation_timer> expectation;
    {
        std::scoped_lock lock{mutex_};
        expectation = take_expectation();
    }
    if (expectation)
        expectation->stop();
}

TASKS_DECL void loop_core::look_at_expectation(expectation_timer& t) noexcept
{
    auto const measures_this_run = [&] { return !gone() && own_parts()->expectation.get() == &t; };
    std::optional<overdue> event;
    nanoseconds next;
    {
        std::scoped_lock lock{mutex_};
        if (!measures_this_run())
            return;
        auto& r = *own_record();
        auto const now = queue_->steady();
        if (is_overdue(now))
            event = r.report_overdue(name());
        next = r.next_look(now);
    }
    if (event)
        notify(*event);
    std::scoped_lock lock{mutex_};
    if (!measures_this_run())
        return;
    t.at_rest = run_.is_paused();
    if (!t.at_rest)
        t.wait_until(next);
}

TASKS_DECL void loop_core::expect_again(clock_reading now) noexcept
{
    auto* const r = own_record();
    if (!r)
        return;
    r->resumed(now);
    auto const& t = own_parts()->expectation;
    if (t && std::exchange(t->at_rest, false))
        t->wait_until(r->overdue_at());
}

} // namespace detail
TASKS_END_NAMESPACE
