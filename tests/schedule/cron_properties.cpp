// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/plain_cron.hpp"
#include "support/utc.hpp"
#include "support/watched_clock.hpp"

#include <tasks/schedule/cron.hpp>

#include <chrono>
#include <cstddef>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using tasks::cron;
using tasks::fold;
using tasks::gap;
using tasks::time_point;

namespace {

/// Random expressions in all forms that `test::plain_cron` reads.
class random_cron {
public:
    explicit random_cron(unsigned seed)
        : engine_{seed}
    {
    }

    int between(int least, int most) { return std::uniform_int_distribution{least, most}(engine_); }
    bool one_in(int n) { return between(1, n) == 1; }

    /// With hours near those at which clocks are set.
    std::string near_changes()
    {
        auto const hours = pick({"*", "*/2", list(0, 5, false), list(0, 5, false), list(0, 23, true)});
        auto const minutes = pick(
            {"*", "*/15", "*/7", "0", "30", "0-29", "10/20", "0-59", list(0, 59, false), list(0, 59, false)});
        return minutes + " " + hours + " " + pick({"* * *", date()});
    }

    std::string anywhere() { return list(0, 59, false) + " " + list(0, 23, true) + " " + date(); }

    /// Day of the month, month, day of the week.
    std::string date() { return days() + " " + (one_in(2) ? list(1, 12, true) : "*") + " " + weekdays(); }

private:
    std::string pick(std::vector<std::string> const& all)
    {
        return all[static_cast<std::size_t>(between(0, static_cast<int>(all.size()) - 1))];
    }

    std::string list(int least, int most, bool wraps)
    {
        std::string text = item(least, most, wraps);
        while (one_in(3))
            text += "," + item(least, most, wraps);
        return text;
    }

    std::string item(int least, int most, bool wraps)
    {
        auto a = between(least, most);
        auto const step = one_in(2) ? "/" + std::to_string(between(1, most / 2 + 2)) : std::string{};
        if (one_in(5))
            return "*" + step;
        if (one_in(2))
            return std::to_string(a) + (one_in(2) ? step : "");
        auto b = between(least, most);
        if (b < a && !wraps)
            std::swap(a, b);
        return std::to_string(a) + "-" + std::to_string(b) + step;
    }

    std::string days()
    {
        if (one_in(3))
            return pick(
                {"*", "?", "*/2", "L", "LW", "L-2", "1W,15W", "31W", "L,1", "1-7", "*/10,L-4", "29W,30"});
        return one_in(2) ? "*" : list(1, 31, false);
    }

    std::string weekdays()
    {
        if (one_in(3))
            return pick(
                {"*", "?", "*/2", "SUN", "7", "0L", "SUN#2", "5L,1#1", "MON-FRI", "6-7", "SAT-MON", "*,3#5"});
        return one_in(2) ? "*" : list(0, 6, true);
    }

    std::mt19937 engine_;
};

/// Compares the instants of a cron expression with those of a watched clock; returns the first difference.
template <class Zone>
std::string difference(std::string const& text, Zone const& zone, gap missing, fold repeated, time_point from,
                       time_point until)
{
    auto const schedule = cron{text}.in(zone).when_missing(missing).when_repeated(repeated);
    test::plain_cron plain{text};
    test::watched_clock const clock{zone, [&](std::chrono::minutes local) { return plain.matches(local); },
                                    from - 56h, until + 56h};
    auto const wanted = plain.is_wildcard() ? clock.instants(gap::skip, fold::both, from, until)
                                            : clock.instants(missing, repeated, from, until);
    auto last = from;
    for (auto const t : wanted) {
        auto const next = schedule.next(last);
        if (next != t)
            return "\"" + text + "\" in " + zone.name() + " after " + test::text(last) + ": " +
                   test::text(next) + " instead of " + test::text(t);
        // from anywhere between two instants it is the same
        auto const middle = last + (t - last) / 2;
        if (schedule.next(middle) != t || schedule.next(t - 1ns) != t)
            return "\"" + text + "\" in " + zone.name() + " after " + test::text(middle) + " is not " +
                   test::text(t);
        last = t;
    }
    auto const next = schedule.next(last);
    if (next && *next <= until)
        return "\"" + text + "\" in " + zone.name() + " after " + test::text(last) + ": " + test::text(next) +
               " is one too many";
    return {};
}

} // namespace

TEST_CASE("cron agrees with a clock that is watched for months, whatever the expression is")
{
    random_cron random{46};
    auto const begin = test::utc("2023-12-20T00:00:00Z");
    for (int i = 0; i < 30; ++i) {
        auto const zone = tasks::time_zone::fixed(std::chrono::minutes{15 * random.between(-48, 56)});
        auto const from = begin + std::chrono::minutes{random.between(0, 600'000)};
        auto const text = random.anywhere();
        CHECK(difference(text, zone, gap::after, fold::first, from, from + 60 * 24h) == "");
    }
}

TEST_CASE("cron finds the days that a calendar has, across a century that is no leap year")
{
    random_cron random{1582};
    using std::chrono::sys_days;
    sys_days const begin = std::chrono::January / 1 / 2094;
    sys_days const end = std::chrono::January / 1 / 2106;
    for (int i = 0; i < 40; ++i) {
        auto const text = "30 12 " + random.date();
        CAPTURE(text);
        test::plain_cron const plain{text};
        auto const schedule = cron{text};
        std::optional<time_point> next = begin;
        for (auto day = begin; day < end; day += std::chrono::days{1}) {
            if (!plain.matches(std::chrono::year_month_day{day}))
                continue;
            next = schedule.next(*next);
            if (next != day + 12h + 30min)
                FAIL(test::text(time_point{day}) << " is not the next day, but " << test::text(next));
        }
    }
    SUCCEED();
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

TEST_CASE("cron agrees with a watched clock around every change of the clocks from 1990 to 2045")
{
    auto const name = GENERATE(as<std::string>{}, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                               "Antarctica/Troll", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia",
                               "Asia/Pyongyang");
    CAPTURE(name);
    auto const zone = tasks::time_zone::named(name);
    gap const all_gaps[] = {gap::after, gap::shift, gap::skip};
    fold const all_folds[] = {fold::first, fold::second, fold::both};
    random_cron random{std::accumulate(name.begin(), name.end(), 0u)}; // another one for each zone
    int changes = 0;
    for (auto change = zone.at(test::utc("1990-01-01T00:00:00Z")).until;
         change < test::utc("2045-01-01T00:00:00Z"); change = zone.at(change).until) {
        ++changes;
        auto const text = random.near_changes();
        auto const missing = all_gaps[random.between(0, 2)];
        auto const repeated = all_folds[random.between(0, 2)];
        auto const different = difference(text, zone, missing, repeated, change - 30h, change + 30h);
        if (!different.empty())
            FAIL(different << ", missing " << int(missing) << ", repeated " << int(repeated));
    }
    CHECK(changes > 1);
}

#endif
