// SPDX-License-Identifier: MIT
// Spans and composed schedules as values: what converts to what, which operators are found, and the texts.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <array>
#include <iterator>
#include <list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using test::has;
using test::instants;
using test::utc;

// As a user would write them, in a namespace of their own.
namespace shop {

struct opening_hours { // in Tokyo, whatever the zone of the schedule
    bool contains(tasks::time_point t) const { return hours.contains(t); }
    std::optional<tasks::time_point> next_change(tasks::time_point t) const { return hours.next_change(t); }
    tasks::between hours = tasks::between(10h, 20h).in("+09:00");
};

struct every_hour {
    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return std::chrono::floor<std::chrono::hours>(t) + 1h;
    }
    friend std::string to_string(every_hour const&) { return "every hour"; }
};

/// A schedule that wraps another one, from which the library might try to make a copy of it.
struct delayed {
    explicit delayed(tasks::schedule s)
        : inner{std::move(s)}
    {
    }
    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        auto const found = inner.next(t - 5min);
        return found ? std::optional{*found + 5min} : std::nullopt;
    }
    tasks::schedule inner;
};

/// Spans that wrap others.
struct padded {
    explicit padded(tasks::spans s)
        : inner{std::move(s)}
    {
    }
    bool contains(tasks::time_point t) const { return inner.contains(t - 1h); }
    std::optional<tasks::time_point> next_change(tasks::time_point t) const
    {
        auto const found = inner.next_change(t - 1h);
        return found ? std::optional{*found + 1h} : std::nullopt;
    }
    tasks::spans inner;
};

/// Has operators of its own, which are no concern of the library.
struct flags {
    unsigned bits = 0;
    friend flags operator&(flags a, flags b) { return {a.bits & b.bits}; }
    friend flags operator|(flags a, flags b) { return {a.bits | b.bits}; }
    friend flags operator-(flags a, flags b) { return {a.bits & ~b.bits}; }
    friend flags operator!(flags a) { return {~a.bits}; }
};

template <class T>
struct always {
    bool contains(tasks::time_point) const { return true; }
    std::optional<tasks::time_point> next_change(tasks::time_point) const { return std::nullopt; }
};

template <class T>
struct holds { // mentions the library without being of it
    T value;
};

} // namespace shop

namespace {

static_assert(tasks::time_spans<tasks::weekdays> && tasks::time_spans<tasks::between> &&
              tasks::time_spans<tasks::dates> && tasks::time_spans<tasks::months> &&
              tasks::time_spans<tasks::since> && tasks::time_spans<tasks::until> &&
              tasks::time_spans<shop::opening_hours> && tasks::time_spans<shop::padded>);
static_assert(!tasks::time_spans<tasks::spans> && !tasks::time_spans<tasks::schedule> &&
              !tasks::time_spans<tasks::day_at> && !tasks::time_spans<int>);
static_assert(tasks::instant_schedule<tasks::once> && tasks::instant_schedule<tasks::aligned> &&
              tasks::instant_schedule<shop::delayed> && !tasks::instant_schedule<tasks::weekdays>);
static_assert(std::is_convertible_v<tasks::weekdays, tasks::spans>);
static_assert(!std::is_convertible_v<tasks::weekdays, tasks::schedule>);
static_assert(!std::is_convertible_v<tasks::day_at, tasks::spans>);
static_assert(!std::is_default_constructible_v<tasks::spans>);
static_assert(!std::is_convertible_v<std::chrono::nanoseconds, tasks::aligned>, "10min alone is an interval");
static_assert(!std::is_convertible_v<tasks::time_point, tasks::once>);
static_assert(!std::is_constructible_v<tasks::once, std::chrono::sys_time<std::chrono::duration<double>>>);
static_assert(!std::is_constructible_v<tasks::months, std::vector<int>>);

template <class A, class B>
concept has_and = requires(A const& a, B const& b) { a & b; };
template <class A, class B>
concept has_minus = requires(A const& a, B const& b) { a - b; };

static_assert(has_and<tasks::day_at, tasks::weekdays> && has_and<tasks::weekdays, tasks::day_at>);
static_assert(has_and<tasks::cron, shop::opening_hours> && has_and<shop::every_hour, tasks::months>);
static_assert(!has_and<shop::holds<tasks::weekdays>, tasks::weekdays>);
static_assert(!has_and<shop::flags, tasks::weekdays> && !has_minus<tasks::day_at, shop::flags>);
static_assert(!has_minus<shop::holds<tasks::schedule>, shop::holds<tasks::schedule>>);
static_assert(!has_and<tasks::time_zone, tasks::weekdays> && !has_and<tasks::time_of_day, tasks::spans>);
static_assert(std::is_same_v<decltype(std::declval<tasks::day_at>() & tasks::workdays), tasks::schedule>);
static_assert(std::is_same_v<decltype(std::declval<tasks::between>() & tasks::workdays), tasks::spans>);

template <class Value>
std::string spans_text(Value const& s)
{
    return to_string(tasks::spans{s});
}

} // namespace

TEST_CASE("spans: the operators are found for any mix of types of the library and of the user")
{
    auto const first = [](tasks::schedule const& s) { return instants(s, "2024-01-05T12:00:00Z", 1).at(0); };
    shop::opening_hours const open; // 01:00 to 11:00 UTC
    shop::every_hour const hourly;
    CHECK(first(hourly & tasks::weekdays{std::chrono::Sunday}) == "2024-01-07T00:00:00Z");
    CHECK(first(tasks::weekdays{std::chrono::Sunday} & hourly) == "2024-01-07T00:00:00Z");
    CHECK(first(hourly - tasks::between(0h, 23h)) == "2024-01-05T23:00:00Z");
    CHECK(first(tasks::day_at(9h, 12h) & open) == "2024-01-06T09:00:00Z");
    CHECK(first(open & tasks::aligned(1h)) == "2024-01-06T01:00:00Z");
    CHECK(first(tasks::aligned(12h) - open) == "2024-01-06T00:00:00Z");
    CHECK(first(hourly & (open & tasks::weekdays{std::chrono::Sunday})) == "2024-01-07T01:00:00Z");
    CHECK(first(hourly & (tasks::weekdays{std::chrono::Sunday} | open)) == "2024-01-06T01:00:00Z");
    CHECK(first(hourly & !tasks::spans{open}) == "2024-01-05T13:00:00Z");
    CHECK(first(tasks::schedule{hourly} & open) == "2024-01-06T01:00:00Z");
    CHECK(first(hourly | tasks::once(utc("2024-01-05T12:30:00Z"))) == "2024-01-05T12:30:00Z");
    {
        using tasks::operator&;
        using tasks::operator-;
        CHECK(first(hourly & open) == "2024-01-06T01:00:00Z");
        CHECK(first(open & hourly) == "2024-01-06T01:00:00Z");
        CHECK(first(hourly - open) == "2024-01-05T13:00:00Z");
        CHECK((open & open).contains(utc("2024-01-05T10:59:59Z")));
        CHECK((shop::flags{6} & shop::flags{3}).bits == 2);
        CHECK((shop::flags{6} - shop::flags{3}).bits == 4);
    }
}

TEST_CASE("spans: a user's type that wraps a schedule or spans is one, and composes")
{
    using tasks::operator&;
    auto const s = shop::delayed{tasks::day_at(9h) & tasks::workdays} & shop::padded{tasks::between(8h, 9h)};
    auto const copy = s;
    CHECK(instants(copy, "2024-01-05T12:00:00Z", 1) == std::vector<std::string>{"2024-01-08T09:05:00Z"});
    shop::delayed const once_more{s};
    shop::delayed const same = once_more;
    CHECK(instants(same, "2024-01-05T12:00:00Z", 1) == std::vector<std::string>{"2024-01-08T09:10:00Z"});
}

TEST_CASE("spans: iterators over values of the library keep their own operators")
{
    std::vector<tasks::schedule> const schedules{tasks::day_at(9h), tasks::aligned(1h)};
    std::vector<tasks::spans> const all{tasks::workdays, tasks::between(8h, 9h)};
    CHECK(schedules.end() - schedules.begin() == 2);
    CHECK(std::distance(all.begin(), all.end()) == 2);
    std::optional<tasks::spans> const none;
    CHECK(!none);
}

TEST_CASE("spans: the text is short, with parentheses where they are needed")
{
    CHECK(spans_text(tasks::workdays) == "workdays");
    CHECK(spans_text(tasks::weekdays{std::chrono::Friday, std::chrono::Monday}) == "weekdays(Mon, Fri)");
    CHECK(spans_text(tasks::weekdays{std::chrono::Sunday, std::chrono::Saturday}.in("+01:00")) ==
          "weekdays(Sat, Sun) in +01:00");
    CHECK(spans_text(tasks::between("08:00", 17h + 30min)) == "between(08:00, 17:30)");
    CHECK(spans_text(tasks::months{std::chrono::August, std::chrono::July}) == "months(Jul, Aug)");
    CHECK(spans_text(tasks::since(utc("2024-01-15T12:00:00Z"))) == "since(2024-01-15T12:00:00Z)");
    CHECK(spans_text(tasks::until(utc("2024-01-15T12:00:00Z") + 250ms)) == "until(2024-01-15T12:00:00.25Z)");
    CHECK(spans_text(shop::opening_hours{}) == "user-defined spans");
    CHECK(spans_text(shop::always<tasks::weekdays>{}) == "user-defined spans");

    tasks::spans const a = tasks::workdays, b = tasks::between(8h, 9h), c = tasks::months{std::chrono::May};
    CHECK(to_string(a & b & c) == "workdays & between(08:00, 09:00) & months(May)");
    CHECK(to_string(a & (b & c)) == to_string((a & b) & c));
    CHECK(to_string((a | b) & c) == "(workdays | between(08:00, 09:00)) & months(May)");
    CHECK(to_string((a & b) | c) == "workdays & between(08:00, 09:00) | months(May)");
    CHECK(to_string(!a) == "!workdays");
    CHECK(to_string(!!a) == "workdays");
    CHECK(to_string((!(a & b)) & c) == "!(workdays & between(08:00, 09:00)) & months(May)");
    CHECK(to_string(!(a | !b)) == "!(workdays | !between(08:00, 09:00))");
}

TEST_CASE("spans: the text of dates joins those that follow one another, and ends after some")
{
    CHECK(to_string(tasks::dates{}) == "dates()");
    CHECK(to_string(tasks::dates{2024y / 12 / 31, 2024y / 12 / 24, 2025y / 1 / 1, 2024y / 12 / 26}.in(
              "UTC")) == "dates(2024-12-24, 2024-12-26, 2024-12-31..2025-01-01) in UTC");
    std::vector<std::chrono::sys_days> mondays;
    for (int i = 0; i < 20; ++i)
        mondays.push_back(std::chrono::sys_days{2024y / 1 / 1} + std::chrono::days{7 * i});
    CHECK(to_string(tasks::dates(mondays)) == "dates(2024-01-01, 2024-01-08, 2024-01-15, 2024-01-22, "
                                              "2024-01-29, 2024-02-05, 2024-02-12, 2024-02-19, "
                                              "and 12 more)");
}

TEST_CASE("spans: the text of a composed schedule reads as it was written")
{
    auto const berlin = tasks::time_zone::fixed(1h);
    CHECK(to_string(tasks::aligned(10min) & tasks::workdays.in(berlin)) ==
          "aligned(10min) & workdays in +01:00");
    auto const nine = tasks::day_at(9h).in(berlin);
    CHECK(to_string(nine - tasks::workdays - tasks::months{std::chrono::May}) ==
          "day_at(09:00) in +01:00 - workdays in +01:00 - months(May) in +01:00");
    CHECK(to_string((nine - tasks::workdays) & tasks::months{std::chrono::May}) ==
          "(day_at(09:00) in +01:00 - workdays in +01:00) & months(May) in +01:00");
    CHECK(to_string((nine & tasks::workdays) - tasks::months{std::chrono::May}) ==
          "(day_at(09:00) in +01:00 & workdays in +01:00) - months(May) in +01:00");
    CHECK(to_string((nine | nine) & tasks::workdays) ==
          "(day_at(09:00) in +01:00 | day_at(09:00) in +01:00) & workdays in +01:00");
    CHECK(to_string((nine & tasks::workdays) | shop::every_hour{}) ==
          "day_at(09:00) in +01:00 & workdays in +01:00 | every hour");
    // a filter of a union of filters goes to the parts
    CHECK(to_string(((nine & tasks::workdays) | shop::every_hour{}) - shop::opening_hours{}) ==
          "(day_at(09:00) in +01:00 & workdays in +01:00) - user-defined spans | every hour - user-defined "
          "spans");
    CHECK(to_string(tasks::cron("*/5 * * * *").in(berlin)&tasks::workdays) ==
          "(TZ=+01:00 */5 * * * *) & workdays in +01:00");
    CHECK(to_string(shop::every_hour{} | tasks::cron("0 4 * * *")) == "every hour | (0 4 * * *)");
}

TEST_CASE("spans: the texts of once and aligned")
{
    CHECK(to_string(tasks::schedule{tasks::once(utc("2024-06-01T12:00:00Z"))}) ==
          "once(2024-06-01T12:00:00Z)");
    CHECK(to_string(tasks::schedule{tasks::aligned(0.25s)}) == "aligned(250ms)");
    CHECK(to_string(tasks::aligned(168h, utc("2024-01-15T12:00:00Z"))) ==
          "aligned(168h, 2024-01-15T12:00:00Z)");
}

TEST_CASE("spans: lists come from any range, equal values are equal, and the parts can be asked for")
{
    std::array const days{std::chrono::Saturday, std::chrono::Sunday};
    CHECK(tasks::weekdays(days) == tasks::weekdays{std::chrono::Sunday, std::chrono::Saturday});
    CHECK(tasks::weekdays(days) != tasks::workdays);
    CHECK(tasks::weekdays(days) != tasks::weekdays(days).in("UTC"));
    CHECK(tasks::weekdays(days).has(std::chrono::Sunday));
    CHECK(!tasks::weekdays(days).has(std::chrono::Monday));
    CHECK(!tasks::weekdays(days).has(std::chrono::weekday{9}));

    CHECK(tasks::months(std::list{std::chrono::May}) == tasks::months{std::chrono::May, std::chrono::May});
    CHECK(tasks::months{std::chrono::May} != tasks::months{std::chrono::June});
    CHECK(tasks::months{std::chrono::December}.has(std::chrono::December));
    CHECK(!tasks::months{std::chrono::December}.has(std::chrono::month{0}));

    std::list<std::chrono::year_month_day> const two{2024y / 1 / 2, 2024y / 1 / 1};
    CHECK(tasks::dates(two) == tasks::dates{2024y / 1 / 1, 2024y / 1 / 2, 2024y / 1 / 1});
    CHECK(tasks::dates(two) != tasks::dates{2024y / 1 / 1});
    CHECK(tasks::dates(two).has(2024y / 1 / 2));
    CHECK(!tasks::dates(two).has(2024y / 1 / 3));
    CHECK(!tasks::dates(two).has(2024y / 13 / 1));

    CHECK(tasks::between(8h, 9h) == tasks::between("08:00", "09:00"));
    CHECK(tasks::between(8h, 9h) != tasks::between(8h, 10h));
    CHECK(tasks::between(8h, 9h).from() == tasks::time_of_day{8h});
    CHECK(tasks::between(8h, 9h).to() == tasks::time_of_day{9h});
    CHECK(tasks::workdays.zone() == std::nullopt);
    CHECK(tasks::workdays.in("+01:00").zone() == tasks::time_zone::fixed(1h));

    auto const t = utc("2024-01-15T12:00:00Z");
    CHECK(tasks::once(t).at() == t);
    CHECK(tasks::once(t) == tasks::once(std::chrono::floor<std::chrono::seconds>(t)));
    CHECK(tasks::since(t).from() == t);
    CHECK(tasks::until(t).to() == t);
    CHECK(tasks::since(t) != tasks::since(t + 1ns));
    CHECK(tasks::until(t) ==
          tasks::until(std::chrono::sys_seconds{std::chrono::floor<std::chrono::seconds>(t)}));
    CHECK(tasks::aligned(10min).period() == 600s);
    CHECK(tasks::aligned(10min, t).epoch() == t);
    CHECK(tasks::aligned(10min) != tasks::aligned(10min, t));

    tasks::spans const s = tasks::between(8h, 9h);
    REQUIRE(s.target<tasks::between>() != nullptr);
    CHECK(*s.target<tasks::between>() == tasks::between(8h, 9h));
    CHECK(s.target<tasks::weekdays>() == nullptr);
    CHECK((s & s).target<tasks::between>() == nullptr);
}

TEST_CASE("spans: an instant that 64-bit nanoseconds do not represent is refused, never wrapped")
{
    auto const far = std::chrono::sys_days{2500y / 1 / 1};
    auto const early = std::chrono::sys_days{1600y / 1 / 1};
    auto const refused = [](auto make) {
        return test::thrown<tasks::bad_option>([&] { static_cast<void>(make()); });
    };
    CHECK(refused([&] { return tasks::once(far); }) ==
          "tasks: once: the instant is out of range; it must fit into 64-bit nanoseconds (1677 to 2262)");
    CHECK(has(refused([&] { return tasks::once(early); }), "once"));
    CHECK(has(refused([&] { return tasks::since(far); }), "since"));
    CHECK(has(refused([&] { return tasks::until(early); }), "until"));
    CHECK(has(refused([&] { return tasks::aligned(1h, far); }), "aligned"));
    auto const last = std::chrono::floor<std::chrono::days>((tasks::time_point::max)());
    CHECK(tasks::once(last).at() == last);
    CHECK(has(refused([&] { return tasks::once(last + std::chrono::days{1}); }), "out of range"));
    auto const first = std::chrono::ceil<std::chrono::days>((tasks::time_point::min)());
    CHECK(tasks::once(first).at() == first);
    CHECK(has(refused([&] { return tasks::once(first - std::chrono::days{1}); }), "out of range"));
    CHECK(tasks::once((tasks::time_point::max)()).at() == (tasks::time_point::max)());
}

TEST_CASE("spans: aligned keeps its grid over the whole range of instants, whatever the epoch")
{
    auto const first = (tasks::time_point::min)(), last = (tasks::time_point::max)();
    for (auto const epoch : {first, first + 1ns, tasks::time_point{}, last})
        for (auto const period : {1ns, 7ns, 3'600'000'000'000ns, (std::chrono::nanoseconds::max)()}) {
            tasks::aligned const s{period, epoch};
            CAPTURE(period.count(), epoch.time_since_epoch().count());
            for (auto const t : {first, first + 1h, tasks::time_point{}, last - 1h, last - 2ns}) {
                auto const next = s.next(t);
                if (!next)
                    continue;
                CHECK(*next > t);
                // congruent to the epoch, in arithmetic that wraps
                auto const distance = static_cast<std::uint64_t>(next->time_since_epoch().count()) -
                                      static_cast<std::uint64_t>(epoch.time_since_epoch().count());
                auto const magnitude = *next >= epoch ? distance : std::uint64_t{0} - distance;
                CHECK(magnitude % static_cast<std::uint64_t>(period.count()) == 0);
                CHECK(*next - t <= period);
            }
            CHECK(s.next(last) == std::nullopt);
        }
}

TEST_CASE("spans: their changes are found years away at once, and across every change of the clocks")
{
    auto const berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
    auto const now = utc("2024-01-01T00:00:00Z");
    CHECK(tasks::dates{2261y / 12 / 31}.in(berlin).next_change(now) == utc("2261-12-30T23:00:00Z"));
    CHECK(tasks::dates{2500y / 12 / 31}.in(berlin).next_change(now) == std::nullopt);
    CHECK(tasks::dates{1600y / 12 / 31}.in(berlin).next_change(now) == std::nullopt);
    CHECK(tasks::dates{2024y / 1 / 1}.in(berlin).next_change(now) == utc("2024-01-01T23:00:00Z"));
    tasks::weekdays const all{std::chrono::Monday,   std::chrono::Tuesday, std::chrono::Wednesday,
                              std::chrono::Thursday, std::chrono::Friday,  std::chrono::Saturday,
                              std::chrono::Sunday};
    CHECK(all.in(berlin).next_change(now) == std::nullopt);
    std::vector<std::chrono::month> months;
    for (unsigned i = 1; i <= 12; ++i)
        months.emplace_back(i);
    CHECK(tasks::months(months).in(berlin).next_change(now) == std::nullopt);
}
