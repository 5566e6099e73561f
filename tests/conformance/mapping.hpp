// SPDX-License-Identifier: MIT
//
// Scenarios speak of the peers' Python interface. All that is translated between it and this library is here,
// in exceptions.hpp, and in this list:
//
//   scenario                  here
//   ------------------------  ------------------------------------------------------------------------------
//   seconds, minutes, hours   their sum, a std::chrono::duration<double>
//   none of them              an interval of 0
//   time, a list or one       one day_at for each zone, united with |
//   time beside an interval   TypeError by the runner, unless the interval is 0: there is one field `every`,
//                             so it cannot be written
//   overlap false, true, n    1, tasks::unlimited, n (held to what an int can say)
//   missed                    tasks::missed::coalesce, skip, delay, catch_up(max)
//   retried by default        the classes OSError, TimeoutError, ClientError and tasks::timed_out instead of
//                             the library's tag for network errors
//   types of add, remove      one call for each type, of remove the conjunction; a name that is listed twice
//                             counts once, as it would in one call
//   backoff_fraction          a back-off policy of the runner
//   jitter, a number          a policy of the runner that draws jitter_fraction of the room
//   jitter, a list            a policy of the runner that gives these answers one after the other
//   TimedOut, Skipped,        tasks::timed_out, tasks::skipped, tasks::not_running
//   NotRunning
//   ValueError, RuntimeError  tasks::bad_option, tasks::already_running, of an op or the constructor
//   CancelledError            system_error(operation_aborted)
//   args                      a loop<void(std::vector<json>)>
//   args of `relaunched`      those of the last restart(): the library's event has none. That they really
//                             reach the iterations is seen in iter_begin
//   current_loop in a body    iteration::number (rule 29); in a direct call loop::current_loop(). The n of an
//                             iteration is read once, when the body begins
//   call                      a post of co_spawn of loop(args)
//   max_events reached        the io_context is stopped: the scenario may be one that never lets time move
//   an action at the instant  the action comes first, as a timer that was armed at the beginning would
//   of a timer
#pragma once

#include <tasks/loop/options.hpp>
#include <tasks/run/iteration.hpp>

#include "scenario.hpp"

#include <chrono>

namespace conformance {

/// Throws the library's exceptions for invalid values, and bad_combination.
tasks::schedule to_schedule(when const& given);

/// Returns the options of a loop of the scenario. Throws the same exceptions.
tasks::options to_options(loop_definition const& given, scenario const& of);

/// The bound of the delay after `failures` consecutive failures.
nanoseconds backoff_bound(unsigned failures);

/// The `interval`, `fixed_delay`, `on_trigger` or `times` of a snapshot.
void describe_schedule(tasks::schedule const& every, json& snapshot);

} // namespace conformance
