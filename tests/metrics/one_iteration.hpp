// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/prometheus.hpp>

#include <chrono>
#include <string_view>

namespace test {

/// What an observer is told of a run of one iteration that is retried once.
inline void report_one_iteration(tasks::prometheus& metrics, std::string_view loop)
{
    using namespace std::chrono_literals;
    tasks::iteration const it;
    metrics.on_run_started({.loop = loop, .restarted = false});
    metrics.on_slot({.loop = loop,
                     .what = tasks::decision::ran,
                     .cause = tasks::miss_cause::none,
                     .first = {},
                     .last = {},
                     .count = 1,
                     .number = 0,
                     .lateness = 1ms});
    for (auto const what : {tasks::outcome::failed, tasks::outcome::succeeded})
        metrics.on_attempt_ended(
            {.loop = loop, .it = it, .what = what, .exception = nullptr, .duration = 2ms});
    metrics.on_retry({.loop = loop, .it = it, .delay = 1s, .failures = 1, .exception = nullptr});
    metrics.on_run_ended({.loop = loop, .reason = tasks::exit_reason::completed, .exception = nullptr});
}

} // namespace test
