// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/cron_fields.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The longest cron expression.
inline constexpr std::size_t max_cron_size = 511;

/// The names of the days of the week and of the months.
inline constexpr std::array<std::string_view, 7> weekday_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                               "Thursday", "Friday", "Saturday"};
inline constexpr std::array<std::string_view, 12> month_names{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

enum class cron_field_kind : std::uint8_t { number, day, month, weekday, year };

/// What a field of a cron expression may be.
struct cron_field {
    cron_field_kind what;
    char const* name;
    int least, most;
    bool wraps;        ///< a range may go on from the beginning
    char const* range; ///< the rules, for messages
    char const* form;
    std::span<std::string_view const> names{};
};

inline constexpr char const* plain_cron_form = "must be *, a, a-b, */n, a/n or a-b/n, or a list of these";

// clang-format off
inline constexpr cron_field cron_second{
    cron_field_kind::number, "second", 0, 59, false, "must be 0 to 59", plain_cron_form};
inline constexpr cron_field cron_minute{
    cron_field_kind::number, "minute", 0, 59, false, "must be 0 to 59", plain_cron_form};
inline constexpr cron_field cron_hour{
    cron_field_kind::number, "hour", 0, 23, true, "must be 0 to 23", plain_cron_form};
inline constexpr cron_field cron_day{
    cron_field_kind::day, "day of the month", 1, 31, false, "must be 1 to 31",
    "must be *, a, a-b, */n, a/n, a-b/n, L, L-n, nW or LW, or a list of these, or ? alone"};
inline constexpr cron_field cron_month{
    cron_field_kind::month, "month", 1, 12, true, "must be 1 to 12, or a name such as JAN or January",
    plain_cron_form, month_names};
inline constexpr cron_field cron_weekday{
    cron_field_kind::weekday, "day of the week", 0, 6, true,
    "must be 0 to 7, where 0 and 7 are Sunday, or a name such as MON or Monday",
    "must be *, a, a-b, */n, a/n, a-b/n, nL or n#k, or a list of these, or ? alone", weekday_names};
inline constexpr cron_field cron_year{
    cron_field_kind::year, "year", first_cron_year, last_cron_year, false, "must be 1970 to 2199",
    plain_cron_form};
// clang-format on

} // namespace detail
TASKS_END_NAMESPACE
