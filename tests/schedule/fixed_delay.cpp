// SPDX-License-Identifier: MIT
// The kinds of a schedule that has no grid: a fixed delay, and requests alone.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <limits>
#include <string>
#include <type_traits>

using namespace std::chrono_literals;
using tasks::schedule;

static_assert(std::is_convertible_v<tasks::fixed_delay, schedule>);
static_assert(std::is_convertible_v<tasks::on_trigger_t, schedule>);
static_assert(!std::is_convertible_v<std::chrono::seconds, tasks::fixed_delay>, "5s alone is an interval");

TEST_CASE("a fixed delay is a schedule of its own kind")
{
    schedule const s = tasks::fixed_delay(5s);
    CHECK(s.is_fixed_delay());
    CHECK(!s.is_interval());
    CHECK(!s.is_on_trigger());
    CHECK(!s.empty());
    CHECK(s.fixed_delay() == 5s);
    CHECK(tasks::fixed_delay(0.5s).delay() == 500ms);
    CHECK(tasks::fixed_delay(1min) == tasks::fixed_delay(60s));
    CHECK(tasks::fixed_delay(1min) != tasks::fixed_delay(61s));
    CHECK(to_string(s) == "fixed_delay 5s");
    CHECK(to_string(tasks::fixed_delay(5s)) == "fixed_delay 5s");
    CHECK(s.next(test::utc("2024-01-01T00:00:00Z")) == test::utc("2024-01-01T00:00:05Z"));
    CHECK(s.next((tasks::time_point::max)() - 1s) == std::nullopt);
    CHECK(s.parts().empty());
    CHECK_THROWS_AS(s.interval(), std::logic_error);
    CHECK(test::thrown<std::logic_error>([] { static_cast<void>(schedule{5s}.fixed_delay()); }) ==
          "tasks: schedule 'every 5s' is not a fixed delay");
}

TEST_CASE("a fixed delay of 0 is the interval 0")
{
    schedule const s = tasks::fixed_delay(0s);
    CHECK(s.is_interval());
    CHECK(!s.is_fixed_delay());
    CHECK(s.interval() == 0s);
    CHECK(to_string(s) == "every 0s");
    CHECK(to_string(tasks::fixed_delay(0s)) == "every 0s");
}

TEST_CASE("a delay that is no finite duration of 0 or more is refused")
{
    auto const refused = [](auto d) {
        return test::thrown<tasks::bad_option>([&] { static_cast<void>(tasks::fixed_delay(d)); });
    };
    CHECK(refused(-1s) == "tasks: a fixed delay of -1 s is negative; a fixed delay must be 0 or more");
    CHECK(test::has(refused(std::chrono::duration<double>{std::numeric_limits<double>::quiet_NaN()}),
                    "is not a number"));
    CHECK(test::has(refused(std::chrono::duration<double>{std::numeric_limits<double>::infinity()}),
                    "is not representable"));
    CHECK(test::has(refused(std::chrono::hours{std::numeric_limits<int>::max()}), "is not representable"));
    CHECK(test::has(refused(std::chrono::duration<double>{1e-12}), "below the resolution"));
}

TEST_CASE("on_trigger is a schedule without slots that is not empty")
{
    schedule const s = tasks::on_trigger;
    CHECK(s.is_on_trigger());
    CHECK(!s.empty());
    CHECK(!s.is_interval());
    CHECK(!s.is_fixed_delay());
    CHECK(s.next(test::utc("2024-01-01T00:00:00Z")) == std::nullopt);
    CHECK(to_string(s) == "on trigger");
    CHECK(to_string(tasks::on_trigger) == "on trigger");
    CHECK_THROWS_AS(s.fixed_delay(), std::logic_error);
}
