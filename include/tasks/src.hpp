// SPDX-License-Identifier: MIT
#pragma once

/// Includes all non-template bodies, for src/tasks.cpp, which compiles them if the library is not
/// header-only.

#include <tasks/asio/detail/executor_or_context.ipp>
#include <tasks/asio/detail/known_context.ipp>
#include <tasks/loop/detail/direct_call.ipp>
#include <tasks/loop/detail/ending.ipp>
#include <tasks/loop/detail/log.ipp>
#include <tasks/loop/detail/loop_core.ipp>
#include <tasks/loop/detail/notify.ipp>
#include <tasks/loop/detail/options.ipp>
#include <tasks/loop/detail/perform.ipp>
#include <tasks/loop/detail/recovery.ipp>
#include <tasks/loop/detail/shutdown.ipp>
#include <tasks/loop/detail/text.ipp>
#include <tasks/loop/detail/ticker_core.ipp>
#include <tasks/loop/detail/worker.ipp>
#include <tasks/retry/detail/backoff.ipp>
#include <tasks/retry/detail/exception_text.ipp>
#include <tasks/retry/detail/network_errors.ipp>
#include <tasks/run/detail/passed_slots.ipp>
#include <tasks/run/detail/policies.ipp>
#include <tasks/run/detail/run_state.ipp>
#include <tasks/run/detail/timeline.ipp>
#include <tasks/schedule/detail/aligned.ipp>
#include <tasks/schedule/detail/asking.ipp>
#include <tasks/schedule/detail/between.ipp>
#include <tasks/schedule/detail/checked_duration.ipp>
#include <tasks/schedule/detail/cron.ipp>
#include <tasks/schedule/detail/cron_expression.ipp>
#include <tasks/schedule/detail/dates.ipp>
#include <tasks/schedule/detail/day_at.ipp>
#include <tasks/schedule/detail/filtered_instants.ipp>
#include <tasks/schedule/detail/months.ipp>
#include <tasks/schedule/detail/require_instants.ipp>
#include <tasks/schedule/detail/schedule.ipp>
#include <tasks/schedule/detail/spans.ipp>
#include <tasks/schedule/detail/weekdays.ipp>
#include <tasks/testing/detail/virtual_time.ipp>
#include <tasks/time/detail/local_zone.ipp>
#include <tasks/time/detail/time_of_day.ipp>
#include <tasks/time/detail/time_zone.ipp>
#include <tasks/time/detail/zone_database.ipp>
#include <tasks/timer/detail/timer_queue.ipp>
#include <tasks/timer/detail/timing_wheel.ipp>
