// SPDX-License-Identifier: MIT
// Feeds time_of_day::parse. A second parser, by position instead of from left to right, computes the expected
// result.
#include "support/check.hpp"

#include <tasks/time/time_of_day.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace {

std::optional<std::chrono::nanoseconds> by_position(std::string_view text)
{
    constexpr std::string_view form = "00:00:00.000000000";
    if (text.size() != 5 && text.size() != 8 && (text.size() < 10 || text.size() > form.size()))
        return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' ? !digit : text[i] != form[i])
            return std::nullopt;
    }
    std::string whole{text};
    whole += form.substr(whole.size());
    auto const number = [&](std::size_t at, std::size_t length) {
        return std::stol(whole.substr(at, length));
    };
    if (number(0, 2) > 23 || number(3, 2) > 59 || number(6, 2) > 59)
        return std::nullopt;
    return std::chrono::hours{number(0, 2)} + std::chrono::minutes{number(3, 2)} +
           std::chrono::seconds{number(6, 2)} + std::chrono::nanoseconds{number(9, 9)};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const text = fuzz::text(data, size);
    auto const time = fuzz::parsed(tasks::time_of_day::parse, text);
    auto const expected = by_position(text);
    fuzz::require(time.has_value() == expected.has_value(), "exactly the documented forms are read", text);
    if (!time)
        return 0;
    fuzz::require(time->since_midnight() == *expected, "the time is the one written", text);
    fuzz::require(tasks::time_of_day{*expected} == *time, "the time is one of a day", text);

    auto const printed = to_string(*time);
    fuzz::require(printed.size() <= text.size(), "no text is shorter than the printed one", text);
    fuzz::require(tasks::time_of_day::parse(printed) == *time, "what is printed is read back", text);
    return 0;
}
