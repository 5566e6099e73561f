// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>

using namespace test;

namespace {

struct fixture_of_rule_27 {
    virtual_context s;
    slot_ledger ledger{s, 10s};
    int in_flight = 0;
    int most = 0;
    std::function<std::chrono::nanoseconds(std::uint64_t)> takes;
    tasks::loop<> loop;

    fixture_of_rule_27(tasks::overlap overlap, tasks::missed missed,
                       std::function<std::chrono::nanoseconds(std::uint64_t)> t)
        : takes{std::move(t)}
        , loop{s.io,
               {.every = 10s, .missed = missed, .overlap = overlap},
               [this](tasks::iteration const& it) -> task {
                   s.note(s.when(it.slot));
                   most = std::max(most, ++in_flight);
                   co_await pause(takes(it.number));
                   --in_flight;
               }}
    {
        loop.observe(ledger);
        loop.start();
    }
    std::string until(std::chrono::nanoseconds t)
    {
        s.time.advance(t - s.time.elapsed());
        CHECK(ledger.faults() == "");
        return s.trace();
    }
};

auto const long_first = [](std::uint64_t n) { return n == 0 ? 35s : 1s; };

} // namespace

TEST_CASE("rule 27: each slot starts an iteration on time while a place is free")
{
    fixture_of_rule_27 f{2, tasks::missed::coalesce, long_first};
    CHECK(f.until(45s) == "0s 0s, 10s 10s, 20s 20s, 30s 30s, 40s 40s");
    CHECK(f.most == 2);
}

TEST_CASE("rule 27: unlimited")
{
    fixture_of_rule_27 f{tasks::unlimited, tasks::missed::coalesce, [](std::uint64_t) { return 95s; }};
    CHECK(f.until(94s).find("90s 90s") != std::string::npos);
    CHECK(f.most == 10);
    f.until(200s);
    CHECK(f.most == 10);
}

TEST_CASE("rule 27: with no place free the loop is not ready, and rule 12 decides about the slots that pass")
{
    auto const both_long = [](std::uint64_t n) { return n < 2 ? 45s : 1s; };
    SECTION("coalesce")
    {
        fixture_of_rule_27 f{2, tasks::missed::coalesce, both_long};
        CHECK(f.until(55s) == "0s 0s, 10s 10s, 45s 40s, 50s 50s");
        CHECK(f.ledger.trace() == "0s ran, 10s ran, 20s coalesced, 30s coalesced, 40s ran, 50s ran");
        CHECK(f.most == 2);
    }
    SECTION("skip")
    {
        fixture_of_rule_27 f{2, tasks::missed::skip, both_long};
        CHECK(f.until(55s) == "0s 0s, 10s 10s, 50s 50s");
        CHECK(f.ledger.trace() ==
              "0s ran, 10s ran, 20s missed(skipped), 30s missed(skipped), 40s missed(skipped), 50s ran");
    }
    SECTION("catch_up, in as many places as are free")
    {
        fixture_of_rule_27 f{2, tasks::missed::catch_up(2),
                             [](std::uint64_t n) { return n < 2 ? 45s : 12s; }};
        CHECK(f.until(56s) == "0s 0s, 10s 10s, 45s 30s, 55s 40s");
        CHECK(f.ledger.trace().find("0s ran, 10s ran, 20s missed(dropped), 30s ran") == 0);
        CHECK(f.most == 2);
    }
}

TEST_CASE("rule 27: a single slot that passed while no place was free is merely late")
{
    fixture_of_rule_27 f{2, tasks::missed::skip, [](std::uint64_t n) { return n < 2 ? 25s : 1s; }};
    CHECK(f.until(35s) == "0s 0s, 10s 10s, 25s 20s, 30s 30s");
}

TEST_CASE("rule 27: with 1 it is a plain loop")
{
    fixture_of_rule_27 f{1, tasks::missed::coalesce, long_first};
    CHECK(f.until(45s) == "0s 0s, 35s 30s, 40s 40s");
    CHECK(f.most == 1);
}

TEST_CASE("rule 27: a retry keeps its place")
{
    struct wait_25s {
        std::chrono::nanoseconds next(unsigned) const { return 25s; }
    };
    virtual_context s;
    tasks::loop<> loop{
        s.io, {.every = 10s, .backoff = wait_25s{}, .overlap = 2}, [&](tasks::iteration const& it) {
            s.note(std::to_string(it.number) + "#" + std::to_string(it.attempt));
            if (it.number < 2 && it.attempt == 0)
                connection_lost();
        }};
    loop.start();
    s.time.advance(36s);
    CHECK(s.trace() == "0s 0#0, 10s 1#0, 25s 0#1, 25s 2#0, 30s 3#0, 35s 1#1");
}

TEST_CASE("rule 27: interval 0 with a limit keeps that many in flight")
{
    virtual_context s;
    int in_flight = 0;
    int most = 0;
    tasks::loop<> loop{s.io, {.every = 0s, .count = 12, .overlap = 3}, [&]() -> task {
                           most = std::max(most, ++in_flight);
                           co_await pause(5s);
                           --in_flight;
                       }};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(60s);
    CHECK(most == 3);
    CHECK(s.trace() == "20s after");
}

TEST_CASE("rule 27: times of day overlap as well")
{
    virtual_context s{utc("2024-01-01T00:00:00Z")};
    tasks::loop<> loop{s.io, {.every = tasks::day_at(1h, 2h, 3h), .overlap = 2}, [&]() -> task {
                           s.note("begin");
                           co_await pause(90min);
                       }};
    loop.start();
    s.time.advance(3h + 1min);
    CHECK(s.trace() == "3600s begin, 7200s begin, 10800s begin");
}
