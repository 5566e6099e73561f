// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"

#include <tasks/time/time_of_day.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

using namespace std::chrono_literals;
using tasks::time_of_day;

namespace {

/// The message of the error; nothing if the text is accepted.
std::string refusal(std::string_view text)
{
    try {
        static_cast<void>(time_of_day::parse(text));
        return {};
    } catch (tasks::bad_option const& e) {
        return e.what();
    }
}

template <class Duration>
bool accepted(Duration d)
{
    try {
        static_cast<void>(time_of_day{d});
        return true;
    } catch (tasks::bad_option const&) {
        return false;
    }
}

} // namespace

TEST_CASE("a time of day is a duration since midnight")
{
    CHECK(time_of_day{}.since_midnight() == 0ns);
    CHECK(time_of_day{9h}.since_midnight() == 9h);
    CHECK(time_of_day{17h + 30min + 1ns}.since_midnight() == 17h + 30min + 1ns);
    CHECK(time_of_day{9.5h}.since_midnight() == 9h + 30min);
    CHECK(time_of_day{9h} == time_of_day{540min});
    CHECK(time_of_day{9h} < time_of_day{9h + 1ns});
}

TEST_CASE("a time of day is at least 00:00 and before 24:00")
{
    CHECK(accepted(0ns));
    CHECK(accepted(24h - 1ns));
    CHECK_FALSE(accepted(24h));
    CHECK_FALSE(accepted(-1ns));
    CHECK_FALSE(accepted(24.0h));
    CHECK_FALSE(accepted(std::chrono::duration<double>{std::numeric_limits<double>::quiet_NaN()}));
    CHECK_FALSE(accepted(std::chrono::duration<double>{std::numeric_limits<double>::infinity()}));
}

TEST_CASE("a huge duration does not wrap around into a time of day")
{
    CHECK_FALSE(accepted(std::chrono::hours::max()));
    CHECK_FALSE(accepted(std::chrono::years{std::numeric_limits<std::int32_t>::max()}));
    // 2^61 hours are a multiple of 2^64 ns, and would be midnight in 64-bit nanoseconds
    CHECK_FALSE(accepted(std::chrono::duration<std::int64_t, std::ratio<3600>>{std::int64_t{1} << 61}));
}

TEST_CASE("the error of a bad duration names the value and the rule, and for 24 h what to write")
{
    auto const refused = [](auto d) {
        return test::thrown<tasks::bad_option>([d] { static_cast<void>(time_of_day{d}); });
    };
    CHECK(refused(25h) ==
          "tasks: 90000 s after midnight is not a time of day; it must be 0 or more and less than "
          "24 hours");
    CHECK(refused(24h) ==
          "tasks: 86400 s after midnight is not a time of day; it must be 0 or more and less than "
          "24 hours; the end of a day is 0h");
}

TEST_CASE("a time of day is read from HH:MM, with seconds and a fraction as wanted")
{
    CHECK(time_of_day::parse("00:00") == time_of_day{0h});
    CHECK(time_of_day::parse("09:30") == time_of_day{9h + 30min});
    CHECK(time_of_day::parse("23:59:59") == time_of_day{24h - 1s});
    CHECK(time_of_day::parse("09:30:15.5") == time_of_day{9h + 30min + 15s + 500ms});
    CHECK(time_of_day::parse("00:00:00.000001") == time_of_day{1us});
    CHECK(time_of_day::parse("23:59:59.999999999") == time_of_day{24h - 1ns});
}

TEST_CASE("any other text is refused with the rule that it breaks")
{
    auto const form =
        GENERATE(as<std::string>{}, "", ":", "9", "9:00", "09", "09:", "09:0", "0900", "09:00:", "09:00:0",
                 "09:00:00.", "09:00:00.1234567890", "09:00:00,5", "09:00.5", " 09:00", "09:00 ", "+9:00",
                 "-1:00", "09-00", "09:00Z", "9am", "09:00:00.5x", "\xd9\xa0\xd9\xa9:00");
    CAPTURE(form);
    CHECK(refusal(form) == "tasks: time of day \"" + form +
                               "\": must be HH:MM, HH:MM:SS or HH:MM:SS.f (1 to 9 digits of fraction)");

    CHECK(refusal("25:00") == "tasks: time of day \"25:00\": the hour must be 00 to 23");
    CHECK(refusal("24:00") ==
          "tasks: time of day \"24:00\": the hour must be 00 to 23; the end of a day is 0h, "
          "00:00");
    CHECK(refusal("09:60") == "tasks: time of day \"09:60\": the minute must be 00 to 59");
    CHECK(refusal("23:59:60") == "tasks: time of day \"23:59:60\": the second must be 00 to 59");
}

TEST_CASE("a message stays on one line and is never long, whatever the text")
{
    CHECK(refusal("09:\n").find("\"09:\\x0a\"") != std::string::npos);
    CHECK(refusal(std::string_view{"09:00\0", 6}).find("\"09:00\\x00\"") != std::string::npos);
    CHECK(refusal(std::string(100'000, '9')).size() < 200);
}

TEST_CASE("the text of a time of day is the shortest that is read back")
{
    CHECK(to_string(time_of_day{0h}) == "00:00");
    CHECK(to_string(time_of_day{9h + 5min}) == "09:05");
    CHECK(to_string(time_of_day{9h + 30s}) == "09:00:30");
    CHECK(to_string(time_of_day{9h + 250ms}) == "09:00:00.25");
    CHECK(to_string(time_of_day{24h - 1ns}) == "23:59:59.999999999");
}

TEST_CASE("every time of day survives the way through its text")
{
    std::mt19937_64 random{20240310};
    std::int64_t const units[] = {1, 1'000, 1'000'000, 1'000'000'000, 60'000'000'000};
    for (int i = 0; i < 20'000; ++i) {
        auto const unit = units[i % 5];
        auto const count =
            std::uniform_int_distribution<std::int64_t>{0, 86'400'000'000'000 / unit - 1}(random);
        time_of_day const t{std::chrono::nanoseconds{count * unit}};
        if (time_of_day::parse(to_string(t)) != t)
            FAIL(to_string(t));
    }
    SUCCEED();
}

TEST_CASE("no text makes the parser do anything but answer or refuse")
{
    std::mt19937 random{20241103};
    std::string const alphabet{"0123456789::..-+ \0Z", 19};
    int read = 0;
    for (int i = 0; i < 50'000; ++i) {
        // a valid text with one character replaced, because entirely random ones would hardly ever get past
        // the hour
        std::string text = "12:34:56.789012345";
        text.resize(random() % 20, '0');
        if (!text.empty())
            text[random() % text.size()] = alphabet[random() % alphabet.size()];
        if (!refusal(text).empty())
            continue;
        ++read;
        auto const t = time_of_day::parse(text);
        if (time_of_day::parse(to_string(t)) != t || text.find(to_string(t)) != 0)
            FAIL(text);
    }
    CHECK(read > 1'000);
}
