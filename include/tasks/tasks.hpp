// SPDX-License-Identifier: MIT
#pragma once

/// Includes everything except `<tasks/testing.hpp>`, `<tasks/fmt.hpp>` and `<tasks/prometheus.hpp>`, which
/// are opt-in.

// First, so that the messages of compilers about a loop do not begin with a list of other headers.
#include <tasks/loop/loop.hpp>

#include <tasks/base/errors.hpp>
#include <tasks/base/stop_token.hpp>
#include <tasks/group/group.hpp>
#include <tasks/group/history.hpp>
#include <tasks/group/loop_history.hpp>
#include <tasks/loop/log.hpp>
#include <tasks/loop/loop_ref.hpp>
#include <tasks/loop/observer.hpp>
#include <tasks/loop/observers.hpp>
#include <tasks/loop/offload.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/loop/run_all.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/loop/status.hpp>
#include <tasks/loop/text.hpp>
#include <tasks/loop/ticker.hpp>
#include <tasks/retry/backoff.hpp>
#include <tasks/retry/exception_text.hpp>
#include <tasks/retry/network_errors.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/schedule/aligned.hpp>
#include <tasks/schedule/asking.hpp>
#include <tasks/schedule/between.hpp>
#include <tasks/schedule/dates.hpp>
#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>
#include <tasks/schedule/months.hpp>
#include <tasks/schedule/once.hpp>
#include <tasks/schedule/parse_schedule.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/schedule/since_until.hpp>
#include <tasks/schedule/spans.hpp>
#include <tasks/schedule/upcoming.hpp>
#include <tasks/schedule/weekdays.hpp>
#include <tasks/time/time_of_day.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>
#include <tasks/timer/now.hpp>
#include <tasks/timer/sleep.hpp>
#include <tasks/timer/timer_slack.hpp>
#include <tasks/version.hpp>
