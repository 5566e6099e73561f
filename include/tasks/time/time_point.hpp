// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE

/// An instant of the wall clock, in UTC, with nanosecond resolution (`std::chrono::system_clock::time_point`
/// on libstdc++).
using time_point = std::chrono::sys_time<std::chrono::nanoseconds>;

TASKS_END_NAMESPACE
