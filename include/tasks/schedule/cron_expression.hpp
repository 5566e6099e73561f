// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/schedule/detail/cron_fields.hpp>
#include <tasks/schedule/detail/cron_parser.hpp>
#include <tasks/schedule/detail/times_of_day.hpp>
#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE

class cron;

/// A cron expression: a set of local times, read from a text such as `30 4 * * MON-FRI`.
///
/// A text has five fields, separated by blanks or tabs: minute, hour, day of the month, month, day of the
/// week. With six fields the first one is for seconds; with seven the last one is for years.
///
/// | field            | values                | also                                                    |
/// | ---------------- | --------------------- | ------------------------------------------------------- |
/// | second, minute   | 0 to 59               |                                                         |
/// | hour             | 0 to 23               | `22-2` wraps                                            |
/// | day of the month | 1 to 31, `?`          | `L` the last, `L-3` three days before it; `15W` Monday  |
/// |                  |                       | to Friday nearest to the 15th, `LW` to the last         |
/// | month            | 1 to 12, `JAN`, `May` | `NOV-FEB` wraps                                         |
/// | day of the week  | 0 to 7, `SUN`, `?`    | `SAT-MON` wraps; `5L` last Friday, `5#2` second Friday  |
/// | year             | 1970 to 2199          |                                                         |
///
/// A field is `*`, a number `a`, a range `a-b`, these with a step (`*/n`, `a-b/n`; `a/n` goes to the end of
/// the field), or a list of these with commas. Names and letters are in any case. 0 and 7 are Sunday. If both
/// day fields are restricted, a match of either suffices; a field that begins with `*` is unrestricted, and
/// then both must match. Instead of fields: `@hourly`, `@daily` or `@midnight`, `@weekly` (Sunday),
/// `@monthly`, `@yearly` or `@annually`.
///
/// A literal type: `"30 4 * * *"_cron` of `tasks::literals` is parsed by the compiler, which rejects a wrong
/// text with its column and the rule. As a schedule it is in UTC; `in()` gives a `cron` in another zone.
///
/// @code
/// using namespace tasks::literals;
/// constexpr auto nightly = "30 4 * * MON-FRI"_cron;
/// tasks::loop backup{io, nightly.in("Europe/Berlin"), [] { … }};
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class cron_expression {
public:
    /// The longest text, without the blanks around it.
    static constexpr std::size_t max_size = detail::max_cron_size;

    /// Reads an expression; blanks, tabs and line ends around it are ignored.
    /// @throws bad_option it is wrong; the message names the column, the field, the value and the rule
    [[nodiscard]] static constexpr cron_expression parse(std::string_view text)
    {
        detail::cron_parser const parser{text};
        auto const& [field, column, value, rule] = parser.mistake();
        detail::refuse_cron(field, column, value, rule, text);
        return cron_expression{parser};
    }

    /// The text as it was written, without blanks around it.
    [[nodiscard]] constexpr std::string_view text() const noexcept { return {text_.data(), size_}; }

    /// What it means, in English: `every 15 minutes from 9:00 to 17:59 on Monday to Friday`.
    [[nodiscard]] std::string describe() const;

    /// Whether the second, minute or hour begins with `*`. Such an expression matches every instant whose
    /// local time matches. Any other is a list of times of day: each of them has one instant on a matching
    /// day, also on a day with a clock change.
    [[nodiscard]] constexpr bool is_wildcard() const noexcept { return fields_.wildcard; }

    /// This expression in a zone, given as a value or by a name for `time_zone::named`.
    /// @throws bad_option there is no such zone
    [[nodiscard]] cron in(std::string_view zone) const;
    [[nodiscard]] cron in(time_zone const& zone) const;

    /// This expression in UTC with a rule for local times that do not exist, or exist more than once, which
    /// is for the zone set later.
    [[nodiscard]] cron when_missing(gap rule) const;
    [[nodiscard]] cron when_repeated(fold rule) const;

    /// The first matching instant in UTC strictly after `after`; see `cron::next`.
    [[nodiscard]] std::optional<time_point> next(time_point after) const;

    /// Whether both match the same, however it is written: `@daily` is `0 0 * * *`.
    friend constexpr bool operator==(cron_expression const& a, cron_expression const& b) noexcept
    {
        return a.fields_ == b.fields_;
    }

private:
    friend class cron;

    constexpr explicit cron_expression(detail::cron_parser const& parser)
        : fields_{parser.fields()}
        , size_{static_cast<std::uint16_t>(parser.expression().size())}
    {
        for (std::size_t i = 0; i < size_; ++i)
            text_[i] = parser.expression()[i];
    }

    detail::cron_fields fields_;
    std::uint16_t size_ = 0;
    std::array<char, max_size> text_{};
};

namespace detail {

template <>
struct times_of_day<cron_expression> {
    [[nodiscard]] static constexpr bool in(cron_expression const& e) noexcept { return !e.is_wildcard(); }
};

} // namespace detail

/// Returns the text as it was written, without blanks around it.
[[nodiscard]] std::string to_string(cron_expression const& expression);

inline namespace literals {

/// Reads a cron expression when the program is compiled. A wrong one does not compile: GCC prints the message
/// of the exception as an argument of `wrong_cron_expression`, clang its parts as arguments of `refuse_cron`.
#if defined(__clang__)
[[nodiscard]] consteval cron_expression operator""_cron(char const* text, std::size_t size)
{
    return cron_expression::parse({text, size});
}
#else
template <detail::literal_text Text>
[[nodiscard]] consteval cron_expression operator""_cron()
{
    if constexpr (constexpr auto mistake = detail::cron_parser{Text.view()}.mistake(); mistake) {
        constexpr auto message = detail::message_of(mistake, Text.view());
        detail::wrong_cron_expression<detail::literal_text<message.size>{message.view()}>::show();
    }
    return cron_expression::parse(Text.view());
}
#endif

} // namespace literals

TASKS_END_NAMESPACE

#include <tasks/schedule/cron.hpp> // what `in()` returns
