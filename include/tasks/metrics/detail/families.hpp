// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/status.hpp>
#include <tasks/metrics/detail/buckets.hpp>
#include <tasks/metrics/detail/loop_metrics.hpp>
#include <tasks/metrics/detail/utf8.hpp>

#include <algorithm>
#include <optional>
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
    std::vector<::prometheus::MetricFamily> families;
    for (auto* const f : {&slots, &attempts, &retries, &runs, &lateness, &duration})
        families.push_back(std::move(*f)); // large, so not copied as a list in braces is
    return families;
}

/// The state of loops, family by family.
inline void append_state(std::vector<::prometheus::MetricFamily>& families,
                         std::vector<loop_status> const& loops)
{
    auto const gauge = [&](std::string name, std::string help, auto value_of) {
        auto family = empty_family(::prometheus::MetricType::Gauge, std::move(name), std::move(help));
        for (auto const& l : loops)
            if (std::optional<double> const value = value_of(l)) {
                ::prometheus::ClientMetric series;
                series.gauge.value = *value;
                add_series(family, {{"loop", to_utf8(l.name)}}, std::move(series));
            }
        families.push_back(std::move(family));
    };
    auto const seconds_of = [](std::optional<time_point> t) {
        return t ? std::optional{to_seconds(t->time_since_epoch())} : std::nullopt;
    };
    gauge("tasks_in_flight", "Iterations in progress.",
          [](loop_status const& l) { return static_cast<double>(l.in_flight); });
    gauge("tasks_next_slot_timestamp_seconds", "When the next slot is due.",
          [&](loop_status const& l) { return seconds_of(l.next); });
    gauge("tasks_last_success_timestamp_seconds",
          "When an iteration last succeeded, or the start of the run if that was later.",
          [&](loop_status const& l) { return seconds_of(l.last_success); });
    gauge("tasks_paused", "Whether the loop is paused.",
          [](loop_status const& l) { return l.paused ? 1.0 : 0.0; });
    gauge("tasks_overdue", "Whether the loop has not succeeded for as long as it is expected to.",
          [](loop_status const& l) { return l.overdue ? 1.0 : 0.0; });
    gauge("tasks_failed", "Whether the last run failed.",
          [](loop_status const& l) { return l.failed ? 1.0 : 0.0; });
}

} // namespace detail
TASKS_END_NAMESPACE
