// SPDX-License-Identifier: MIT
#pragma once

/// Every body that needs no template: what src/tasks.cpp compiles where the library is not header-only.

#include <tasks/impl/backoff.ipp>
#include <tasks/impl/calendar.ipp>
#include <tasks/impl/day_at.ipp>
#include <tasks/impl/direct_call.ipp>
#include <tasks/impl/ending.ipp>
#include <tasks/impl/errors.ipp>
#include <tasks/impl/local_zone.ipp>
#include <tasks/impl/log.ipp>
#include <tasks/impl/loop_control.ipp>
#include <tasks/impl/loop_events.ipp>
#include <tasks/impl/loop_iterations.ipp>
#include <tasks/impl/loop_places.ipp>
#include <tasks/impl/loop_questions.ipp>
#include <tasks/impl/network_errors.ipp>
#include <tasks/impl/options.ipp>
#include <tasks/impl/passed_slots.ipp>
#include <tasks/impl/place.ipp>
#include <tasks/impl/run.ipp>
#include <tasks/impl/schedule.ipp>
#include <tasks/impl/shutdown.ipp>
#include <tasks/impl/testing.ipp>
#include <tasks/impl/text.ipp>
#include <tasks/impl/ticker.ipp>
#include <tasks/impl/time_of_day.ipp>
#include <tasks/impl/time_zone.ipp>
#include <tasks/impl/timeline.ipp>
#include <tasks/impl/timer_queue.ipp>
#include <tasks/impl/zone_source.ipp>
