// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/cron_fields.hpp>
#include <tasks/schedule/detail/local_instants.hpp>
#include <tasks/time/time_point.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The bits of a set above bit `n`.
template <class Bits>
[[nodiscard]] constexpr Bits bits_above(Bits set, unsigned n) noexcept
{
    return static_cast<Bits>(set >> n >> 1 << n << 1);
}

/// The days that match in a month with this first day and length, as bits 1 to 31.
[[nodiscard]] inline std::uint32_t matching_days(cron_fields const& f, std::chrono::local_days first_day,
                                                 unsigned length) noexcept
{
    using bits = std::uint64_t; // so that a shift loses no bit
    auto const month = cron_fields::every_day & (cron_fields::every_day >> (31 - length));
    if (f.plain_days && f.weekdays == cron_fields::every_weekday)
        return f.days & month;
    auto const first_weekday = std::chrono::weekday{first_day}.c_encoding();
    // a set of days of the week, as the first seven days of this month
    auto const from_first = [first_weekday](bits weekdays) {
        return ((weekdays << 7 | weekdays) >> first_weekday & 0x7f) << 1;
    };
    auto const all_such_days = [&](bits weekdays) {
        auto const week = from_first(weekdays);
        return week | week << 7 | week << 14 | week << 21 | week << 28;
    };

    auto days = bits{f.days} | f.days_from_end >> (31 - length);
    if (f.nearest_weekdays != 0) {
        auto const first = bits{1} << 1;
        auto const last = bits{1} << length;
        auto const wanted = (f.nearest_weekdays | (bits{f.nearest_weekdays} & 1) << length) & month;
        auto const saturdays = wanted & all_such_days(1 << 6);
        auto const sundays = wanted & all_such_days(1 << 0);
        days |= wanted & ~saturdays & ~sundays;
        days |= (saturdays & ~first) >> 1 | (saturdays & first) << 2;
        days |= (sundays & ~last) << 1 | (sundays & last) >> 2;
    }

    auto weekdays = all_such_days(f.weekdays);
    if (f.last_weekdays != 0)
        weekdays |= all_such_days(f.last_weekdays) & bits_above(month, length - 7);
    for (std::size_t i = 0; !f.plain_days && i < f.nth_weekdays.size(); ++i)
        weekdays |= from_first(f.nth_weekdays[i]) << (7 * i);

    return static_cast<std::uint32_t>((f.either_day ? days | weekdays : days & weekdays) & month);
}

/// The local times that a cron expression matches, for `local_instants`.
class cron_times {
public:
    using local_point = std::chrono::local_time<std::chrono::nanoseconds>;

    /// `fields` must outlive this object. A search ends 40 years after `asked`; years that the expression
    /// excludes do not count.
    cron_times(cron_fields const& fields, time_point asked) noexcept
        : fields_{fields}
        , asked_{asked}
    {
    }

    [[nodiscard]] std::optional<local_point> at_or_after(local_point l) const
    {
        using std::chrono::days;
        auto const day = std::chrono::floor<days>(l);
        auto const since_midnight = std::chrono::ceil<std::chrono::seconds>(l - day);
        if (fields_.every_date) {
            auto const t = time_at_or_after(since_midnight);
            return t ? day + *t : first_on(day + days{1});
        }
        std::chrono::year_month_day const date{day};
        auto y = static_cast<int>(date.year());
        auto months = fields_.months;
        auto const contains = [&months](unsigned m) { return (months >> m & 1) != 0; };
        if (auto const m = static_cast<unsigned>(date.month()); matches_year(y)) {
            auto const d = static_cast<unsigned>(date.day());
            if (contains(m)) {
                auto const matching =
                    matching_days(day - days{static_cast<int>(d) - 1}, date.year() / date.month());
                if ((matching >> d & 1) != 0)
                    if (auto const t = time_at_or_after(since_midnight))
                        return day + *t;
                if (auto const later = bits_above(matching, d); later != 0)
                    return first_on(day + days{std::countr_zero(later) - static_cast<int>(d)});
            }
            months = bits_above(months, m);
        } else {
            months = 0;
        }
        for (auto const last = last_year();; months = fields_.months) {
            for (; months != 0; months &= static_cast<std::uint16_t>(months - 1)) {
                auto const month = std::chrono::year{y} /
                                   std::chrono::month{static_cast<unsigned>(std::countr_zero(months))};
                std::chrono::local_days const first{month / 1};
                if (auto const matching = matching_days(first, month); matching != 0)
                    return first_on(first + days{std::countr_zero(matching) - 1});
            }
            auto const next = year_after(y);
            if (!next || *next > last)
                return std::nullopt;
            y = *next;
        }
    }

private:
    [[nodiscard]] std::uint32_t matching_days(std::chrono::local_days first,
                                              std::chrono::year_month month) const noexcept
    {
        auto const last = std::chrono::year_month_day_last{month / std::chrono::last}.day();
        return detail::matching_days(fields_, first, static_cast<unsigned>(last));
    }

    /// The first time on a matching day.
    [[nodiscard]] std::optional<local_point> first_on(std::chrono::local_days day) const
    {
        if (day > std::chrono::floor<std::chrono::days>(local_point{end_of_time.time_since_epoch()}))
            return std::nullopt;
        return day + time(std::countr_zero(fields_.hours), first_minute(), first_second());
    }

    [[nodiscard]] static std::chrono::seconds time(int hour, int minute, int second) noexcept
    {
        return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
    }

    [[nodiscard]] int first_minute() const noexcept { return std::countr_zero(fields_.minutes); }
    [[nodiscard]] int first_second() const noexcept { return std::countr_zero(fields_.seconds); }

    [[nodiscard]] std::optional<std::chrono::seconds>
    time_at_or_after(std::chrono::seconds since_midnight) const noexcept
    {
        auto const s = static_cast<unsigned>(since_midnight.count());
        auto const hour = s / 3600;
        if (hour > 23)
            return std::nullopt;
        if ((fields_.hours >> hour & 1) != 0) {
            auto const minute = s / 60 % 60;
            auto const h = static_cast<int>(hour);
            if ((fields_.minutes >> minute & 1) != 0)
                if (auto const seconds = fields_.seconds >> s % 60; seconds != 0)
                    return time(h, static_cast<int>(minute),
                                static_cast<int>(s % 60) + std::countr_zero(seconds));
            if (auto const later = bits_above(fields_.minutes, minute); later != 0)
                return time(h, std::countr_zero(later), first_second());
        }
        if (auto const later = bits_above(fields_.hours, hour); later != 0)
            return time(std::countr_zero(later), first_minute(), first_second());
        return std::nullopt;
    }

    [[nodiscard]] bool matches_year(int y) const noexcept
    {
        return fields_.every_year ||
               (y >= first_cron_year && y <= last_cron_year && fields_.years.contains(y - first_cron_year));
    }

    /// The first year after `y` that matches.
    [[nodiscard]] std::optional<int> year_after(int y) const noexcept
    {
        if (fields_.every_year)
            return y + 1;
        auto const first = static_cast<unsigned>((std::max)(y + 1, first_cron_year) - first_cron_year);
        for (auto word = std::size_t{first / 64}; word < fields_.years.words.size(); ++word) {
            auto const skipped = word == first / 64 ? first % 64 : 0;
            if (auto const set = fields_.years.words[word] >> skipped << skipped; set != 0)
                return first_cron_year + static_cast<int>(64 * word) + std::countr_zero(set);
        }
        return std::nullopt;
    }

    /// The last year in which a search looks.
    [[nodiscard]] int last_year() const noexcept
    {
        constexpr int enough = 40; // 29 February on a given day of the week, across 2100
        auto y = static_cast<int>(
            std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(asked_)}.year());
        if (fields_.every_year)
            return y + enough;
        for (int n = 0; n < enough; ++n)
            y = year_after(y).value_or(last_cron_year);
        return y;
    }

    cron_fields const& fields_;
    time_point asked_;
};

} // namespace detail
TASKS_END_NAMESPACE
