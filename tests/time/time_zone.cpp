// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/utc.hpp"

#include <tasks/time/detail/zone_database.ipp>
#include <tasks/time/time_zone.hpp>

#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using tasks::time_zone;
using test::utc;

namespace {

std::string refusal_of_zone(std::string_view name)
{
    try {
        static_cast<void>(time_zone::named(name));
        return {};
    } catch (tasks::bad_option const& e) {
        return e.what();
    }
}

} // namespace

TEST_CASE("UTC is the default, and has one name")
{
    CHECK(time_zone{}.name() == "UTC");
    CHECK(time_zone{} == time_zone::utc());
    CHECK(time_zone::named("UTC") == time_zone::utc());
    CHECK(time_zone::named("Z") == time_zone::utc());
    CHECK(time_zone::named("+00:00") == time_zone::utc());
    CHECK(time_zone::named("-00:00") == time_zone::utc());
    CHECK(time_zone::fixed(0s) == time_zone::utc());
    auto const always = time_zone{}.at(utc("2024-03-31T01:00:00Z"));
    CHECK(always == tasks::offset_span{tasks::time_point::min(), tasks::time_point::max(), 0s});
}

TEST_CASE("a fixed offset is east of Greenwich, named by its offset")
{
    CHECK(time_zone::fixed(9h).name() == "+09:00");
    CHECK(time_zone::fixed(-(3h + 30min)).name() == "-03:30");
    CHECK(time_zone::fixed(-(44min + 30s)).name() == "-00:44:30");
    CHECK(time_zone::named("+05:45") == time_zone::fixed(5h + 45min));
    CHECK(time_zone::named("-00:44:30") == time_zone::fixed(-(44min + 30s)));
    CHECK(time_zone::named("+09:00:00").name() == "+09:00");
    CHECK(time_zone::fixed(-1h).at({}).offset == -1h);
    CHECK(to_string(time_zone::fixed(9h)) == "+09:00");
}

TEST_CASE("a fixed offset is less than a day")
{
    CHECK(time_zone::fixed(24h - 1s).name() == "+23:59:59");
    CHECK(time_zone::fixed(1s - 24h).name() == "-23:59:59");
    CHECK_THROWS_AS(time_zone::fixed(24h), tasks::bad_option);
    CHECK_THROWS_AS(time_zone::fixed(-24h), tasks::bad_option);
    CHECK_THROWS_AS(time_zone::fixed(std::chrono::seconds::min()), tasks::bad_option);
}

TEST_CASE("every fixed offset is found again by its name")
{
    std::mt19937 random{1};
    for (int i = 0; i < 5'000; ++i) {
        auto const zone =
            time_zone::fixed(std::chrono::seconds{static_cast<int>(random() % 172'799) - 86'399});
        if (time_zone::named(zone.name()) != zone)
            FAIL(zone.name());
    }
    SUCCEED();
}

TEST_CASE("an offset in any other form is refused")
{
    auto const name =
        GENERATE(as<std::string>{}, "+", "-", "+9", "+09", "+9:00", "+0900", "+09:", "+09:0", "+09:60",
                 "+09:00:", "+09:00:60", "+24:00", "+09:00Z", "+09:00 ", "+09.5", "++9:00", "+09:00:00.5");
    CAPTURE(name);
    CHECK(refusal_of_zone(name) ==
          "tasks: time zone \"" + name +
              "\": an offset must be +HH:MM or +HH:MM:SS (or with -), less than 24 hours");
}

TEST_CASE("a zone that does not exist is refused by name")
{
    auto const name =
        GENERATE(as<std::string>{}, "Mars/Phobos", "America/Nowhere", "", "z", "utc", "europe/berlin",
                 "Europe", " UTC", "UTC+1", "../../etc/passwd", "/etc/localtime", "zone.tab");
    CAPTURE(name);
    CHECK(refusal_of_zone(name).starts_with("tasks: time zone \"" + name + "\" is unknown; "));
}

TEST_CASE("a copy and what is left of a moved zone are that zone")
{
    auto zone = time_zone::fixed(9h);
    auto const copy = zone;
    auto const moved = std::move(zone);
    CHECK(copy == moved);
    CHECK(zone == moved); // NOLINT(bugprone-use-after-move)
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

TEST_CASE("a named zone knows when its clocks are set")
{
    auto const berlin = time_zone::named("Europe/Berlin");
    CHECK(berlin.name() == "Europe/Berlin");
    auto const summer = berlin.at(utc("2024-07-01T00:00:00Z"));
    CHECK(test::text(summer.from) == "2024-03-31T01:00:00Z");
    CHECK(test::text(summer.until) == "2024-10-27T01:00:00Z");
    CHECK(summer.offset == 2h);
    CHECK(berlin.at(summer.from) == summer);
    CHECK(berlin.at(summer.from - 1ns).offset == 1h);
    CHECK(berlin.at(summer.until - 1ns) == summer);
    CHECK(berlin.at(summer.until).offset == 1h);
}

TEST_CASE("spans follow one another without a hole, each with another offset than the last")
{
    auto const name = GENERATE(as<std::string>{}, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                               "Africa/Casablanca", "Europe/Dublin", "Pacific/Apia", "America/Nuuk",
                               "Asia/Kolkata", "Etc/GMT+5");
    CAPTURE(name);
    auto const zone = time_zone::named(name);
    auto span = zone.at(tasks::time_point::min());
    CHECK(span.from == tasks::time_point::min());
    int changes = 0;
    while (span.until != tasks::time_point::max()) {
        auto const next = zone.at(span.until);
        if (next.from != span.until || next.until <= next.from || next.offset == span.offset)
            FAIL("after " << test::text(span.until));
        span = next;
        ++changes;
    }
    CHECK((changes == 0) == (name == "Etc/GMT+5"));
}

TEST_CASE("the rules of a zone go on after the years that its file lists")
{
    auto const berlin = time_zone::named("Europe/Berlin");
    CHECK(berlin.at(utc("2040-07-01T00:00:00Z")).offset == 2h);
    CHECK(test::text(berlin.at(utc("2100-07-01T00:00:00Z")).from) == "2100-03-28T01:00:00Z");
    CHECK(test::text(berlin.at(utc("2261-07-01T00:00:00Z")).until) == "2261-10-27T01:00:00Z");
    CHECK(time_zone::named("America/Nuuk").at(utc("2040-07-01T00:00:00Z")).offset == -1h);
    CHECK(time_zone::named("Asia/Kolkata").at(utc("2040-07-01T00:00:00Z")).offset == 5h + 30min);
}

TEST_CASE("local mean time has seconds")
{
    CHECK(time_zone::named("Europe/Paris").at(utc("1900-01-01T00:00:00Z")).offset == 9min + 21s);
    CHECK(time_zone::named("Africa/Monrovia").at(utc("1971-01-01T00:00:00Z")).offset == -(44min + 30s));
}

TEST_CASE("a link is a zone by its own name")
{
    auto const link = time_zone::named("Asia/Calcutta");
    CHECK(link.name() == "Asia/Calcutta");
    CHECK(link.at({}) == time_zone::named("Asia/Kolkata").at({}));
    CHECK(link != time_zone::named("Asia/Kolkata"));
}

TEST_CASE("a database without zones is not taken for a wrong name")
{
    struct {
        std::vector<int> zones;
    } database;
    auto const locate = [](std::string_view) -> int const* { throw std::runtime_error{"not found"}; };
    auto const refusal = [&] {
        try {
            static_cast<void>(tasks::detail::find_zone(database, locate, "Europe/Berlin"));
        } catch (tasks::bad_option const& e) {
            return std::string{e.what()};
        }
        return std::string{};
    };
    CHECK(refusal() ==
          "tasks: time zone \"Europe/Berlin\": the time zone database is empty (is it installed? Debian: "
          "tzdata)");
    database.zones.push_back(1);
    CHECK(refusal().starts_with("tasks: time zone \"Europe/Berlin\" is unknown; "));
}

TEST_CASE("threads may ask for zones at once")
{
    char const* const names[] = {"Asia/Tokyo", "Asia/Tehran", "America/Havana", "Pacific/Chatham"};
    std::vector<std::vector<std::string>> found(4);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : found)
            threads.emplace_back([&] {
                for (auto const* name : names)
                    mine.push_back(test::text(time_zone::named(name).at(utc("2010-07-01T00:00:00Z")).from));
            });
    }
    for (auto const& one : found)
        CHECK(one == found.front());
    CHECK(found.front()[3] == "2010-04-03T14:00:00Z");
}

#else

TEST_CASE("without a database the error says how to get one")
{
    CHECK(refusal_of_zone("Europe/Berlin") ==
          "tasks: time zone \"Europe/Berlin\" is unknown; this build has UTC and offsets such as "
          "+09:00 only (for named zones build with TASKS_TIME_ZONES=std or "
          "TASKS_TIME_ZONES=date)");
}

#endif
