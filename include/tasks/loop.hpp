// SPDX-License-Identifier: MIT
#pragma once

/// Loops and their parts: options, schedules, back-off, observers, errors and the log.

#include <tasks/base/errors.hpp>
#include <tasks/loop/log.hpp>
#include <tasks/loop/loop.hpp>
#include <tasks/loop/observer.hpp>
#include <tasks/loop/observers.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/retry/backoff.hpp>
#include <tasks/retry/exception_text.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/time/time_point.hpp>
