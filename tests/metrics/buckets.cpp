// SPDX-License-Identifier: MIT
#include "metrics/scrape.hpp"
#include "support/catch.hpp"
#include "support/thrown.hpp"

#include <tasks/prometheus.hpp>

#include <cmath>

using namespace test;

namespace {

/// The counts of a histogram of the loop x, from the lowest bound on: `0.5: 1, +Inf: 2`
std::string counts(exposition const& scraped, std::string const& name)
{
    std::map<double, std::string> sorted;
    auto const prefix = name + "_bucket{loop=x,le=";
    for (auto const& [key, n] : scraped.samples)
        if (key.starts_with(prefix)) {
            auto const bound = key.substr(prefix.size(), key.size() - prefix.size() - 1);
            sorted[std::stod(bound)] = bound + ": " + std::to_string(static_cast<int>(n));
        }
    std::string all;
    for (auto const& [bound, text] : sorted)
        all += (all.empty() ? "" : ", ") + text;
    return all;
}

std::string refusal(tasks::prometheus_options const& options)
{
    return thrown<tasks::bad_option>([&] { tasks::prometheus const metrics{options}; });
}

} // namespace

TEST_CASE("metrics: buckets are an option, and a bound is in its bucket")
{
    auto const metrics = std::make_shared<tasks::prometheus>(
        tasks::prometheus_options{.lateness_buckets = {0s, 100ns, 1500us, 2h}, .duration_buckets = {}});
    tasks::iteration const it;
    for (auto const d :
         {0ns, 1ns, 100ns, 101ns, std::chrono::nanoseconds{1500us}, std::chrono::nanoseconds{3h}}) {
        metrics->on_slot({.loop = "x",
                          .what = tasks::decision::ran,
                          .cause = tasks::miss_cause::none,
                          .first = {},
                          .last = {},
                          .count = 1,
                          .number = 0,
                          .lateness = d});
        metrics->on_attempt_ended(
            {.loop = "x", .it = it, .what = tasks::outcome::succeeded, .exception = nullptr, .duration = d});
    }
    exposition const scraped{print(*metrics)};
    CHECK(counts(scraped, "tasks_lateness_seconds") == "0: 1, 1e-07: 3, 0.0015: 5, 7200: 5, +Inf: 6");
    CHECK(counts(scraped, "tasks_duration_seconds") == "+Inf: 6");
    CHECK(std::abs(scraped.samples.at("tasks_duration_seconds_sum{loop=x}") - 10800.001500202) < 1e-9);
}

TEST_CASE("metrics: bounds of buckets that are not in order are refused")
{
    CHECK(refusal({.lateness_buckets = {1s, 500ms}}) ==
          "tasks: lateness_buckets: 500ms: must be above the bound before it");
    CHECK(refusal({.duration_buckets = {1s, 2s, 2s}}) ==
          "tasks: duration_buckets: 2s: must be above the bound before it");
    CHECK(refusal({.duration_buckets = {-1ns, 2s}}) == "tasks: duration_buckets: -1ns: must be 0 or more");
}
