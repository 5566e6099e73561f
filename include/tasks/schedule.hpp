// SPDX-License-Identifier: MIT
#pragma once

/// Schedules: intervals, instants, times of day, and user-defined ones.

#include <tasks/schedule/asking.hpp>
#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/schedule/upcoming.hpp>
