// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The years that a cron expression may name.
inline constexpr int first_cron_year = 1970;
inline constexpr int last_cron_year = 2199;

/// A set of small numbers, large enough for the years that a cron expression may name.
struct cron_numbers {
    std::array<std::uint64_t, 4> words{};

    static constexpr std::uint64_t bit(int n) { return std::uint64_t{1} << (n % 64); }

    constexpr void insert(int n) { words[static_cast<std::size_t>(n) / 64] |= bit(n); }

    [[nodiscard]] constexpr bool contains(int n) const
    {
        return (words[static_cast<std::size_t>(n) / 64] & bit(n)) != 0;
    }

    friend constexpr bool operator==(cron_numbers const&, cron_numbers const&) = default;
};

/// What a cron expression matches, as sets of bits. Bit n of a set is the number n unless it says otherwise.
struct cron_fields {
    static constexpr std::uint32_t every_day = 0xffff'fffe;
    static constexpr std::uint8_t every_weekday = 0x7f;
    static constexpr std::uint16_t every_month = 0x1ffe;

    std::uint64_t seconds = 1;
    std::uint64_t minutes = 0;
    std::uint32_t hours = 0;

    std::uint32_t days = 0;
    std::uint32_t days_from_end = 0;    ///< bit 31 is the last day of a month, bit 30 the day before it, …
    std::uint32_t nearest_weekdays = 0; ///< bit n: Monday to Friday next to day n; bit 0: to the last day
    std::uint8_t weekdays = 0;          ///< bit 0 is Sunday
    std::uint8_t last_weekdays = 0;     ///< the last such days of a month
    std::array<std::uint8_t, 5> nth_weekdays{}; ///< the first such days of a month, the second, …
    bool either_day = false; ///< a match of the day of the month or of the day of the week suffices

    bool plain_days = true; ///< no day of the month has an L or W, no day of the week an L or #

    std::uint16_t months = 0;
    cron_numbers years{}; ///< counted from `first_cron_year`
    bool every_year = true;
    bool every_date = false; ///< all four fields of a date match everything

    bool wildcard = false; ///< matches every instant with such a local time; otherwise one for each such time

    friend constexpr bool operator==(cron_fields const&, cron_fields const&) = default;
};

} // namespace detail
TASKS_END_NAMESPACE
