// SPDX-License-Identifier: MIT
// Every zone of the time zone database, and every change of its clocks from 1990 to 2045: daily loops with
// times before, in and after the change. The expected instants are computed with the C library, which reads
// the database itself.
//
// CTest runs some of the zones. TASKS_TEST_FULL=1 runs all, and prints their number.
#include "support/catch.hpp"
#include "support/full.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"
#include "support/watched_clock.hpp"
#include "support/zone_names.hpp"

#include <tasks/schedule/day_at.hpp>

#if (defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)) && defined(__unix__)

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace test;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;
using std::chrono::sys_seconds;

namespace {

/// Local time according to the C library, in one zone at a time.
class c_library {
public:
    explicit c_library(std::string const& zone)
    {
        // NOLINTBEGIN(concurrency-mt-unsafe): tests run on one thread
        if (auto const* const tz = std::getenv("TZ"))
            former_ = tz;
        ::setenv("TZ", (":" + zone).c_str(), 1);
        ::tzset();
    }
    c_library(c_library const&) = delete;
    c_library& operator=(c_library const&) = delete;
    ~c_library()
    {
        if (former_)
            ::setenv("TZ", former_->c_str(), 1);
        else
            ::unsetenv("TZ");
        ::tzset();
        // NOLINTEND(concurrency-mt-unsafe)
    }

    [[nodiscard]] seconds offset(sys_seconds t) const
    {
        auto const given = static_cast<std::time_t>(t.time_since_epoch().count());
        std::tm local{};
        ::localtime_r(&given, &local);
        return seconds{local.tm_gmtoff};
    }

private:
    std::optional<std::string> former_;
};

/// A change of the clocks, according to the C library.
struct change {
    sys_seconds at;
    seconds before, after;
};

auto const first_year = floor<seconds>(utc("1990-01-01T00:00:00Z"));
auto const last_year = floor<seconds>(utc("2046-01-01T00:00:00Z"));

/// Finds all changes from 1990 to 2045 by a reading every six hours, then bisection. (Two changes within six
/// hours that cancel out would be missed.)
std::vector<change> changes_of(c_library const& clock)
{
    std::vector<change> all;
    auto before = clock.offset(first_year);
    constexpr seconds stride = 6h;
    for (auto t = first_year; t < last_year; t += stride) {
        auto const after = clock.offset(t + stride);
        if (after == before)
            continue;
        auto low = t;
        auto high = t + stride;
        while (high - low > 1s) {
            auto const middle = low + (high - low) / 2;
            (clock.offset(middle) == before ? low : high) = middle;
        }
        all.push_back({high, before, after});
        before = after;
    }
    return all;
}

/// The instants in (from, until] of a loop that is due each local day at `time`. A repeated time counts once,
/// when it first occurs; a skipped one is read by the offset before the change.
std::vector<tasks::time_point> due(c_library const& clock, std::vector<change> const& changes, seconds time,
                                   sys_seconds from, sys_seconds until)
{
    std::set<sys_seconds> found;
    auto const first = floor<days>(from.time_since_epoch()) - days{3};
    auto const last = floor<days>(until.time_since_epoch()) + days{3};
    for (auto day = first; day <= last; day += days{1}) {
        auto const local = sys_seconds{day + time};
        std::set<seconds> offsets{clock.offset(local - 26h), clock.offset(local + 26h)};
        for (auto const& c : changes)
            if (c.at > local - 26h && c.at < local + 26h)
                offsets.insert({c.before, c.after});
        std::set<sys_seconds> shown;
        for (auto const offset : offsets)
            if (clock.offset(local - offset) == offset)
                shown.insert(local - offset);
        if (!shown.empty()) {
            found.insert(*shown.begin());
            continue;
        }
        for (auto const& c : changes)
            if (c.at + c.before <= local && local < c.at + c.after) {
                found.insert(local - c.before);
                break;
            }
    }
    return {found.upper_bound(from), found.upper_bound(until)};
}

/// The times of day to test: before, in and after the skipped or repeated ones, on whole minutes, and at the
/// very ends.
std::set<seconds> times_around(change const& c)
{
    auto const low = c.at.time_since_epoch() + std::min(c.before, c.after);
    auto const high = c.at.time_since_epoch() + std::max(c.before, c.after);
    std::set<seconds> times;
    seconds const middle = floor<std::chrono::minutes>(low + (high - low) / 2);
    for (seconds const local :
         std::initializer_list<seconds>{low - 30min, low - 1s, low, middle, high - 1s, high, high + 30min})
        times.insert(floor<seconds>(local - floor<days>(local)));
    return times;
}

/// Runs a real loop from `from` to `until`, with the time of its context controlled by the test.
std::vector<tasks::time_point> played(tasks::day_at const& schedule, sys_seconds from, sys_seconds until)
{
    virtual_context s{from};
    slot_ledger ledger{s, schedule};
    std::vector<tasks::time_point> starts;
    tasks::loop<> loop{s.io, schedule, [&] { starts.push_back(s.time.now()); }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(until - from);
    if (!ledger.faults().empty())
        FAIL(ledger.faults());
    return starts;
}

std::string listed(std::vector<tasks::time_point> const& instants)
{
    std::string all;
    for (auto const t : instants)
        all.append(" ").append(text(t));
    return all;
}

} // namespace

TEST_CASE("daily loops keep to the clocks of every zone, around every change")
{
    std::size_t nth = 0;
    std::size_t changes = 0;
    std::size_t schedules = 0;
    std::size_t instants = 0;
    auto const names = zone_names();
    for (auto const& name : names) {
        c_library const clock{name};
        auto const all = changes_of(clock);
        for (auto const& c : all) {
            bool const usual = c.after - c.before == 1h || c.before - c.after == 1h;
            if (!full() && usual && nth++ % 5 != 0)
                continue;
            ++changes;
            auto const from = c.at - days{3};
            auto const until = c.at + days{3};
            for (auto const time : times_around(c)) {
                ++schedules;
                auto const schedule = tasks::day_at(time).in(name);
                auto const expected = due(clock, all, time, from, until);
                auto const is = played(schedule, from, until);
                instants += is.size();
                if (is == expected && asked_instants(schedule, from, until) == expected)
                    continue;
                FAIL(name << ", " << to_string(schedule) << ":" << listed(is) << ", and not"
                          << listed(expected));
            }
        }
    }
    CHECK(names.size() > (full() ? 400 : 15));
    CHECK(changes > (full() ? 20'000 : 100));
    if (full())
        std::printf("%zu zones, %zu changes, %zu daily loops, %zu iterations\n", names.size(), changes,
                    schedules, instants);
}

TEST_CASE("a daily loop runs once on every local day of every zone")
{
    std::size_t runs = 0;
    std::size_t missing_days = 0;
    for (auto const& name : zone_names()) {
        c_library const clock{name};
        auto const local = [&](tasks::time_point t) {
            return t.time_since_epoch() + clock.offset(floor<seconds>(t));
        };
        auto const comes = [&](days day, seconds time) {
            for (auto const look : {-26h, 0h, 26h}) {
                auto const offset = clock.offset(sys_seconds{day + time} + look);
                if (clock.offset(sys_seconds{day + time} - offset) == offset)
                    return true;
            }
            return false;
        };
        days last{};
        auto const noon = tasks::day_at(12h).in(name);
        auto at = std::optional<tasks::time_point>{first_year};
        while ((at = noon.next(*at)) && *at < last_year) {
            ++runs;
            auto const day = floor<days>(local(*at));
            if (local(*at) - day != 12h && comes(day, 12h)) // Juba skipped noon once
                FAIL(name << " " << text(*at) << " is not noon");
            if (last != days{} && day != last + days{1}) {
                // no instant may lie on the days between
                for (auto t = floor<seconds>(*at) - 48h; t < floor<seconds>(*at); t += 15min)
                    if (auto const d = floor<days>(local(t)); d > last && d < day)
                        FAIL(name << " " << text(*at) << ": a day was left out");
                ++missing_days;
            }
            last = day;
        }
        if (last != floor<days>(local(last_year - 1s)) &&
            last != floor<days>(local(last_year - 1s)) - days{1})
            FAIL(name << " stopped");
    }
    CHECK(runs > (full() ? 8'000'000 : 300'000));
    CHECK(missing_days >= 3); // Apia, Kiritimati, Kwajalein
    if (full())
        std::printf("%zu noons, %zu local days that do not exist\n", runs, missing_days);
}

#endif
