// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/parse.hpp>
#include <tasks/time/detail/zone_changes.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The zone described by a POSIX TZ string such as `CET-1CEST,M3.5.0,M10.5.0/3`, with the extension of RFC
/// 8536 that a change may be up to 167 hours away from its midnight. The last line of a compiled zone file
/// has this form; it describes the time after the last change that the file lists.
class posix_zone {
public:
    [[nodiscard]] static std::optional<posix_zone> parse(std::string_view text)
    {
        posix_zone zone;
        auto const standard = take_name(text) ? take_time(text, 24) : std::nullopt;
        if (!standard)
            return std::nullopt;
        zone.standard_ = zone.daylight_ = -*standard; // POSIX counts westward
        if (text.empty())
            return zone;

        if (!take_name(text))
            return std::nullopt;
        zone.daylight_ += std::chrono::hours{1};
        if (!text.starts_with(',')) {
            auto const daylight = take_time(text, 24);
            if (!daylight)
                return std::nullopt;
            zone.daylight_ = -*daylight;
        }
        auto const begin = take(text, ',') ? take_yearly(text) : std::nullopt;
        auto const end = take(text, ',') ? take_yearly(text) : std::nullopt;
        if (!begin || !end || !text.empty())
            return std::nullopt;
        zone.daylight_saving_.emplace(*begin, *end);
        return zone;
    }

    /// Whether a zone with this offset may continue with the rules of this one.
    [[nodiscard]] bool knows(std::chrono::seconds offset) const noexcept
    {
        return offset == standard_ || offset == daylight_;
    }

    /// The offset if it is constant.
    [[nodiscard]] std::optional<std::chrono::seconds> fixed_offset() const noexcept
    {
        return daylight_saving_ ? std::nullopt : std::optional{standard_};
    }

    /// All changes after `listed`.
    [[nodiscard]] zone_changes changes_after(std::chrono::sys_seconds listed) const
    {
        if (!daylight_saving_)
            return {};
        auto year = year_of(listed) - std::chrono::years{1}; // its second change may still lie ahead
        return [zone = *this, listed, year, n = std::size_t{0}]() mutable -> std::optional<zone_change> {
            for (; year < year_of(end_of_zones); ++year, n = 0) {
                auto const changes = zone.changes_in(year);
                auto const next_year = zone.changes_in(year + std::chrono::years{1});
                while (n < changes.size()) {
                    auto const c = changes[n++];
                    // A year's second change, moved by days, may fall behind the next year's first one. Then
                    // it never happens, because the offset that the first one sets lasts all year.
                    if (c.at > listed && c.at <= next_year.front().at)
                        return c;
                }
            }
            return std::nullopt;
        };
    }

private:
    static std::chrono::year year_of(std::chrono::sys_seconds t)
    {
        return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(t)}.year();
    }

    /// The begin and end of daylight saving by the rules of a year, in chronological order.
    [[nodiscard]] std::array<zone_change, 2> changes_in(std::chrono::year y) const
    {
        auto changes = std::array{zone_change{daylight_saving_->first.in(y)-standard_, daylight_},
                                  zone_change{daylight_saving_->second.in(y)-daylight_, standard_}};
        if (changes[1].at < changes[0].at)
            std::swap(changes[0], changes[1]);
        return changes;
    }

    /// A yearly change, in the local time before it.
    struct yearly {
        enum class form : std::uint8_t {
            day_without_leap, // 1 to 365; 29 February is never counted
            day,              // 0 to 365
            month_week_day    // the n-th such weekday of a month; 5 is the last
        };
        form kind{};
        int day{}; // of the year, or the weekday
        int week{};
        int month{};
        std::chrono::seconds time{};

        /// The local time of the change in year `y`, in seconds since the epoch.
        [[nodiscard]] std::chrono::sys_seconds in(std::chrono::year y) const
        {
            using namespace std::chrono;
            sys_days d = y / January / 1;
            if (kind == form::day_without_leap) {
                d += days{day - 1 + (y.is_leap() && day > 59 ? 1 : 0)};
            } else if (kind == form::day) {
                d += days{day};
            } else {
                auto const m = y / std::chrono::month{static_cast<unsigned>(month)};
                std::chrono::weekday const wd{static_cast<unsigned>(day)};
                d = week == 5 ? sys_days{m / wd[std::chrono::last]}
                              : sys_days{m / wd[static_cast<unsigned>(week)]};
            }
            return d + time;
        }
    };

    static std::optional<int> take_number(std::string_view& text, int limit)
    {
        auto digit = take_digit(text);
        if (!digit)
            return std::nullopt;
        int n = 0;
        for (; digit && n <= limit; digit = take_digit(text))
            n = 10 * n + *digit;
        return n <= limit ? std::optional{n} : std::nullopt;
    }

    static bool take_name(std::string_view& text)
    {
        if (take(text, '<')) {
            auto const end = text.find('>');
            if (end == text.npos)
                return false;
            text.remove_prefix(end + 1);
            return true;
        }
        auto const is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
        auto const letters = std::find_if_not(text.begin(), text.end(), is_letter) - text.begin();
        text.remove_prefix(static_cast<std::size_t>(letters));
        return letters >= 3;
    }

    /// `[+-]h[h[h]][:mm[:ss]]`
    static std::optional<std::chrono::seconds> take_time(std::string_view& text, int max_hours)
    {
        bool const negative = take(text, '-');
        if (!negative)
            static_cast<void>(take(text, '+'));
        auto const h = take_number(text, max_hours);
        auto const m = h && take(text, ':') ? take_number(text, 59) : h ? std::optional{0} : std::nullopt;
        auto const s = m && take(text, ':') ? take_number(text, 59) : m ? std::optional{0} : std::nullopt;
        if (!s)
            return std::nullopt;
        std::chrono::seconds const t =
            std::chrono::hours{*h} + std::chrono::minutes{*m} + std::chrono::seconds{*s};
        return negative ? -t : t;
    }

    /// `Mm.w.d`, `Jn` or `n`, and an optional `/time`
    static std::optional<yearly> take_yearly(std::string_view& text)
    {
        yearly r;
        auto const read = [&text](int& field, int least, int limit) {
            auto const n = take_number(text, limit);
            field = n.value_or(0);
            return n && *n >= least;
        };
        bool ok = false;
        if (take(text, 'M')) {
            r.kind = yearly::form::month_week_day;
            ok = read(r.month, 1, 12) && take(text, '.') && read(r.week, 1, 5) && take(text, '.') &&
                 read(r.day, 0, 6);
        } else if (take(text, 'J')) {
            r.kind = yearly::form::day_without_leap;
            ok = read(r.day, 1, 365);
        } else {
            r.kind = yearly::form::day;
            ok = read(r.day, 0, 365);
        }
        auto const time = take(text, '/') ? take_time(text, 167)
                                          : std::optional<std::chrono::seconds>{std::chrono::hours{2}};
        if (!ok || !time)
            return std::nullopt;
        r.time = *time;
        return r;
    }

    std::chrono::seconds standard_{};
    std::chrono::seconds daylight_{};
    std::optional<std::pair<yearly, yearly>> daylight_saving_; // begins, ends
};

} // namespace detail
TASKS_END_NAMESPACE
