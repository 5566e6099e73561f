// SPDX-License-Identifier: MIT
#include "instants.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace conformance {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Takes characters from the front. After the first mismatch, everything fails.
class reader {
public:
    explicit reader(std::string_view text)
        : text_{text}
    {
    }

    int digits(std::size_t count)
    {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (text_.empty() || text_.front() < '0' || text_.front() > '9') {
                good_ = false;
                return 0;
            }
            value = value * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return value;
    }

    bool accept(char c)
    {
        if (text_.empty() || text_.front() != c)
            return false;
        text_.remove_prefix(1);
        return true;
    }

    void expect(char c) { good_ = accept(c) && good_; }

    std::chrono::nanoseconds fraction()
    {
        std::int64_t value = 0;
        std::int64_t unit = 100'000'000;
        bool any = false;
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9' && unit > 0) {
            value += (text_.front() - '0') * unit;
            unit /= 10;
            any = true;
            text_.remove_prefix(1);
        }
        good_ = good_ && any;
        return std::chrono::nanoseconds{value};
    }

    bool complete() const { return good_ && text_.empty(); }

private:
    std::string_view text_;
    bool good_ = true;
};

std::chrono::nanoseconds read_clock(reader& in, bool seconds_required)
{
    std::chrono::nanoseconds result = hours{in.digits(2)};
    in.expect(':');
    result += minutes{in.digits(2)};
    if (seconds_required)
        in.expect(':');
    else if (!in.accept(':'))
        return result;
    result += seconds{in.digits(2)};
    if (in.accept('.'))
        result += in.fraction();
    return result;
}

} // namespace

std::optional<tasks::time_point> parse_instant_in_range(std::string_view text)
{
    reader in{text};
    bool const before_year_0 = in.accept('-');
    int const year = in.digits(4);
    in.expect('-');
    int const month = in.digits(2);
    in.expect('-');
    int const day = in.digits(2);
    in.expect('T');
    std::chrono::nanoseconds const clock = read_clock(in, true);
    in.expect('Z');
    std::chrono::year_month_day const date{std::chrono::year{before_year_0 ? -year : year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!in.complete() || !date.ok())
        throw std::invalid_argument("not an instant: \"" + std::string{text} + '"');
    std::chrono::sys_days const midnight{date};
    if (midnight <= std::chrono::floor<std::chrono::days>((tasks::time_point::min)()) ||
        midnight >= std::chrono::floor<std::chrono::days>((tasks::time_point::max)()))
        return std::nullopt;
    return midnight + clock;
}

tasks::time_point parse_instant(std::string_view text)
{
    if (auto const instant = parse_instant_in_range(text))
        return *instant;
    throw std::invalid_argument("out of the range of 64-bit nanoseconds: \"" + std::string{text} + '"');
}

std::string format_instant(tasks::time_point instant)
{
    auto const day = std::chrono::floor<std::chrono::days>(instant);
    std::chrono::year_month_day const date{day};
    std::chrono::hh_mm_ss const clock{instant - day};
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    std::string result = text.data();
    if (auto const rest = clock.subseconds().count(); rest != 0) {
        std::snprintf(text.data(), text.size(), ".%09lld", static_cast<long long>(rest));
        std::string fraction = text.data();
        while (fraction.ends_with("000"))
            fraction.resize(fraction.size() - 3);
        result += fraction;
    }
    return result + 'Z';
}

std::optional<std::chrono::nanoseconds> parse_time_of_day(std::string_view text)
{
    reader in{text};
    std::chrono::nanoseconds const result = read_clock(in, false);
    if (!in.complete())
        return std::nullopt;
    return result;
}

std::optional<seconds> parse_fixed_offset(std::string_view zone)
{
    for (char const* name : {"UTC", "Z", "Etc/UTC", "GMT", "Etc/GMT"}) {
        if (zone == name)
            return seconds{0};
    }
    if (!zone.starts_with('+') && !zone.starts_with('-'))
        return std::nullopt;
    auto const size = parse_time_of_day(zone.substr(1));
    if (!size)
        return std::nullopt;
    auto const offset = std::chrono::duration_cast<seconds>(*size);
    return zone.front() == '-' ? -offset : offset;
}

} // namespace conformance
