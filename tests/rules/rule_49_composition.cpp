// SPDX-License-Identifier: MIT
// Schedules combined with spans and with each other, and how far a search goes.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop.hpp>
#include <tasks/schedule.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace test;

namespace {

using slots_found = std::vector<std::string>;

template <class Function>
std::string refusal_of(Function make)
{
    return thrown<tasks::bad_option>([&] { static_cast<void>(make()); });
}

auto const new_year = utc("2024-01-01T00:00:00Z");

using tasks::operator&; // between two types of this file

/// Every second, and counts how often it is asked; copies share the count.
struct every_second {
    std::shared_ptr<int> asked = std::make_shared<int>(0);

    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        ++*asked;
        return std::chrono::floor<std::chrono::seconds>(t) + 1s;
    }
};

/// Inside from an instant on, but never says how long nothing changes.
struct restless {
    tasks::time_point from;

    bool contains(tasks::time_point t) const { return t >= from; }
    std::optional<tasks::time_point> next_change(tasks::time_point t) const { return t + 1ns; }
};

} // namespace

TEST_CASE("rule 49: schedule & spans are the slots inside, in either order")
{
    auto const hours = tasks::aligned(1h);
    slots_found const wanted{"2024-01-01T08:00:00Z", "2024-01-01T09:00:00Z", "2024-01-02T08:00:00Z"};
    CHECK(instants(hours & tasks::between(8h, 10h), "2024-01-01T00:00:00Z", 3) == wanted);
    CHECK(instants(tasks::between(8h, 10h) & hours, "2024-01-01T00:00:00Z", 3) == wanted);
}

TEST_CASE("rule 49: schedule - spans are the slots outside")
{
    CHECK(instants(tasks::aligned(6h) - tasks::between(0h, 18h), "2024-01-01T00:00:00Z", 2) ==
          slots_found{"2024-01-01T18:00:00Z", "2024-01-02T18:00:00Z"});
    CHECK(instants(tasks::aligned(6h) - !tasks::between(0h, 18h), "2024-01-01T12:00:00Z", 2) ==
          slots_found{"2024-01-02T00:00:00Z", "2024-01-02T06:00:00Z"});
}

TEST_CASE("rule 49: schedule | schedule is the union, and equal instants are one slot")
{
    auto const s = (tasks::aligned(12h) & tasks::workdays) | tasks::once(new_year + 1h) |
                   (tasks::aligned(24h) - tasks::weekdays{std::chrono::Saturday});
    CHECK(instants(s, "2023-12-31T12:00:00Z", 4) ==
          slots_found{"2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "2024-01-01T12:00:00Z",
                      "2024-01-02T00:00:00Z"});
}

TEST_CASE(
    "rule 49: an interval, a fixed delay and on_trigger have no instants, and the message names aligned")
{
    for (auto const& s : {tasks::schedule{10s}, tasks::schedule{0s}, tasks::schedule{tasks::fixed_delay(5s)},
                          tasks::schedule{tasks::on_trigger}})
        for (auto const& message : {refusal_of([&] { return s & tasks::workdays; }),
                                    refusal_of([&] { return tasks::workdays & s; }),
                                    refusal_of([&] { return s - tasks::workdays; }),
                                    refusal_of([&] { return s | tasks::aligned(1h); }),
                                    refusal_of([&] { return tasks::aligned(1h) | s; }),
                                    refusal_of([&] { return s | tasks::schedule{}; })}) {
            CAPTURE(message);
            CHECK(has(message, "tasks::aligned"));
            CHECK(has(message, "cannot be combined with"));
            CHECK(has(message, s.is_on_trigger() ? "on_trigger" : to_string(s)));
        }
}

TEST_CASE("rule 49: an empty schedule stays empty")
{
    CHECK((tasks::schedule{} & tasks::workdays).empty());
    CHECK((tasks::schedule{} - tasks::workdays).empty());
}

TEST_CASE("rule 49: a search goes on to the end of the stretch that a slot outside is in")
{
    every_second const s;
    auto const count = [&](tasks::schedule const& composed, char const* from) {
        *s.asked = 0;
        auto const t = composed.next(utc(from));
        return (t ? text(*t) : "none") + ", asked " + std::to_string(*s.asked);
    };
    CHECK(count(s & tasks::between(8h, 18h), "2024-01-01T08:00:00Z") == "2024-01-01T08:00:01Z, asked 1");
    CHECK(count(s & tasks::between(8h, 18h), "2024-01-01T18:00:00Z") == "2024-01-02T08:00:00Z, asked 2");
    CHECK(count(s - tasks::between(8h, 18h), "2024-01-01T08:00:00Z") == "2024-01-01T18:00:00Z, asked 2");

    // the stretch of the whole span, not of a part
    auto const far =
        tasks::between(8h, 18h) & tasks::dates{2060y / 6 / 1} & !tasks::weekdays{std::chrono::Monday};
    CHECK(count(s & far, "2024-01-01T18:00:00Z") == "2060-06-01T08:00:00Z, asked 3");
    CHECK(count(s - (tasks::between(8h, 18h) | tasks::until(utc("2060-06-01T12:00:00Z"))),
                "2024-01-01T18:00:00Z") == "2060-06-01T18:00:00Z, asked 3");
    CHECK(count(s & tasks::between(8h, 18h) & tasks::dates{2060y / 6 / 1}, "2024-01-01T18:00:00Z") ==
          "2060-06-01T08:00:00Z, asked 3");

    // a slot at the very end of the stretch is not passed over
    CHECK(count(s & tasks::since(new_year), "2023-06-01T00:00:00Z") == "2024-01-01T00:00:00Z, asked 2");
}

TEST_CASE("rule 49: spans that never change again end a search at once")
{
    every_second const s;
    CHECK((s & tasks::until(new_year)).next(new_year) == std::nullopt);
    CHECK((s & (tasks::dates{2020y / 1 / 1} & tasks::workdays)).next(new_year) == std::nullopt);
    CHECK((s - tasks::since(new_year)).next(new_year) == std::nullopt);
    CHECK(*s.asked == 3);
}

TEST_CASE("rule 49: after 4,096 slots outside there is no further slot")
{
    every_second const s;
    CHECK((s & restless{new_year + 4096s}).next(new_year) == new_year + 4096s); // 4,095 outside before it
    CHECK(*s.asked == 4096);
    CHECK((s & restless{new_year + 4097s}).next(new_year) == std::nullopt);
    CHECK(*s.asked == 2 * 4096);
}

TEST_CASE("rule 49: filters of filters, and of unions of filters, do not multiply the bound")
{
    every_second const s;
    restless const never{tasks::time_point::max()};
    CHECK(((((s & never) & never) - tasks::workdays) & never).next(new_year) == std::nullopt);
    CHECK(*s.asked == 4096);

    every_second const one, two;
    auto const halves = (one & restless{new_year + 2000s}) | (two - tasks::since(new_year + 9000s));
    CHECK(((halves & never) & never).next(new_year) == std::nullopt);
    CHECK(*one.asked == 4096);
    CHECK(*two.asked == 4096);
}

TEST_CASE("rule 49: a slot outside more than 50 years after the instant asked from ends the search")
{
    auto const fifty = new_year + std::chrono::years{50};
    auto const later = fifty + 24h;
    restless const inside_later{later};
    CHECK(((tasks::once(fifty) | tasks::once(later)) & inside_later).next(new_year) == later);
    CHECK(((tasks::once(fifty + 1ns) | tasks::once(later)) & inside_later).next(new_year) == std::nullopt);
    CHECK(((tasks::once(fifty + 1ns) | tasks::once(later)) & inside_later).next(new_year + 1ns) == later);
}

TEST_CASE("rule 49: a slot inside is found however far away it is")
{
    auto const far = utc("2199-12-31T12:00:00Z");
    CHECK((tasks::once(far) & tasks::weekdays{std::chrono::Tuesday}).next(new_year) == far);
    CHECK((tasks::aligned(1h) & tasks::since(far)).next(new_year) == far);
    CHECK((tasks::aligned(1h) & tasks::dates{2199y / 12 / 31}.in("+12:00")).next(new_year) == far - 24h);
}

TEST_CASE("rule 49: at the ends of the range of instants there is an answer or none, and no overflow")
{
    auto const first = (tasks::time_point::min)(), last = (tasks::time_point::max)();
    auto const s = tasks::aligned(1h) & tasks::workdays.in("+12:00") & tasks::between(8h, 18h).in("-12:00");
    CHECK(s.next(first) > first);
    CHECK(s.next(last) == std::nullopt);
    CHECK((tasks::aligned(1ns) & tasks::until(first + 1ns)).next(first) == std::nullopt);
    CHECK((tasks::aligned(1ns) & tasks::since(last)).next(first) == last);
}

TEST_CASE("rule 49: spans whose next change is not later end the search with an error")
{
    struct backwards {
        bool contains(tasks::time_point) const { return false; }
        std::optional<tasks::time_point> next_change(tasks::time_point t) const { return t; }
    };
    for (auto const& s :
         {tasks::aligned(1h) & backwards{}, tasks::aligned(1h) & (tasks::workdays & backwards{})}) {
        auto const message = thrown<tasks::bad_schedule>([&] { static_cast<void>(s.next(new_year)); });
        CHECK(message ==
              "tasks: spans 'user-defined spans' returned a change at 2024-01-01T01:00:00Z, which is not "
              "after the instant that it was given, 2024-01-01T01:00:00Z; next_change(t) must be "
              "strictly after t");
    }
}

TEST_CASE("rule 49: an exception of one's own spans or schedule passes through")
{
    struct thrower {
        bool contains(tasks::time_point) const { throw std::domain_error{"no calendar"}; }
        std::optional<tasks::time_point> next_change(tasks::time_point) const { return std::nullopt; }
        std::optional<tasks::time_point> next(tasks::time_point) const
        {
            throw std::domain_error{"no calendar"};
        }
    };
    CHECK_THROWS_AS((tasks::aligned(1h) & tasks::spans{thrower{}}).next(new_year), std::domain_error);
    CHECK_THROWS_AS((tasks::schedule{thrower{}} & tasks::workdays).next(new_year), std::domain_error);
}

TEST_CASE("rule 49: a loop runs at the slots inside")
{
    virtual_context c{utc("2024-01-05T16:00:00Z")}; // a Friday
    std::string runs;
    tasks::loop<> poll{c.io, tasks::aligned(30min) & tasks::workdays & tasks::between(8h, 17h),
                       [&] { runs += text(c.time.now()).substr(8, 8) + ' '; }};
    poll.start();
    CHECK(poll.every().next(c.time.now()) == utc("2024-01-05T16:30:00Z"));
    c.time.advance(65h);
    CHECK(runs == "05T16:30 08T08:00 08T08:30 08T09:00 ");
}

TEST_CASE("rule 10: a filter of times of day is one, and one of a period below an hour is not")
{
    // set back by 20 min after the slot at 12:10
    auto const runs_after_a_step_back = [](tasks::schedule const& every) {
        virtual_context c{utc("2024-01-01T12:05:00Z")};
        int runs = 0;
        tasks::loop<> loop{c.io, every, [&] { ++runs; }};
        loop.start();
        c.time.advance(6min);
        CHECK(runs == 1);
        c.time.step_wall_clock(-20min);
        c.time.advance(20min);
        return runs;
    };
    auto const times = tasks::day_at(12h, 12h + 10min, 12h + 20min);
    CHECK(runs_after_a_step_back(times & tasks::workdays) == 1);
    CHECK(runs_after_a_step_back(times - tasks::weekdays{std::chrono::Sunday}) == 1);
    CHECK(runs_after_a_step_back(tasks::aligned(10min) & tasks::workdays) == 3);
    CHECK(runs_after_a_step_back((tasks::aligned(10min) | times) & tasks::workdays) == 1);
    CHECK(runs_after_a_step_back(tasks::aligned(1h, utc("2024-01-01T00:10:00Z")) |
                                 tasks::aligned(1h, utc("2024-01-01T00:20:00Z"))) == 1);
    CHECK(runs_after_a_step_back(tasks::once(utc("2024-01-01T12:10:00Z")) |
                                 tasks::once(utc("2024-01-01T12:20:00Z"))) == 1);
}
