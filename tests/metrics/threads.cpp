// SPDX-License-Identifier: MIT
#include "metrics/one_iteration.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

/// The sum of all series of a family.
double total(std::vector<::prometheus::MetricFamily> const& families, std::string const& name)
{
    double sum = 0;
    for (auto const& family : families)
        if (family.name == name)
            for (auto const& series : family.metric)
                sum += series.counter.value + static_cast<double>(series.histogram.sample_count);
    return sum;
}

} // namespace

TEST_CASE("metrics: loops report from many threads while others scrape")
{
    constexpr int threads = 4, loops = 10, times = 200;
    tasks::prometheus metrics;
    std::atomic<int> running{threads};
    std::vector<std::thread> all;
    for (int t = 0; t != threads; ++t)
        all.emplace_back([&] {
            for (int i = 0; i != times; ++i)
                test::report_one_iteration(metrics, "loop " + std::to_string(i % loops));
            --running;
        });
    bool grows = true;
    double before = 0;
    for (int last_look = 0; last_look != 2; last_look += running == 0 ? 1 : 0) {
        auto const now = total(metrics.Collect(), "tasks_attempts_total");
        grows = grows && now >= before;
        before = now;
    }
    for (auto& t : all)
        t.join();
    CHECK(grows);

    auto const families = metrics.Collect();
    CHECK(families.size() == 6);
    CHECK(families.at(2).metric.size() == loops);
    constexpr double n = threads * times;
    CHECK(total(families, "tasks_slots_total") == n);
    CHECK(total(families, "tasks_attempts_total") == 2 * n);
    CHECK(total(families, "tasks_retries_total") == n);
    CHECK(total(families, "tasks_runs_total") == n);
    CHECK(total(families, "tasks_lateness_seconds") == n);
    CHECK(total(families, "tasks_duration_seconds") == 2 * n);
}
