// SPDX-License-Identifier: MIT
#pragma once

/// Schedules: intervals, instants, times of day, cron expressions, user-defined ones, and the spans that
/// choose among instants; questions about them, and schedules from texts.

#include <tasks/schedule/aligned.hpp>
#include <tasks/schedule/asking.hpp>
#include <tasks/schedule/between.hpp>
#include <tasks/schedule/cron.hpp>
#include <tasks/schedule/cron_expression.hpp>
#include <tasks/schedule/dates.hpp>
#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>
#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/schedule/months.hpp>
#include <tasks/schedule/once.hpp>
#include <tasks/schedule/parse_schedule.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/schedule/since_until.hpp>
#include <tasks/schedule/spans.hpp>
#include <tasks/schedule/upcoming.hpp>
#include <tasks/schedule/weekdays.hpp>
