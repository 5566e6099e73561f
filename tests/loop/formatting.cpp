// SPDX-License-Identifier: MIT
// <tasks/fmt.hpp>: what has a text in the library formats with fmt, and with std::format where there is one.
#include "support/catch.hpp"
#include "support/utc.hpp"

#if __has_include(<fmt/format.h>)

#define FMT_HEADER_ONLY // because a library of fmt may be compiled for another standard library
#include <tasks/fmt.hpp>
#include <tasks/schedule.hpp>

#include <chrono>
#include <concepts>
#include <string>

using namespace std::chrono_literals;

namespace {

template <class T>
void check_formatted(T const& value, std::string const& text)
{
    CAPTURE(text);
    CHECK(fmt::format("{}", value) == text);
    CHECK(fmt::format("{:>60}|", value) == std::string(60 - text.size(), ' ') + text + "|");
#if defined(__cpp_lib_format)
    CHECK(std::format("{}", value) == text);
    CHECK(std::format("{:>60}|", value) == std::string(60 - text.size(), ' ') + text + "|");
#endif
}

} // namespace

TEST_CASE("formatting: every schedule and every kind of spans")
{
    auto const t = test::utc("2024-01-15T12:00:00Z");
    check_formatted(tasks::schedule{90s}, "every 90s");
    check_formatted(tasks::schedule{}, "none");
    check_formatted(tasks::fixed_delay{5s}, "fixed_delay 5s");
    check_formatted(tasks::on_trigger, "on trigger");
    check_formatted(tasks::day_at(9h).in("+05:45"), "day_at(09:00) in +05:45");
    check_formatted(tasks::cron("0 9 * * *").in("+05:45"), "TZ=+05:45 0 9 * * *");
    check_formatted(tasks::cron_expression::parse("@daily"), "@daily");
    check_formatted(tasks::once(t), "once(2024-01-15T12:00:00Z)");
    check_formatted(tasks::aligned(90s), "aligned(90s)");
    check_formatted(tasks::workdays, "workdays");
    check_formatted(tasks::weekdays{std::chrono::Friday}.in("+05:45"), "weekdays(Fri) in +05:45");
    check_formatted(tasks::between(8h, 18h), "between(08:00, 18:00)");
    check_formatted(tasks::dates{2024y / 12 / 25}, "dates(2024-12-25)");
    check_formatted(tasks::months{std::chrono::June}, "months(Jun)");
    check_formatted(tasks::since(t), "since(2024-01-15T12:00:00Z)");
    check_formatted(tasks::until(t), "until(2024-01-15T12:00:00Z)");
    check_formatted(tasks::spans{tasks::workdays} & !tasks::between(8h, 18h),
                    "workdays & !between(08:00, 18:00)");
    check_formatted(tasks::aligned(1h) - tasks::workdays, "aligned(1h) - workdays in UTC");
}

TEST_CASE("formatting: times, zones, enumerations and loops")
{
    check_formatted(tasks::time_of_day{9h}, "09:00");
    check_formatted(tasks::time_zone::fixed(2h), "+02:00");
    check_formatted(tasks::missed::skip, "skip");
    check_formatted(tasks::exit_reason::completed, "completed");
    tasks::asio::io_context io;
    tasks::loop<> const loop{io, {.every = 10min, .name = "leaderboard"}, [] {}};
    check_formatted(loop, "leaderboard: every 10min, idle");
}

TEST_CASE("formatting: what loops do, and what becomes of their errors")
{
    check_formatted(tasks::loop_state::backing_off, "backing off");
    check_formatted(tasks::on_error::next_slot, "next_slot");
}

#endif
