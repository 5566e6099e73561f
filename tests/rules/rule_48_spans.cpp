// SPDX-License-Identifier: MIT
// Spans: days of the week, hours, dates, months, and everything since or until an instant.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace test;

namespace {

using list = std::vector<std::string>;

// Known to builds without a database, too.
char const* const berlin = "CET-1CEST,M3.5.0,M10.5.0/3";

/// Whether the instants are inside: `1` or `0` for each.
std::string inside(tasks::spans const& s, list const& instants)
{
    std::string answers;
    for (auto const& t : instants)
        answers += s.contains(utc(t)) ? '1' : '0';
    return answers;
}

/// The changes after an instant, at most `count`.
list changes(tasks::spans const& s, std::string const& from, int count)
{
    list found;
    for (auto t = s.next_change(utc(from)); t && count > 0; t = s.next_change(*t), --count)
        found.push_back(text(*t));
    return found;
}

template <class Function>
std::string refused(Function make)
{
    return thrown<tasks::bad_option>([&] { static_cast<void>(make()); });
}

struct tokyo_noon {
    std::optional<tasks::time_point> next(tasks::time_point t) const { return tasks::day_at(3h).next(t); }
    tasks::time_zone zone() const { return tasks::time_zone::fixed(9h); }
};

} // namespace

TEST_CASE("rule 48: weekdays are days from midnight to midnight by the clock of their zone")
{
    tasks::weekdays const fridays{std::chrono::Friday}; // 5 January 2024 is one
    CHECK(inside(fridays, {"2024-01-04T23:59:59Z", "2024-01-05T00:00:00Z", "2024-01-05T23:59:59Z",
                           "2024-01-06T00:00:00Z"}) == "0110");
    CHECK(inside(fridays.in("+09:00"), {"2024-01-04T14:59:59Z", "2024-01-04T15:00:00Z",
                                        "2024-01-05T14:59:59Z", "2024-01-05T15:00:00Z"}) == "0110");
    CHECK(changes(fridays, "2024-01-01T00:00:00Z", 3) ==
          list{"2024-01-05T00:00:00Z", "2024-01-06T00:00:00Z", "2024-01-12T00:00:00Z"});
    CHECK(changes(tasks::weekdays{std::chrono::Sunday, std::chrono::Saturday}, "2024-01-05T00:00:00Z", 2) ==
          list{"2024-01-06T00:00:00Z", "2024-01-08T00:00:00Z"}); // not between the two
}

TEST_CASE("rule 48: workdays are Monday to Friday")
{
    CHECK(inside(tasks::workdays, {"2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z", "2024-01-03T12:00:00Z",
                                   "2024-01-05T23:59:59Z", "2024-01-06T00:00:00Z"}) == "01110");
    CHECK(instants(tasks::day_at(9h).in(berlin)&tasks::workdays, "2024-03-28T12:00:00Z", 3) ==
          list{"2024-03-29T08:00:00Z", "2024-04-01T07:00:00Z", "2024-04-02T07:00:00Z"});
}

TEST_CASE("rule 48: between: from is included, to is not")
{
    CHECK(inside(tasks::between(8h, 18h), {"2024-01-01T07:59:59Z", "2024-01-01T08:00:00Z",
                                           "2024-01-01T17:59:59Z", "2024-01-01T18:00:00Z"}) == "0110");
    auto const last = utc("2024-01-01T18:00:00Z") - 1ns;
    CHECK(tasks::between(8h, 18h).contains(last));
    CHECK(inside(tasks::between("08:00", "18:00").in(berlin),
                 {"2024-07-01T05:59:59Z", "2024-07-01T06:00:00Z", "2024-07-01T15:59:59Z",
                  "2024-07-01T16:00:00Z"}) == "0110");
}

TEST_CASE("rule 48: between crosses midnight if from is the later one")
{
    tasks::between const night{22h, 6h};
    CHECK(inside(night, {"2024-01-01T21:59:59Z", "2024-01-01T22:00:00Z", "2024-01-02T00:00:00Z",
                         "2024-01-02T05:59:59Z", "2024-01-02T06:00:00Z"}) == "01110");
    CHECK(changes(night, "2024-01-01T12:00:00Z", 3) ==
          list{"2024-01-01T22:00:00Z", "2024-01-02T06:00:00Z", "2024-01-02T22:00:00Z"});
    CHECK(inside(tasks::between(18h, 0h),
                 {"2024-01-01T17:59:59Z", "2024-01-01T23:59:59Z", "2024-01-02T00:00:00Z"}) == "010");
}

TEST_CASE("rule 48: between with equal times is an error")
{
    auto const message = refused([] { return tasks::between(8h, "08:00"); });
    CHECK(message == "tasks: between(08:00, 08:00): from and to must differ; for the whole day leave it out");
}

TEST_CASE("rule 48: from or to of 24 h is an error whose message says 0h")
{
    CHECK(has(refused([] { return tasks::between(8h, 24h); }), "the end of a day is 0h"));
    CHECK(has(refused([] { return tasks::between(24h, 8h); }), "the end of a day is 0h"));
    CHECK(has(refused([] { return tasks::between("18:00", "24:00"); }), "the end of a day is 0h"));
    CHECK(has(refused([] { return tasks::between("25:00", "08:00"); }), "the hour must be 00 to 23"));
    CHECK(has(refused([] { return tasks::between(-1h, 8h); }), "-3600 s after midnight"));
}

TEST_CASE("rule 48: dates are local days, in any order, and may be none")
{
    tasks::dates const days{2024y / 12 / 26, 2024y / 2 / 29, 2024y / 12 / 25, 2024y / 2 / 29};
    CHECK(inside(days, {"2024-02-28T23:59:59Z", "2024-02-29T00:00:00Z", "2024-02-29T23:59:59Z",
                        "2024-03-01T00:00:00Z", "2024-12-25T12:00:00Z", "2024-12-26T12:00:00Z"}) == "011011");
    CHECK(changes(days, "2024-01-01T00:00:00Z", 9) == list{"2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z",
                                                           "2024-12-25T00:00:00Z", "2024-12-27T00:00:00Z"});
    CHECK(changes(days.in("-05:00"), "2024-11-01T00:00:00Z", 9) ==
          list{"2024-12-25T05:00:00Z", "2024-12-27T05:00:00Z"});

    tasks::dates const none{};
    CHECK(inside(none, {"2024-01-01T00:00:00Z"}) == "0");
    CHECK(changes(none.in(berlin), "2024-01-01T00:00:00Z", 9).empty());
    CHECK(instants(tasks::day_at(9h) - none, "2024-01-01T00:00:00Z", 1) == list{"2024-01-01T09:00:00Z"});
    CHECK((tasks::day_at(9h) & none).next(utc("2024-01-01T00:00:00Z")) == std::nullopt);
}

TEST_CASE("rule 48: a date that does not exist is an error")
{
    CHECK(refused([] { return tasks::dates{2024y / 1 / 1, 2024y / 2 / 30}; }) ==
          "tasks: dates: 2024-02-30 is not a date; there is no such day");
    CHECK(has(refused([] { return tasks::dates{2023y / 2 / 29}; }), "2023-02-29"));
    CHECK(has(refused([] { return tasks::dates{2023y / 13 / 1}; }), "2023-13-01"));
}

TEST_CASE("rule 48: months are months of every year")
{
    tasks::months const winter{std::chrono::December, std::chrono::January, std::chrono::February};
    CHECK(inside(winter, {"2023-11-30T23:59:59Z", "2023-12-01T00:00:00Z", "2024-02-29T23:59:59Z",
                          "2024-03-01T00:00:00Z"}) == "0110");
    CHECK(changes(winter, "2023-12-31T12:00:00Z", 2) == list{"2024-03-01T00:00:00Z", "2024-12-01T00:00:00Z"});
    CHECK(changes(winter.in("+02:00"), "2023-12-31T12:00:00Z", 1) == list{"2024-02-29T22:00:00Z"});
}

TEST_CASE("rule 48: weekdays and months without any are an error, and so is one that does not exist")
{
    CHECK(has(refused([] { return tasks::weekdays{}; }), "at least one day of the week"));
    CHECK(has(refused([] { return tasks::months{}; }), "at least one month"));
    CHECK(has(refused([] { return tasks::weekdays{std::chrono::Monday, std::chrono::weekday{8}}; }),
              "8 is not a day of the week"));
    CHECK(has(refused([] { return tasks::months{std::chrono::month{0}}; }), "0 is not a month"));
    CHECK(has(refused([] { return tasks::months{std::chrono::month{13}}; }), "13 is not a month"));
    CHECK(has(refused([] { return tasks::weekdays(std::vector<std::chrono::weekday>{}); }), "at least one"));
}

TEST_CASE("rule 48: since includes its instant, until does not")
{
    auto const t = utc("2024-01-15T12:00:00Z");
    CHECK(!tasks::since(t).contains(t - 1ns));
    CHECK(tasks::since(t).contains(t));
    CHECK(tasks::until(t).contains(t - 1ns));
    CHECK(!tasks::until(t).contains(t));
    CHECK(tasks::since(t).next_change(t - 1ns) == t);
    CHECK(tasks::since(t).next_change(t) == std::nullopt);
    CHECK(tasks::until(t).next_change(t - 1h) == t);
    CHECK(tasks::until(t).next_change(t) == std::nullopt);
}

TEST_CASE("rule 48: a span is decided by what the clock shows at that instant")
{
    auto const nights = tasks::weekdays{std::chrono::Friday} & tasks::between(22h, 6h);
    CHECK(inside(nights, {"2024-01-05T00:00:00Z", "2024-01-05T05:59:59Z", "2024-01-05T06:00:00Z",
                          "2024-01-05T22:00:00Z", "2024-01-05T23:59:59Z", "2024-01-06T00:00:00Z"}) ==
          "110110");

    // clocks are set back from 03:00 to 02:00 at 01:00 UTC: the window is there twice
    CHECK(changes(tasks::between(2h, 2h + 30min).in(berlin), "2024-10-26T12:00:00Z", 5) ==
          list{"2024-10-27T00:00:00Z", "2024-10-27T00:30:00Z", "2024-10-27T01:00:00Z", "2024-10-27T01:30:00Z",
               "2024-10-28T01:00:00Z"});
    // clocks are set forward from 02:00 to 03:00 at 01:00 UTC: it is not there on that day
    CHECK(changes(tasks::between(2h, 3h).in(berlin), "2024-03-30T12:00:00Z", 2) ==
          list{"2024-04-01T00:00:00Z", "2024-04-01T01:00:00Z"});
    // and one that begins in the gap begins with the first instant after it
    CHECK(changes(tasks::between(2h + 30min, 4h).in(berlin), "2024-03-30T12:00:00Z", 2) ==
          list{"2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z"});
}

TEST_CASE("rule 48: a day that clocks which are set back at 00:01 leave once more begins twice")
{
    auto const newfoundland = "NST3:30NDT,M4.1.0/0:01,M10.5.0/0:01"; // 27 October 2024 is a Sunday
    CHECK(changes(tasks::weekdays{std::chrono::Saturday}.in(newfoundland), "2024-10-26T12:00:00Z", 3) ==
          list{"2024-10-27T02:30:00Z", "2024-10-27T02:31:00Z", "2024-10-27T03:30:00Z"});
    CHECK(changes(tasks::dates{2024y / 10 / 27}.in(newfoundland), "2024-10-27T02:30:30Z", 3) ==
          list{"2024-10-27T02:31:00Z", "2024-10-27T03:30:00Z", "2024-10-28T03:30:00Z"});
}

TEST_CASE("rule 48: a slot that a gap has moved is judged by where it is")
{
    auto const at = tasks::day_at(2h + 30min).in(berlin); // 03:30 on 31 March 2024
    CHECK(instants(at & tasks::between(2h, 3h), "2024-03-30T12:00:00Z", 1) == list{"2024-04-01T00:30:00Z"});
    CHECK(instants(at & tasks::between(3h, 4h), "2024-03-01T12:00:00Z", 1) == list{"2024-03-31T01:30:00Z"});
}

TEST_CASE("rule 48: without .in a span takes the zone of the schedule")
{
    auto const nine = tasks::day_at(30min).in("+09:00"); // Sundays in UTC are Mondays there
    tasks::weekdays const mondays{std::chrono::Monday};
    CHECK(instants(nine & mondays, "2024-01-15T12:00:00Z", 1) == list{"2024-01-21T15:30:00Z"});
    CHECK(instants(mondays & nine, "2024-01-15T12:00:00Z", 1) == list{"2024-01-21T15:30:00Z"});
    CHECK(instants(nine & mondays.in("UTC"), "2024-01-15T12:00:00Z", 1) == list{"2024-01-15T15:30:00Z"});
    CHECK(instants(nine - mondays, "2024-01-20T16:00:00Z", 1) == list{"2024-01-22T15:30:00Z"});

    // inside compositions, too, and each part has its own
    auto const first = !(tasks::weekdays{std::chrono::Tuesday} | tasks::between(1h, 0h));
    CHECK(to_string(nine & first) == "day_at(00:30) in +09:00 & "
                                     "!(weekdays(Tue) in +09:00 | between(01:00, 00:00) in +09:00)");
    CHECK(to_string(nine & (tasks::workdays | tasks::workdays.in("UTC"))) ==
          "day_at(00:30) in +09:00 & (workdays in +09:00 | workdays in UTC)");
    CHECK(to_string((nine & tasks::workdays) - tasks::between(8h, 9h)) ==
          "(day_at(00:30) in +09:00 & workdays in +09:00) - between(08:00, 09:00) in +09:00");

    CHECK(to_string(tokyo_noon{} & tasks::workdays) == "user-defined schedule & workdays in +09:00");
}

TEST_CASE("rule 48: the zone is UTC if the schedule has none")
{
    CHECK(to_string(tasks::aligned(1h) & tasks::workdays) == "aligned(1h) & workdays in UTC");
    CHECK(to_string(tasks::once(utc("2024-01-01T00:00:00Z")) - tasks::months{std::chrono::May}) ==
          "once(2024-01-01T00:00:00Z) - months(May) in UTC");
    // the zones of spans are not the schedule's
    CHECK(to_string((tasks::aligned(1h) & tasks::workdays.in("+02:00")) & tasks::between(8h, 9h)) ==
          "aligned(1h) & workdays in +02:00 & between(08:00, 09:00) in UTC");
}

TEST_CASE("rule 48: a union has the zones of its parts, and with several a span must have its own")
{
    auto const twice = tasks::day_at(9h).in("+09:00") | tasks::day_at(10h).in("+09:00") | tasks::aligned(1h);
    CHECK(to_string(twice & tasks::workdays) ==
          "(day_at(09:00) in +09:00 | day_at(10:00) in +09:00 | aligned(1h)) & workdays in +09:00");

    auto const offices = twice | tasks::day_at(9h);
    CHECK(
        refused([&] { return offices & tasks::workdays; }) ==
        "tasks: 'workdays' has no zone, and the schedule that it is combined with has several (+09:00, UTC); "
        "give it one with .in(zone)");
    CHECK(has(refused([&] { return offices - (tasks::workdays.in("+09:00") | tasks::between(8h, 9h)); }),
              "'workdays in +09:00 | between(08:00, 09:00)' has no zone"));
    CHECK(has(
        refused([&] { return (offices | tokyo_noon{} | tasks::day_at(9h).in("+01:00")) & tasks::workdays; }),
        "(+09:00, UTC, ...)"));
    CHECK(instants(offices & tasks::workdays.in("+09:00"), "2024-01-06T12:00:00Z", 1) ==
          list{"2024-01-07T15:00:00Z"});
    CHECK(to_string(offices & tasks::since(utc("2024-01-01T00:00:00Z"))) ==
          "(" + to_string(offices) + ") & since(2024-01-01T00:00:00Z)");
}

TEST_CASE("rule 48: an unknown zone is an error")
{
    CHECK(has(refused([] { return tasks::workdays.in("Mars/Phobos"); }), "Mars/Phobos"));
    CHECK(has(refused([] { return tasks::between(8h, 9h).in("+25:00"); }), "+25:00"));
}

TEST_CASE("rule 48: spans are combined with &, | and !")
{
    auto const t = [](char const* clock) { return "2024-01-05T" + std::string{clock} + ":00Z"; }; // a Friday
    list const hours{t("07:00"), t("08:00"), t("12:00"), t("18:00"), "2024-01-06T12:00:00Z"};
    tasks::between const day{8h, 18h};
    CHECK(inside(day & tasks::workdays, hours) == "01100");
    CHECK(inside(day | tasks::workdays, hours) == "11111");
    CHECK(inside(!day, hours) == "10010");
    CHECK(inside(!!tasks::spans{day}, hours) == "01101");
    CHECK(inside(!(day & tasks::workdays), hours) == "10011");
    CHECK(inside(tasks::workdays & !day, hours) == "10010");
}
