// SPDX-License-Identifier: MIT
#pragma once

// How a loop notifies its observer and the log.

#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/log.hpp>

#include <algorithm>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class Event>
void loop_core::notify(Event const& event) const noexcept
{
    record_event(event);
    if (auto const* const own = own_parts())
        notify(own->observer, event);
}

template <class Event>
void loop_core::record_event(Event const& event) const noexcept
{
    if constexpr (requires(loop_record& r) { r.take(event); }) {
        if (auto* const r = own_record()) {
            std::scoped_lock lock{mutex_};
            r->take(event);
        }
    } else if constexpr (requires(loop_record& r, std::string& error) { r.take(event, {}, error); }) {
        if (auto* const r = own_record()) {
            auto error = error_text(event); // calls the user's exception, so without the mutex
            std::scoped_lock lock{mutex_};
            r->take(event, queue_->now(), error);
        }
    }
}

template <class Event>
void loop_core::notify(attached_observer const& observer, Event const& event) const noexcept
{
    if (!observer || gone())
        return;
    if (auto* const f = observer.table->entry<Event>()) {
        assert_unlocked();
        try {
            f(observer.object.get(), event);
        } catch (...) {
            report("an observer threw", std::current_exception());
        }
    }
}

TASKS_DECL void loop_core::notify_passed(unreported_slots const& passed) const noexcept
{
    if (is_step(passed.stepped))
        notify(clock_stepped{.loop = name(), .step = passed.stepped});
    auto const& s = passed.slots;
    if (s.count == 0)
        return;
    notify(slot_decided{.loop = name(),
                        .what = s.what,
                        .cause = s.cause,
                        .first = to_wall_time(s.first, passed.clock, passed.at),
                        .last = to_wall_time(s.last, passed.clock, passed.at),
                        .count = s.count,
                        .number = passed.number,
                        .lateness = (std::max)(distance(s.last, passed.at.on(passed.clock)),
                                               nanoseconds{0}), // the wall clock may have been set back
                        .at_least = s.at_least});
}

TASKS_DECL void loop_core::notify_unreported(std::vector<unreported_slots> const& unreported) const noexcept
{
    for (auto const& u : unreported)
        notify_passed(u);
}

TASKS_DECL void loop_core::hook_threw(tasks::hook which, std::exception_ptr const& exception) noexcept
{
    notify(hook_failed{.loop = name(), .which = which, .exception = exception});
    report(which == hook::after ? "the after hook threw" : "the error hook threw", exception);
}

TASKS_DECL void loop_core::report(std::string_view what, std::exception_ptr const& exception) const noexcept
{
    detail::report({.loop = name(), .what = what, .exception = exception});
}

} // namespace detail
TASKS_END_NAMESPACE
