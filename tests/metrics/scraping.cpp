// SPDX-License-Identifier: MIT
#include "metrics/a_working_day.hpp"
#include "metrics/scrape.hpp"
#include "support/catch.hpp"

#include <cmath>

using namespace test;

namespace {

using values = std::map<std::string, double>;

/// The series of one loop, in all families, at 0.
values untouched(std::string const& loop)
{
    values all{{"tasks_retries_total{loop=" + loop + "}", 0}};
    for (auto const* const labels :
         {"ran,cause=none", "coalesced,cause=none", "requested,cause=none", "missed,cause=skipped",
          "missed,cause=dropped", "missed,cause=rescheduled", "missed,cause=ended", "missed,cause=paused",
          "missed,cause=late", "missed,cause=busy"})
        all["tasks_slots_total{loop=" + loop + ",decision=" + labels + "}"] = 0;
    for (auto const* const outcome : {"succeeded", "failed", "cancelled", "skipped", "timed_out"})
        all["tasks_attempts_total{loop=" + loop + ",outcome=" + outcome + "}"] = 0;
    for (auto const* const reason : {"completed", "cancelled", "failed"})
        all["tasks_runs_total{loop=" + loop + ",reason=" + reason + "}"] = 0;
    auto const histogram = [&](std::string const& name, std::initializer_list<char const*> bounds) {
        for (auto const* const bound : bounds)
            all[name + "_bucket{loop=" + loop + ",le=" + bound + "}"] = 0;
        all[name + "_sum{loop=" + loop + "}"] = 0;
        all[name + "_count{loop=" + loop + "}"] = 0;
    };
    histogram("tasks_lateness_seconds",
              {"0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1", "5", "10", "60", "+Inf"});
    histogram("tasks_duration_seconds",
              {"0.001", "0.01", "0.1", "0.5", "1", "5", "10", "30", "60", "300", "600", "3600", "+Inf"});
    return all;
}

/// Of the expected series of loops.
class expectation {
public:
    /// The loop whose numbers follow.
    expectation& loop(std::string const& name)
    {
        loop_ = name;
        series_.merge(untouched(name));
        return *this;
    }
    expectation& slots(std::string const& decision, double n, std::string const& cause = "none")
    {
        series_.at("tasks_slots_total{loop=" + loop_ + ",decision=" + decision + ",cause=" + cause + "}") = n;
        return *this;
    }
    expectation& attempts(std::string const& outcome, double n)
    {
        series_.at("tasks_attempts_total{loop=" + loop_ + ",outcome=" + outcome + "}") = n;
        return *this;
    }
    expectation& retries(double n)
    {
        series_.at("tasks_retries_total{loop=" + loop_ + "}") = n;
        return *this;
    }
    expectation& runs(std::string const& reason, double n)
    {
        series_.at("tasks_runs_total{loop=" + loop_ + ",reason=" + reason + "}") = n;
        return *this;
    }
    /// What was observed, in seconds.
    expectation& lateness(std::initializer_list<double> observed)
    {
        return histogram("tasks_lateness_seconds", observed);
    }
    expectation& duration(std::initializer_list<double> observed)
    {
        return histogram("tasks_duration_seconds", observed);
    }

    /// Checks that these and no other series of loops were scraped.
    void check(exposition const& scraped) const
    {
        auto missing = series_;
        for (auto const& [key, value] : scraped.samples) {
            INFO(key);
            if (key.starts_with("exposer_")) // prometheus-cpp's own
                continue;
            auto const expected = missing.find(key);
            REQUIRE(expected != missing.end());
            if (key.find("_sum{") != std::string::npos)
                CHECK(std::abs(value - expected->second) < 1e-9);
            else
                CHECK(value == expected->second);
            missing.erase(expected);
        }
        for (auto const& [key, value] : missing)
            FAIL_CHECK(key << " is missing");
    }

private:
    expectation& histogram(std::string const& name, std::initializer_list<double> observed)
    {
        for (auto const value : observed) {
            series_.at(name + "_sum{loop=" + loop_ + "}") += value;
            ++series_.at(name + "_count{loop=" + loop_ + "}");
            auto const prefix = name + "_bucket{loop=" + loop_ + ",le=";
            for (auto& [key, n] : series_)
                if (key.starts_with(prefix) && value <= std::stod(key.substr(prefix.size())))
                    ++n;
        }
        return *this;
    }

    std::string loop_;
    values series_;
};

} // namespace

TEST_CASE("metrics: a scrape over HTTP has every series of each loop, with exact values")
{
    a_working_day day;
    day.pass();
    exposition const scraped{scrape(day.metrics)};
    expectation{}
        .loop("orders")
        .slots("ran", 4)
        .slots("coalesced", 2)
        .attempts("succeeded", 4)
        .runs("completed", 1)
        .lateness({0, 0.5, 0, 0})
        .duration({3.5, 0.1, 0.1, 0.1})
        .loop("stock")
        .slots("ran", 3)
        .attempts("succeeded", 3)
        .attempts("failed", 1)
        .retries(1)
        .runs("completed", 1)
        .lateness({0, 0, 0})
        .duration({0, 0, 0, 0})
        .loop("broken")
        .slots("ran", 2)
        .attempts("succeeded", 1)
        .attempts("failed", 1)
        .runs("failed", 1)
        .lateness({0, 0})
        .duration({0, 0})
        .loop("hanging")
        .slots("ran", 2)
        .attempts("timed_out", 2)
        .runs("completed", 1)
        .lateness({0, 0})
        .duration({2, 2})
        .loop("idle")
        .slots("ran", 2)
        .attempts("skipped", 2)
        .runs("completed", 1)
        .lateness({0, 0})
        .duration({0, 0})
        .loop("asked")
        .slots("requested", 1)
        .attempts("cancelled", 1)
        .runs("cancelled", 1)
        .lateness({0})
        .duration({45})
        .loop("skipping") // slots at 0, 5, …, 20 s, then five are skipped, then at 50, 55 and 60 s
        .slots("ran", 8)
        .slots("missed", 5, "skipped")
        .attempts("succeeded", 8)
        .lateness({0, 0, 0, 0, 0, 0, 0, 0})
        .duration({0, 0, 0, 0, 0, 0, 0, 0})
        .check(scraped);
    CHECK(scraped.labels ==
          std::set<std::string>{"loop", "decision", "cause", "outcome", "reason", "le", "quantile"});
}

TEST_CASE("metrics: all series of a loop exist at 0 when its run has begun")
{
    virtual_context s;
    auto const metrics = std::make_shared<tasks::prometheus>();
    tasks::loop<> later{s.io, {.every = 1h, .initial_delay = 1h, .name = "later"}, [] {}};
    later.observe(metrics);
    expectation{}.check(exposition{print(*metrics)});
    later.start();
    s.time.run_until_idle();
    expectation{}.loop("later").check(exposition{print(*metrics)});
}

TEST_CASE("metrics: slots that are missed count by their cause")
{
    auto const metrics = std::make_shared<tasks::prometheus>();
    using tasks::miss_cause;
    double n = 0;
    expectation expected;
    expected.loop("x");
    for (auto const cause : {miss_cause::skipped, miss_cause::dropped, miss_cause::rescheduled,
                             miss_cause::ended, miss_cause::paused, miss_cause::late, miss_cause::busy}) {
        ++n;
        for (int twice = 0; twice != 2; ++twice)
            metrics->on_slot({.loop = "x",
                              .what = tasks::decision::missed,
                              .cause = cause,
                              .first = {},
                              .last = {},
                              .count = static_cast<std::uint64_t>(n),
                              .number = 0,
                              .lateness = 1s});
        expected.slots("missed", 2 * n, std::string{to_string(cause)});
    }
    expected.check(exposition{print(*metrics)});
}

TEST_CASE("metrics: a name may contain anything")
{
    auto const metrics = std::make_shared<tasks::prometheus>();
    for (auto const* const name :
         {"", "a \"quoted\\ name\"\nin two lines", "a,b={c}", "K\u00f6ln \u2713", "K\xf6ln", "cut \xe2\x82",
          "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\xf0\x9f\x98\x80"})
        metrics->on_run_started({.loop = name, .restarted = false});
    auto const text = print(*metrics);
    exposition const scraped{text};
    std::string const bad = "\uFFFD";
    for (std::string const& name :
         {std::string{}, std::string{"a \"quoted\\ name\"\nin two lines"}, std::string{"a,b={c}"},
          std::string{"K\u00f6ln \u2713"}, "K" + bad + "ln", "cut " + bad + bad, bad + bad + bad,
          bad + bad + bad + bad, bad + bad, std::string{"\U0001F600"}})
        CHECK(scraped.samples.contains("tasks_retries_total{loop=" + name + "}"));
}

TEST_CASE("metrics: loops of one name share their series")
{
    virtual_context s;
    auto const metrics = std::make_shared<tasks::prometheus>();
    for (int twice = 0; twice != 2; ++twice) {
        tasks::loop<> loop{s.io, {.every = 1s, .count = 3, .name = "same"}, [] {}};
        loop.observe(metrics).start();
        s.time.advance(10s);
    }
    CHECK(metrics.use_count() == 1);
    expectation{}
        .loop("same")
        .slots("ran", 6)
        .attempts("succeeded", 6)
        .runs("completed", 2)
        .lateness({0, 0, 0, 0, 0, 0})
        .duration({0, 0, 0, 0, 0, 0})
        .check(exposition{print(*metrics)});
}
