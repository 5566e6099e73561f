// SPDX-License-Identifier: MIT
// Long runs: every tick of days and years of virtual time is on the grid, to the nanosecond.
// TASKS_TEST_FULL=1: ten million of them.
#include "support/catch.hpp"
#include "support/full.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/schedule/day_at.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

using namespace test;

namespace {

std::int64_t const ticks = full() ? 10'000'000 : 20'000;

} // namespace

TEST_CASE("an interval stays on its grid for a great many ticks")
{
    // 86.4 ms: ten million are ten days. The other periods do not divide a second.
    auto const period = GENERATE(as<std::chrono::nanoseconds>{}, 86'400us, 333'333'333ns, 1'000'000'007ns);
    // The library is woken at the instant, late, or early.
    auto const woken = GENERATE(as<std::chrono::nanoseconds>{}, 0s, 7'654'321ns, -1ms);
    CAPTURE(period.count(), woken.count());
    virtual_context s;
    s.time.wake_offsets({woken});
    auto const late = std::max<std::chrono::nanoseconds>(woken, 0s); // an early wake-up sleeps on
    std::int64_t count = 0;
    std::int64_t wrong = 0;
    tasks::loop<> loop{s.io, period, [&](tasks::iteration const& it) {
                           auto const slot = s.began() + count * period;
                           auto const lateness = count == 0 ? 0s : late;
                           bool const right = it.number == static_cast<std::uint64_t>(count) &&
                                              it.slot == slot && it.start == slot + lateness &&
                                              s.time.now() == it.start && it.lateness == lateness &&
                                              it.coalesced == 0 && it.attempt == 0;
                           wrong += !right;
                           ++count;
                       }};
    loop.start();
    s.time.advance((ticks - 1) * period + late);
    CHECK(wrong == 0);
    CHECK(count == ticks);
    CHECK(s.time.elapsed() == (ticks - 1) * period + late);
    CHECK(loop.next_iteration() == s.began() + ticks * period);
}

TEST_CASE("every minute of every day for years, as times of day")
{
    std::vector<tasks::time_of_day> minutes;
    for (auto m = 0min; m < 24h; ++m)
        minutes.emplace_back(m);
    virtual_context s{utc("2024-01-01T00:00:00Z")};
    std::int64_t count = 0;
    std::int64_t wrong = 0;
    tasks::loop<> loop{s.io, tasks::day_at(minutes), [&](tasks::iteration const& it) {
                           ++count;
                           wrong += it.slot != s.began() + count * 1min || it.start != it.slot ||
                                    it.number + 1 != static_cast<std::uint64_t>(count);
                       }};
    loop.start();
    s.time.advance(ticks * 1min);
    CHECK(wrong == 0);
    CHECK(count == ticks);
}
