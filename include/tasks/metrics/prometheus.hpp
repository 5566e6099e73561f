// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/group/group.hpp>
#include <tasks/metrics/detail/buckets.hpp>
#include <tasks/metrics/detail/loop_metrics.hpp>
#include <tasks/run/events.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>

TASKS_BEGIN_NAMESPACE

/// Options of `tasks::prometheus`.
struct prometheus_options {
    /// The upper bounds of the buckets of `tasks_lateness_seconds`, 0 or more, each above the one before. A
    /// last bucket without a bound is always there.
    std::vector<std::chrono::nanoseconds> lateness_buckets = detail::default_lateness_buckets();
    /// The same for `tasks_duration_seconds`.
    std::vector<std::chrono::nanoseconds> duration_buckets = detail::default_duration_buckets();
};

/// Metrics of loops: an observer that counts, and a `Collectable` of prometheus-cpp that an exposer scrapes.
/// One object serves any number of loops. It counts for those that it observes, and tells the state of those
/// in its group: paused, failed, overdue, in flight, the next slot and the last success.
///
/// @code
/// tasks::group jobs{poll, clean};
/// auto const metrics = std::make_shared<tasks::prometheus>(jobs);
/// ::prometheus::Exposer exposer{"127.0.0.1:8080"};
/// exposer.RegisterCollectable(metrics);
/// poll.observe(metrics).start();
/// clean.observe(tasks::observers(recent, *metrics)).start();
/// @endcode
///
/// Series have the label `loop`, the loop's name, and labels whose values are fixed in advance;
/// docs/metrics.md lists them. All series of a loop appear with its first event, most at 0, so that rates are
/// right from the beginning. They stay until this object is destroyed, and loops of the same name share them.
/// Bytes of a name that are not UTF-8 become U+FFFD, because Prometheus rejects a whole scrape that contains
/// them.
///
/// @par Thread safety
/// Safe: events of any number of loops, and `Collect`, at the same time. `Collect` locks out events only
/// while it lists the names.
/// @par Complexity
/// Events: O(log n) of n names; an allocation for the first event of each name only.
class prometheus : public ::prometheus::Collectable {
public:
    /// Counts only.
    /// @throws bad_option a bound of a bucket breaks its rule
    explicit prometheus(prometheus_options const& options = {});
    /// The same, with the state of the loops that are in the group at the time of a scrape.
    explicit prometheus(group jobs, prometheus_options const& options = {});
    prometheus(prometheus const&) = delete;
    prometheus& operator=(prometheus const&) = delete;
    ~prometheus() override = default;

    void on_run_started(run_started const& e);
    void on_slot(slot_decided const& e);
    void on_attempt_ended(attempt_ended const& e);
    void on_retry(retry_scheduled const& e);
    void on_run_ended(run_ended const& e);

    /// Returns all metrics with their present values, for prometheus-cpp. Loops are in the order of their
    /// names. O(n) for n loops.
    [[nodiscard]] std::vector<::prometheus::MetricFamily> Collect() const override;

private:
    /// The metrics of the loops of this name, made at first sight.
    detail::loop_metrics& of(std::string_view loop);

    std::optional<group> const jobs_;
    ::prometheus::Histogram::BucketBoundaries const lateness_buckets_;
    ::prometheus::Histogram::BucketBoundaries const duration_buckets_;
    mutable detail::mutex mutex_; ///< guards the map, whose elements are safe by themselves and stay
    std::map<std::string, detail::loop_metrics, std::less<>> loops_;
};

TASKS_END_NAMESPACE

#include <tasks/metrics/detail/prometheus.ipp>
