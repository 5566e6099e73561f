// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_reading.hpp>
#include <tasks/time/detail/instant_text.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <chrono>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Writes instants for a person who asks about one of them: `02:30`, or `2024-01-15 02:30:07.25 (+01:00)`,
/// where each part is left out that says nothing new: the date and the offset if they are those of the
/// instant asked about, seconds if they are 0. Fractions are cut to milliseconds.
class instant_words {
public:
    /// @param fractions whether fractions of a second matter
    instant_words(time_point asked, time_zone const& zone, bool fractions)
        : zone_{zone}
        , offset_{zone_.at(asked).offset}
        , day_{local_day(asked, offset_)}
        , fractions_{fractions}
    {
    }

    [[nodiscard]] std::string operator()(time_point t) const
    {
        using namespace std::chrono;
        auto const offset = zone_.at(t).offset;
        auto const day = local_day(t, offset);
        auto const second = floor<seconds>(t);
        hh_mm_ss const time{second + offset - day};
        auto text = day == day_ ? std::string{} : date_text(day) + ' ';
        text += two_digits(time.hours()) + ':' + two_digits(time.minutes());
        auto const fraction = floor<milliseconds>(fraction_of_second(t));
        bool const has_fraction = fractions_ && fraction != milliseconds{0};
        if (time.seconds() != seconds{0} || has_fraction)
            text += ':' + two_digits(time.seconds());
        if (has_fraction) {
            text += '.' + std::to_string(1'000 + fraction.count()).substr(1);
            text.erase(text.find_last_not_of('0') + 1);
        }
        return offset == offset_ ? text : text + " (" + time_zone::fixed(offset).name() + ')';
    }

private:
    // Seconds, because the earliest and the latest instants have no local time in nanoseconds.
    [[nodiscard]] static std::chrono::sys_days local_day(time_point t, std::chrono::seconds offset)
    {
        using namespace std::chrono;
        return floor<days>(floor<seconds>(t) + offset);
    }

    template <class Duration>
    [[nodiscard]] static std::string two_digits(Duration d)
    {
        return (d.count() < 10 ? "0" : "") + std::to_string(d.count());
    }

    time_zone zone_;
    std::chrono::seconds offset_;
    std::chrono::sys_days day_;
    bool fractions_;
};

/// Writes a duration for a person, as exactly as matters: `250ms`, `1.25s`, `4min 7s`, `3h 20min`, `2d 5h`.
[[nodiscard]] inline std::string rough_duration(std::chrono::nanoseconds d)
{
    using namespace std::chrono;
    auto const in = [](auto value, char const* unit) { return std::to_string(value.count()) + unit; };
    auto const pair = [&](auto upper, char const* upper_unit, auto lower, char const* lower_unit) {
        return in(upper, upper_unit) + (lower.count() == 0 ? "" : ' ' + in(lower, lower_unit));
    };
    if (d < milliseconds{1})
        return "less than 1ms";
    if (d < seconds{1})
        return in(floor<milliseconds>(d), "ms");
    if (d < minutes{1}) {
        auto const hundredths = floor<milliseconds>(d % seconds{1}).count() / 10;
        auto text = std::to_string(floor<seconds>(d).count());
        if (hundredths != 0)
            text += (hundredths < 10 ? ".0" : ".") + std::to_string(hundredths);
        if (hundredths != 0 && hundredths % 10 == 0)
            text.pop_back();
        return text + 's';
    }
    if (d < hours{1})
        return pair(floor<minutes>(d), "min", floor<seconds>(d % minutes{1}), "s");
    if (d < days{1})
        return pair(floor<hours>(d), "h", floor<minutes>(d % hours{1}), "min");
    return pair(floor<days>(d), "d", floor<hours>(d % days{1}), "h");
}

} // namespace detail
TASKS_END_NAMESPACE
