// SPDX-License-Identifier: MIT
#include "metrics/a_working_day.hpp"
#include "metrics/file_text.hpp"
#include "metrics/scrape.hpp"
#include "support/catch.hpp"

#include <tasks/loop/observers.hpp>

#include <cmath>
#include <optional>

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

    /// The state of the loop: what differs from 0, and the times, in seconds since the start of the clock.
    expectation& state(std::optional<double> last_success, std::optional<double> next = std::nullopt,
                       std::set<std::string> const& ones = {})
    {
        for (auto const* const gauge : {"in_flight", "paused", "overdue", "failed"})
            series_["tasks_" + (gauge + ("{loop=" + loop_ + "}"))] = ones.contains(gauge) ? 1 : 0;
        constexpr double start = 1'704'067'200; // 2024-01-01T00:00Z
        if (last_success)
            series_["tasks_last_success_timestamp_seconds{loop=" + loop_ + "}"] = start + *last_success;
        if (next)
            series_["tasks_next_slot_timestamp_seconds{loop=" + loop_ + "}"] = start + *next;
        return *this;
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
        .state(5.1)
        .loop("stock")
        .slots("ran", 3)
        .attempts("succeeded", 3)
        .attempts("failed", 1)
        .retries(1)
        .runs("completed", 1)
        .lateness({0, 0, 0})
        .duration({0, 0, 0, 0})
        .state(5)
        .loop("broken")
        .slots("ran", 2)
        .attempts("succeeded", 1)
        .attempts("failed", 1)
        .runs("failed", 1)
        .lateness({0, 0})
        .duration({0, 0})
        .state(0, {}, {"failed"})
        .loop("hanging")
        .slots("ran", 2)
        .attempts("timed_out", 2)
        .runs("completed", 1)
        .lateness({0, 0})
        .duration({2, 2})
        .state(0) // its start
        .loop("idle")
        .slots("ran", 2)
        .attempts("skipped", 2)
        .runs("completed", 1)
        .lateness({0, 0})
        .duration({0, 0})
        .state(0)
        .loop("asked")
        .slots("requested", 1)
        .attempts("cancelled", 1)
        .runs("cancelled", 1)
        .lateness({0})
        .duration({45})
        .state(0)
        .loop("skipping") // slots at 0, 5, …, 20 s, then five are skipped, then at 50, 55 and 60 s
        .slots("ran", 8)
        .slots("missed", 5, "skipped")
        .attempts("succeeded", 8)
        .lateness({0, 0, 0, 0, 0, 0, 0, 0})
        .duration({0, 0, 0, 0, 0, 0, 0, 0})
        .state(60, {}, {"paused"})
        .loop("stuck")
        .slots("ran", 1)
        .lateness({0})
        .state(0, 3600, {"in_flight", "overdue"})
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

TEST_CASE("metrics: the time of the last success begins with the start, and outlives a restart")
{
    virtual_context s;
    tasks::loop<> poll{s.io, {.every = 10s, .initial_delay = 5s, .name = "poll"}, [] {}};
    tasks::group jobs;
    auto const metrics = std::make_shared<tasks::prometheus>(jobs);
    auto const age = [&]() -> std::optional<double> {
        exposition const scraped{print(*metrics)};
        auto const found = scraped.samples.find("tasks_last_success_timestamp_seconds{loop=poll}");
        return found == scraped.samples.end() ? std::nullopt : std::optional{found->second - 1'704'067'200};
    };
    CHECK(!age());
    jobs.add(poll); // the adapter sees it, because copies of a group share their loops
    CHECK(!age());
    s.time.advance(100s);
    poll.start();
    s.time.advance(1s);
    CHECK(age() == 100);
    s.time.advance(10s);
    CHECK(age() == 105);
    poll.restart();
    s.time.advance(1s);
    CHECK(age() == 105);
    s.time.advance(10s);
    CHECK(age() == 116);
}

TEST_CASE("metrics: of a loop that is destroyed the counts stay, and its state goes")
{
    virtual_context s;
    tasks::group jobs;
    auto const metrics = std::make_shared<tasks::prometheus>(jobs);
    tasks::prometheus others;
    {
        tasks::loop<> once{s.io, {.every = 1h, .name = "once"}, [] {}};
        jobs.add(once);
        once.observe(tasks::observers(*metrics, others)).start();
        s.time.run_until_idle();
        expectation{}
            .loop("once")
            .slots("ran", 1)
            .attempts("succeeded", 1)
            .lateness({0})
            .duration({0})
            .state(0, 3600)
            .check(exposition{print(*metrics)});
    }
    for (auto const* const both : {metrics.get(), &others})
        expectation{}
            .loop("once")
            .slots("ran", 1)
            .attempts("succeeded", 1)
            .lateness({0})
            .duration({0})
            .check(exposition{print(*both)});
}

TEST_CASE("metrics: the docs list every metric, with its type and the values of its labels")
{
    a_working_day day;
    exposition const scraped{print(*day.metrics)};
    auto const page = file_text(TASKS_TEST_DOCS "/metrics.md");
    std::map<std::string, std::string> rows; // metric -> the rest of its row
    for (std::size_t at = 0; (at = page.find("\n| `tasks_", at)) != std::string::npos; ++at) {
        auto const row = page.substr(at + 4, page.find('\n', at + 1) - at - 4);
        rows[row.substr(0, row.find('`'))] = row.substr(row.find('`') + 1);
    }
    CHECK(rows.size() == scraped.types.size());
    for (auto const& [name, type] : scraped.types) {
        INFO(name);
        REQUIRE(rows.contains(name));
        CHECK(rows.at(name).starts_with(" | " + type + " |"));
    }
    for (auto const& [key, value] : scraped.samples) {
        INFO(key);
        for (auto const* const label : {",decision=", ",cause=", ",outcome=", ",reason="})
            if (auto const at = key.find(label); at != std::string::npos) {
                auto const text = key.substr(at + std::string_view{label}.size());
                auto const& row = rows.at(key.substr(0, key.find('{')));
                CHECK(row.find("`" + text.substr(0, text.find_first_of(",}")) + "`") != std::string::npos);
            }
    }
}
