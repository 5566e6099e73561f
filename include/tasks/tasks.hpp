// SPDX-License-Identifier: MIT
#pragma once

/// Everything but `<tasks/testing.hpp>` and `<tasks/fmt.hpp>`, which are opt-in.

#include <tasks/backoff.hpp>
#include <tasks/day_at.hpp>
#include <tasks/errors.hpp>
#include <tasks/iteration.hpp>
#include <tasks/log.hpp>
#include <tasks/loop.hpp>
#include <tasks/network_errors.hpp>
#include <tasks/now.hpp>
#include <tasks/observer.hpp>
#include <tasks/options.hpp>
#include <tasks/schedule.hpp>
#include <tasks/shutdown.hpp>
#include <tasks/sleep.hpp>
#include <tasks/text.hpp>
#include <tasks/ticker.hpp>
#include <tasks/time_of_day.hpp>
#include <tasks/time_point.hpp>
#include <tasks/time_zone.hpp>
#include <tasks/timer_slack.hpp>
#include <tasks/version.hpp>
