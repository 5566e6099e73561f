// SPDX-License-Identifier: MIT
#pragma once

// Inline in any case, because the compiled library does not know prometheus-cpp.

#include <tasks/metrics/detail/buckets.hpp>
#include <tasks/metrics/detail/families.hpp>
#include <tasks/metrics/detail/utf8.hpp>
#include <tasks/metrics/prometheus.hpp>

#include <mutex>
#include <utility>

TASKS_BEGIN_NAMESPACE

inline prometheus::prometheus(group jobs, prometheus_options const& options)
    : jobs_{std::move(jobs)}
    , lateness_buckets_{detail::checked_buckets("lateness_buckets", options.lateness_buckets)}
    , duration_buckets_{detail::checked_buckets("duration_buckets", options.duration_buckets)}
{
}

inline prometheus::prometheus(prometheus_options const& options)
    : lateness_buckets_{detail::checked_buckets("lateness_buckets", options.lateness_buckets)}
    , duration_buckets_{detail::checked_buckets("duration_buckets", options.duration_buckets)}
{
}

inline void prometheus::on_run_started(run_started const& e)
{
    of(e.loop); // so that all series of the loop exist from now on
}

inline void prometheus::on_slot(slot_decided const& e)
{
    auto& loop = of(e.loop);
    loop.slots[e.what][e.cause].Increment(static_cast<double>(e.count));
    if (e.what == decision::ran || e.what == decision::requested)
        loop.lateness.Observe(detail::to_seconds(e.lateness));
}

inline void prometheus::on_attempt_ended(attempt_ended const& e)
{
    auto& loop = of(e.loop);
    loop.attempts[e.what].Increment();
    loop.duration.Observe(detail::to_seconds(e.duration));
}

inline void prometheus::on_retry(retry_scheduled const& e)
{
    of(e.loop).retries.Increment();
}

inline void prometheus::on_run_ended(run_ended const& e)
{
    of(e.loop).runs[e.reason].Increment();
}

inline std::vector<::prometheus::MetricFamily> prometheus::Collect() const
{
    std::vector<detail::loop_metrics const*> loops;
    {
        std::lock_guard const lock{mutex_};
        for (auto const& [name, metrics] : loops_)
            loops.push_back(&metrics);
    }
    auto families = detail::counted_families(loops);
    if (jobs_)
        detail::append_state(families, jobs_->snapshot());
    return families;
}

inline detail::loop_metrics& prometheus::of(std::string_view loop)
{
    std::lock_guard const lock{mutex_};
    auto it = loops_.find(loop);
    if (it == loops_.end())
        it =
            loops_.try_emplace(std::string{loop}, detail::to_utf8(loop), lateness_buckets_, duration_buckets_)
                .first;
    return it->second;
}

TASKS_END_NAMESPACE
