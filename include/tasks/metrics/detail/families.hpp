// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/metrics/detail/loop_metrics.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

TASKS_BEGIN_NAMESPACE
namespace detail {

using metric_label = ::prometheus::ClientMetric::Label;

/// A family of metrics without series.
[[nodiscard]] inline ::prometheus::MetricFamily empty_family(::prometheus::MetricType type, std::string name,
                                                             std::string help)
{
    return {std::move(name), std::move(help), type, {}};
}

inline void add_series(::prometheus::MetricFamily& to, std::vector<metric_label> labels,
                       ::prometheus::ClientMetric series)
{
    series.label = std::move(labels);
    to.metric.push_back(std::move(series));
}

/// The text of an enumerator as a label's value, in one word.
[[nodiscard]] inline std::string label_value(std::string_view text)
{
    std::string value{text};
    std::replace(value.begin(), value.end(), ' ', '_');
    return value;
}

/// All that was counted, family by family.
[[nodiscard]] inline std::vector<::prometheus::MetricFamily>
counted_families(std::vector<loop_metrics const*> const& loops)
{
    using ::prometheus::MetricType;
    auto slots = empty_family(MetricType::Counter, "tasks_slots_total",
                              "Slots by the decision about them, and by the cause of missed ones.");
    auto attempts =
        empty_family(MetricType::Counter, "tasks_attempts_total", "Attempts that ended, by outcome.");
    auto retries = empty_family(MetricType::Counter, "tasks_retries_total", "Retries after failed attempts.");
    auto runs = empty_family(MetricType::Counter, "tasks_runs_total", "Runs that ended, by reason.");
    auto lateness = empty_family(MetricType::Histogram, "tasks_lateness_seconds",
                                 "Time from a slot to the decision to run its iteration.");
    auto duration = empty_family(MetricType::Histogram, "tasks_duration_seconds", "How long attempts took.");
    for (auto const* const l : loops) {
        metric_label const loop{"loop", l->label};
        l->slots.for_each([&](decision d, auto const& by_cause) {
            by_cause.for_each([&](miss_cause c, loop_metrics::counter const& n) {
                if ((d == decision::missed) == (c != miss_cause::none)) // no other combination occurs
                    add_series(
                        slots,
                        {loop, {"decision", label_value(to_string(d))}, {"cause", label_value(to_string(c))}},
                        n.Collect());
            });
        });
        l->attempts.for_each([&](outcome o, loop_metrics::counter const& n) {
            add_series(attempts, {loop, {"outcome", label_value(to_string(o))}}, n.Collect());
        });
        add_series(retries, {loop}, l->retries.Collect());
        l->runs.for_each([&](exit_reason r, loop_metrics::counter const& n) {
            add_series(runs, {loop, {"reason", label_value(to_string(r))}}, n.Collect());
        });
        add_series(lateness, {loop}, l->lateness.Collect());
        add_series(duration, {loop}, l->duration.Collect());
    }
    return {slots, attempts, retries, runs, lateness, duration};
}

} // namespace detail
TASKS_END_NAMESPACE
