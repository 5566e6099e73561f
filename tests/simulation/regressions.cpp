// SPDX-License-Identifier: MIT
#include "regressions.hpp"

#include <initializer_list>
#include <utility>

namespace simulation {

using namespace std::chrono_literals;

namespace {

timetable every(milliseconds period)
{
    return {.what = timetable::kind::interval, .period = period};
}

timetable aligned(milliseconds period)
{
    return {.what = timetable::kind::aligned, .period = period};
}

timetable listed(std::vector<milliseconds> instants)
{
    return {.what = timetable::kind::listed, .list = std::move(instants)};
}

action sleep(milliseconds length)
{
    return {.what = verb::sleep, .length = length};
}

action sleep_and_go_on(milliseconds length)
{
    return {.what = verb::sleep, .length = length, .goes_on = true};
}

action throws(problem error)
{
    return {.what = verb::raise, .error = error};
}

action call(verb what, std::size_t target = 0)
{
    return {.what = what, .target = target};
}

action change(timetable to)
{
    return {.what = verb::change_interval, .every = std::move(to)};
}

step act(action a)
{
    return {.what = step::kind::act, .call = std::move(a)};
}

step advance(milliseconds length)
{
    return {.what = step::kind::advance, .length = length};
}

step suspend(milliseconds length)
{
    return {.what = step::kind::suspend, .length = length};
}

step set_clock(milliseconds by)
{
    return {.what = step::kind::step_clock, .length = by};
}

loop_definition loop(timetable when, script body)
{
    loop_definition d;
    d.every = std::move(when);
    d.delays = {1s};
    d.body = {std::move(body), {}};
    return d;
}

history of(std::vector<loop_definition> loops, std::vector<step> steps)
{
    steps.insert(steps.begin(), act(call(verb::start)));
    return {.loops = std::move(loops), .steps = std::move(steps)};
}

history delayed_slot_is_due_now()
{
    auto l = loop(every(500ms), {});
    l.missed = missed_policy::delay;
    return of({l}, {suspend(1500ms), advance(1s)});
}

history change_at_a_due_slot(timetable from)
{
    return of({loop(std::move(from), {sleep(5s)})}, {advance(2s), act(change(every(500ms))), advance(8s)});
}

history change_in_the_error_hook()
{
    auto l = loop(aligned(1s), {sleep(1s), throws(problem::fatal)});
    l.error = scripts{{change(every(500ms))}};
    return of({l}, {advance(3s)});
}

history destroyed_after_cancellation_in_the_after_hook()
{
    auto l = loop(every(1s), {});
    l.before = scripts{{sleep(250ms)}};
    l.after = scripts{{sleep(250ms)}};
    return of({l}, {act(call(verb::restart)), act(call(verb::destroy))});
}

history destroyed_after_a_swallowed_cancellation()
{
    return of({loop(every(1s), {sleep_and_go_on(250ms), sleep(250ms)})},
              {act(call(verb::cancel)), act(call(verb::destroy))});
}

history cancelled_when_already_failed()
{
    auto l = loop(every(1s), {throws(problem::fatal)});
    l.overlap = 2;
    l.error = scripts{{call(verb::cancel)}};
    return of({l}, {advance(1s)});
}

history schedule_revived_in_flight()
{
    auto l = loop(listed({1s, 2s}), {});
    l.body = {{}, {sleep(5s)}, {}};
    l.overlap = 2;
    return of({l}, {advance(2s), act(change(every(1s))), advance(10s), act(call(verb::stop))});
}

history clock_set_before_a_change()
{
    auto l = loop(aligned(1s), {sleep(2250ms)});
    return of({l},
              {advance(2s), set_clock(1s), act(change(aligned(3s))), advance(5s), act(call(verb::stop))});
}

history interval_after_the_clock_was_set_far_back()
{
    return of({loop(listed({1s, 3s, 5s, 7s}), {})},
              {advance(5s), set_clock(-3h), act(change(every(1s))), advance(3s)});
}

history instants_again_after_an_interval()
{
    return of({loop(aligned(10s), {})}, {advance(10s), act(change(every(60s))), set_clock(-5s),
                                         act(change(aligned(10s))), advance(60s)});
}

loop_definition called_directly()
{
    auto l = loop(every(60s), {});
    l.body = {{}, {sleep_and_go_on(1s), sleep(1s)}};
    return l;
}

history call_cancelled()
{
    return of({called_directly()}, {act(call(verb::call)), act(call(verb::cancel)), advance(500ms),
                                    act(call(verb::cancel_calls)), advance(500ms), act(call(verb::destroy))});
}

history call_destroyed()
{
    return of({called_directly()},
              {act(call(verb::call)), advance(1s), act(call(verb::destroy)), advance(5s)});
}

history call_destroys_its_loop()
{
    auto l = called_directly();
    l.body[1] = {call(verb::call), call(verb::destroy), call(verb::destroy), sleep(1s)};
    return of({l}, {act(call(verb::call)), advance(5s)});
}

timetable fixed_delay(milliseconds delay)
{
    return {.what = timetable::kind::fixed_delay, .period = delay};
}

jitter_answers always(milliseconds j)
{
    return {.all = {j}};
}

history timed_out_early()
{
    auto l = loop(every(2s), {sleep(1s)});
    l.timeout = 1250ms;
    auto h = of({l}, {advance(3s)});
    h.wake_offset = -750ms;
    return h;
}

history decisions_told_at_a_retry(verb what)
{
    auto l = loop(every(1s), {throws(problem::network)});
    l.body = {{throws(problem::network)}, {throws(problem::network)}, {}};
    return of({l}, {act(call(verb::pause)), advance(1500ms),
                    act(what == verb::resume ? call(what) : change(every(2s))), advance(3s)});
}

history decisions_told_before_the_error_hook()
{
    auto l = loop(every(1s), {sleep(3500ms), throws(problem::fatal)});
    l.error = scripts{{sleep(500ms)}};
    return of({l}, {advance(2s), act(change(every(2s))), advance(3s)});
}

history clock_set_back_in_a_pause()
{
    return of({loop(listed({1500ms, 4500ms}), {})},
              {{.what = step::kind::plan, .length = 1500ms, .call = call(verb::pause)},
               advance(1500ms),
               set_clock(-1s),
               act(call(verb::resume)),
               advance(5s)});
}

history fixed_delay_at_a_due_slot()
{
    return of({loop(every(1s), {sleep(1500ms)})}, {advance(1s), act(change(fixed_delay(2s))), advance(5s)});
}

history jitter_of_a_former_schedule()
{
    auto l = loop(every(3s), {});
    l.jitter = always(10s);
    return of({l}, {advance(2500ms), act(change(every(500ms))), advance(2s)});
}

history jitter_of_a_slot_met_by_a_free_place()
{
    auto l = loop(every(1s), {});
    l.body = {{}, {sleep(750ms)}, {}};
    l.jitter = always(500ms);
    return of({l}, {advance(500ms), act(call(verb::trigger)), advance(3s)});
}

history jitter_of_a_slot_at_the_same_instant()
{
    auto l = loop(every(0s), {});
    l.body = {{}, {sleep(1s)}};
    l.initial_delay = 250ms;
    l.jitter = always(500ms);
    action in = call(verb::trigger_in);
    in.length = 250ms;
    return of({l}, {act(in), advance(2s)});
}

history request_ahead_of_the_wall_clock()
{
    auto l = loop(aligned(1h), {});
    l.before = scripts{{sleep(1s)}};
    action at = call(verb::trigger_at);
    at.length = 500ms;
    action in = call(verb::trigger_in);
    in.length = 1s;
    return of({l}, {act(at), advance(750ms), act(in), set_clock(-5s), advance(3s)});
}

} // namespace

std::vector<regression> regressions()
{
    return {
        {"two decisions for a delayed slot that is due now", delayed_slot_is_due_now()},
        {"two decisions for a slot of two grids", change_at_a_due_slot(every(500ms))},
        {"two decisions for a slot of the wall clock and of a grid", change_at_a_due_slot(aligned(1s))},
        {"two decisions for a slot that was due in the error hook", change_in_the_error_hook()},
        {"a cancelled run's after hook survived destruction",
         destroyed_after_cancellation_in_the_after_hook()},
        {"a body that swallowed its cancellation survived destruction",
         destroyed_after_a_swallowed_cancellation()},
        {"a failed run was cancelled because a place waited for the next slot",
         cancelled_when_already_failed()},
        {"nobody waited for the slots of a schedule that followed an exhausted one",
         schedule_revived_in_flight()},
        {"a change of the schedule hid a step of the clock", clock_set_before_a_change()},
        {"a step of the clock made an interval forget the last slot",
         interval_after_the_clock_was_set_far_back()},
        {"an instant was served again after an interval", instants_again_after_an_interval()},
        {"a direct call could not be cancelled by itself", call_cancelled()},
        {"a direct call outlived its loop", call_destroyed()},
        {"a direct call that destroyed its loop went on", call_destroys_its_loop()},
        {"an attempt was timed out by a timer that woke early", timed_out_early()},
        {"the end of a pause was told at a retry", decisions_told_at_a_retry(verb::resume)},
        {"a change of the schedule was told at a retry", decisions_told_at_a_retry(verb::change_interval)},
        {"a change of the schedule was told before the error hook", decisions_told_before_the_error_hook()},
        {"a slot that was due at pause() came back with the wall clock", clock_set_back_in_a_pause()},
        {"a slot that a fixed delay replaced was forgotten", fixed_delay_at_a_due_slot()},
        {"a jitter outlived its schedule", jitter_of_a_former_schedule()},
        {"a slot found due waited for its jitter", jitter_of_a_slot_met_by_a_free_place()},
        {"a slot of the interval 0 waited for the jitter of the one before",
         jitter_of_a_slot_at_the_same_instant()},
        {"a requested iteration started before its slot", request_ahead_of_the_wall_clock()},
    };
}

} // namespace simulation
