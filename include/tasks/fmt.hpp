// SPDX-License-Identifier: MIT
#pragma once

/// Formats schedules, times, zones, enumerations and loops with fmt (9 or newer). If the standard library has
/// `<format>`, also with `std::format`. Opt-in: no other header includes fmt.

#include <tasks/loop/text.hpp>
#include <tasks/tasks.hpp>

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <type_traits>

#if defined(__cpp_lib_format)
#include <format>
#endif

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class T>
inline constexpr bool has_text = std::derived_from<T, loop_base>;
// clang-format off
template <> inline constexpr bool has_text<schedule> = true;
template <> inline constexpr bool has_text<fixed_delay> = true;
template <> inline constexpr bool has_text<on_trigger_t> = true;
template <> inline constexpr bool has_text<day_at> = true;
template <> inline constexpr bool has_text<cron> = true;
template <> inline constexpr bool has_text<cron_expression> = true;
template <> inline constexpr bool has_text<once> = true;
template <> inline constexpr bool has_text<aligned> = true;
template <> inline constexpr bool has_text<spans> = true;
template <> inline constexpr bool has_text<weekdays> = true;
template <> inline constexpr bool has_text<between> = true;
template <> inline constexpr bool has_text<dates> = true;
template <> inline constexpr bool has_text<months> = true;
template <> inline constexpr bool has_text<since> = true;
template <> inline constexpr bool has_text<until> = true;
template <> inline constexpr bool has_text<time_of_day> = true;
template <> inline constexpr bool has_text<time_zone> = true;
template <> inline constexpr bool has_text<missed> = true;
template <> inline constexpr bool has_text<overlap> = true;
template <> inline constexpr bool has_text<exit_reason> = true;
template <> inline constexpr bool has_text<decision> = true;
template <> inline constexpr bool has_text<miss_cause> = true;
template <> inline constexpr bool has_text<outcome> = true;
template <> inline constexpr bool has_text<hook> = true;
template <> inline constexpr bool has_text<cause> = true;
template <> inline constexpr bool has_text<iteration> = true;
template <> inline constexpr bool has_text<loop_state> = true;
template <> inline constexpr bool has_text<on_error> = true;
// clang-format on

/// Defined in this namespace because fmt's own `to_string` is not a candidate here.
template <class T>
[[nodiscard]] std::string text_of(T const& value)
{
    return std::string{to_string(value)};
}

} // namespace detail
TASKS_END_NAMESPACE

/// Accepts the format specifications of strings: `{:>20}`.
template <class T>
    requires tasks::detail::has_text<T>
struct fmt::formatter<T, char> : fmt::formatter<fmt::string_view, char> {
    template <class Context>
    auto format(T const& value, Context& context) const
    {
        auto const text = tasks::detail::text_of(value);
        return fmt::formatter<fmt::string_view, char>::format(fmt::string_view{text}, context);
    }
};

#if defined(__cpp_lib_format)
template <class T>
    requires tasks::detail::has_text<T>
struct std::formatter<T, char> : std::formatter<std::string_view, char> {
    template <class Context>
    auto format(T const& value, Context& context) const
    {
        auto const text = tasks::detail::text_of(value);
        return std::formatter<std::string_view, char>::format(std::string_view{text}, context);
    }
};
#endif
