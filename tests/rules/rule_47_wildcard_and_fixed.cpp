// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/cron.hpp>

#include <vector>

using namespace test;
using namespace tasks::literals;

TEST_CASE("rule 47: 40 years without a match are the end, and excluded years do not count")
{
    CHECK(text(tasks::cron{"0 0 29 2 */7"}.next(utc("2088-02-29T00:00:00Z"))) == "2128-02-29T00:00:00Z");
    CHECK(text(tasks::cron{"0 0 0 1 1 ? 2199"}.next(utc("1970-01-01T00:00:00Z"))) == "2199-01-01T00:00:00Z");
    CHECK(text(tasks::cron{"0 0 30 2 *"}.next(utc("2024-01-01T00:00:00Z"))) == "none");

    virtual_context s{utc("2024-01-01T00:00:00Z")};
    tasks::loop<> loop{s.io, "0 0 30 2 *"_cron, [&] { s.note("body"); }};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(1s);
    CHECK(s.trace() == "0s after");
}

namespace {

/// How often a loop that runs at `every` runs in the hour after 12:00, if its clock is set back from 12:31 to
/// 12:01.
std::size_t runs_with_a_small_step(tasks::schedule const& every)
{
    virtual_context s{utc("2024-01-01T12:00:00Z")};
    std::size_t runs = 0;
    tasks::loop<> loop{s.io, every, [&] { ++runs; }};
    loop.start();
    s.time.advance(31min);
    s.time.step_wall_clock(-30min);
    s.time.advance(59min);
    return runs;
}

} // namespace

TEST_CASE("rule 47: a wildcard repeats by design, so it is asked anew after a small step of the clock")
{
    CHECK(runs_with_a_small_step("*/10 12 * * *"_cron) == 3 + 5);
    CHECK(runs_with_a_small_step("*/10 12 * * *"_cron.in("+00:00")) == 3 + 5);
}

TEST_CASE("rule 47: … and a fixed expression is like times of day, which are served once")
{
    CHECK(runs_with_a_small_step("0/10 12 * * *"_cron) == 5);
    CHECK(runs_with_a_small_step("0/10 12 * * *"_cron.in("+00:00")) == 5);
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

namespace {

/// The times at which a loop in Berlin runs, started at `from`, within the next 40 hours.
std::string cron_runs(tasks::cron every, std::string const& from)
{
    virtual_context s{utc(from)};
    every = every.in("Europe/Berlin");
    slot_ledger ledger{s, every};
    std::string out;
    tasks::loop<> loop{s.io, every, [&] { out += (out.empty() ? "" : ", ") + text(s.time.now()); }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(40h);
    CHECK(ledger.faults() == "");
    return out;
}

auto const day_before_gap = "2024-03-30T12:00:00Z";  // 02:00 becomes 03:00 on the 31st
auto const day_before_fold = "2024-10-26T12:00:00Z"; // 03:00 becomes 02:00 on the 27th

} // namespace

TEST_CASE("rule 47: a wildcard runs at every instant that shows its time: none in a gap, twice in a fold")
{
    for (auto const missing : {tasks::gap::shift, tasks::gap::after, tasks::gap::skip})
        for (auto const repeated : {tasks::fold::first, tasks::fold::second, tasks::fold::both}) {
            auto const c = "*/30 2 * * *"_cron.when_missing(missing).when_repeated(repeated);
            CHECK(cron_runs(c, day_before_gap) == "2024-04-01T00:00:00Z, 2024-04-01T00:30:00Z");
            CHECK(cron_runs(c, day_before_fold) ==
                  "2024-10-27T00:00:00Z, 2024-10-27T00:30:00Z, 2024-10-27T01:00:00Z, 2024-10-27T01:30:00Z, "
                  "2024-10-28T01:00:00Z, 2024-10-28T01:30:00Z");
        }
}

TEST_CASE("rule 47: fixed times of a gap are one slot, the first instant after it")
{
    CHECK(cron_runs("0,30 2 * * *"_cron, day_before_gap) ==
          "2024-03-31T01:00:00Z, 2024-04-01T00:00:00Z, 2024-04-01T00:30:00Z");
}

TEST_CASE("rule 47: … other rules for a gap are options")
{
    auto const half = "30 2 * * *"_cron;
    CHECK(cron_runs(half.when_missing(tasks::gap::shift), day_before_gap) ==
          "2024-03-31T01:30:00Z, 2024-04-01T00:30:00Z");
    CHECK(cron_runs(half.when_missing(tasks::gap::skip), day_before_gap) == "2024-04-01T00:30:00Z");
}

TEST_CASE("rule 47: a fixed time that is repeated is one slot, the first unless another rule is chosen")
{
    auto const half = "30 2 * * *"_cron;
    CHECK(cron_runs(half, day_before_fold) == "2024-10-27T00:30:00Z, 2024-10-28T01:30:00Z");
    CHECK(cron_runs(half.when_repeated(tasks::fold::second), day_before_fold) ==
          "2024-10-27T01:30:00Z, 2024-10-28T01:30:00Z");
    CHECK(cron_runs(half.when_repeated(tasks::fold::both), day_before_fold) ==
          "2024-10-27T00:30:00Z, 2024-10-27T01:30:00Z, 2024-10-28T01:30:00Z");
}

#endif
