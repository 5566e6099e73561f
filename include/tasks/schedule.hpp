// SPDX-License-Identifier: MIT
#pragma once

/// Schedules: intervals, instants, times of day, cron expressions, and user-defined ones.

#include <tasks/schedule/cron.hpp>
#include <tasks/schedule/cron_expression.hpp>
#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/schedule/schedule.hpp>
