// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/cron_field.hpp>
#include <tasks/schedule/detail/cron_fields.hpp>
#include <tasks/schedule/detail/cron_mistake.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Reads a cron expression (rule 46). It stops at the first mistake and keeps it instead of throwing, so that
/// a literal can show it to the compiler.
class cron_parser {
public:
    constexpr explicit cron_parser(std::string_view text)
        : text_{text}
        , expression_{trimmed(text)}
    {
        if (expression_.empty())
            refuse("expression", text_, "is empty; an expression has 5 to 7 fields");
        else if (expression_.size() > max_cron_size)
            refuse("expression", expression_, "must not be longer than 511 characters");
        else if (expression_.starts_with("TZ=") || expression_.starts_with("CRON_TZ="))
            refuse("expression", expression_,
                   "must not begin with a zone; write cron(...).in(\"Zone\"), or use parse_schedule");
        else if (expression_.front() == '@')
            parse_macro();
        else
            parse_fields();
    }

    /// The text without the blanks, tabs and line ends around it.
    [[nodiscard]] constexpr std::string_view expression() const noexcept { return expression_; }

    /// What the expression matches, if there is no mistake.
    [[nodiscard]] constexpr cron_fields const& fields() const noexcept { return fields_; }

    [[nodiscard]] constexpr cron_mistake const& mistake() const noexcept { return mistake_; }

private:
    using kind = cron_field_kind;

    /// Keeps a mistake, and returns false. `value` is a part of the text.
    constexpr bool refuse(char const* name, std::string_view value, char const* rule)
    {
        mistake_ = {name, static_cast<std::size_t>(value.data() - text_.data()) + 1, value, rule};
        return false;
    }

    constexpr void parse_macro()
    {
        struct macro {
            std::string_view name, meaning;
        };
        constexpr std::array<macro, 7> macros{{{"@hourly", "0 * * * *"},
                                               {"@daily", "0 0 * * *"},
                                               {"@midnight", "0 0 * * *"},
                                               {"@weekly", "0 0 * * 0"},
                                               {"@monthly", "0 0 1 * *"},
                                               {"@yearly", "0 0 1 1 *"},
                                               {"@annually", "0 0 1 1 *"}}};
        for (auto const& m : macros)
            if (same(expression_, m.name)) {
                fields_ = cron_parser{m.meaning}.fields();
                return;
            }
        auto const word = expression_.substr(0, expression_.find_first_of(" \t"));
        if (same(word, "@every"))
            refuse("macro", expression_,
                   "is an interval; write a duration such as 5min, or use parse_schedule");
        else if (same(word, "@reboot"))
            refuse("macro", expression_, "is no time; start or call the loop when the program starts");
        else
            refuse("macro", expression_,
                   "must be @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually, alone");
    }

    constexpr void parse_fields()
    {
        constexpr char const* rule = "must have 5 fields: minute, hour, day of the month, month, day of the "
                                     "week; or 6: seconds first; or 7: years last";
        std::array<std::string_view, 7> parts{};
        std::size_t n = 0;
        for (auto rest = expression_; !rest.empty();) {
            if (n == parts.size()) {
                refuse("expression", rest, rule);
                return;
            }
            auto const size = (std::min)(rest.find_first_of(" \t"), rest.size());
            parts[n++] = rest.substr(0, size);
            rest.remove_prefix((std::min)(rest.find_first_not_of(" \t", size), rest.size()));
        }
        if (n < 5) {
            refuse("expression", expression_, rule);
            return;
        }

        std::string_view const seconds = n == 5 ? "0" : parts[0];
        auto const* const five = parts.data() + (n == 5 ? 0 : 1);
        cron_numbers second_set, minute_set, hour_set, day_set, month_set, weekday_set;
        if (!parse_list(cron_second, seconds, second_set) || !parse_list(cron_minute, five[0], minute_set) ||
            !parse_list(cron_hour, five[1], hour_set) || !parse_list(cron_day, five[2], day_set) ||
            !parse_list(cron_month, five[3], month_set) || !parse_list(cron_weekday, five[4], weekday_set) ||
            (n == 7 && !parse_list(cron_year, parts[6], fields_.years)))
            return;
        fields_.seconds = second_set.words[0];
        fields_.minutes = minute_set.words[0];
        fields_.hours = static_cast<std::uint32_t>(hour_set.words[0]);
        fields_.days = static_cast<std::uint32_t>(day_set.words[0]);
        fields_.months = static_cast<std::uint16_t>(month_set.words[0]);
        fields_.weekdays = static_cast<std::uint8_t>(weekday_set.words[0]);
        fields_.every_year = n != 7;
        fields_.wildcard = seconds.front() == '*' || five[0].front() == '*' || five[1].front() == '*';
        auto const restricts = [](std::string_view part) { return part.front() != '*' && part != "?"; };
        fields_.either_day = restricts(five[2]) && restricts(five[4]);
        simplify();
    }

    /// Drops what changes nothing, so that expressions with the same meaning compare equal. Sets the flags
    /// that make a search short.
    constexpr void simplify()
    {
        auto& f = fields_;
        if (f.either_day && (f.days == cron_fields::every_day || f.weekdays == cron_fields::every_weekday)) {
            f.days = cron_fields::every_day;
            f.weekdays = cron_fields::every_weekday;
            f.either_day = false;
        }
        if (f.days == cron_fields::every_day)
            f.days_from_end = f.nearest_weekdays = 0;
        auto const others = static_cast<std::uint8_t>(~f.weekdays);
        f.last_weekdays &= others;
        for (auto& weekdays : f.nth_weekdays)
            weekdays &= others;
        f.plain_days = f.days_from_end == 0 && f.nearest_weekdays == 0 && f.last_weekdays == 0 &&
                       f.nth_weekdays == std::array<std::uint8_t, 5>{};
        f.every_date = f.days == cron_fields::every_day && f.weekdays == cron_fields::every_weekday &&
                       f.months == cron_fields::every_month && f.every_year;
    }

    constexpr bool parse_list(cron_field const& f, std::string_view list, cron_numbers& numbers)
    {
        if (list == "?" && (f.what == kind::day || f.what == kind::weekday))
            list = "*";
        for (auto rest = list;;) {
            auto const item = rest.substr(0, rest.find(','));
            if (item.empty())
                return refuse(f.name, list, "must not have an empty entry in its list");
            if (!parse_item(f, item, numbers))
                return false;
            if (item.size() == rest.size())
                return true;
            rest.remove_prefix(item.size() + 1);
        }
    }

    constexpr bool parse_item(cron_field const& f, std::string_view item, cron_numbers& numbers)
    {
        auto rest = item;
        if (f.what == kind::day && take_letter(rest, 'l'))
            return parse_last_day(item, rest);
        int first = f.least;
        int last = f.most;
        if (!take(rest, '*')) {
            if (!parse_value(f, item, rest, first))
                return false;
            if (f.what == kind::day && take_letter(rest, 'w')) {
                fields_.nearest_weekdays |= 1u << first;
                return expect_end(f, rest);
            }
            if (f.what == kind::weekday) {
                first %= 7;
                if (take_letter(rest, 'l')) {
                    fields_.last_weekdays |= static_cast<std::uint8_t>(1u << first);
                    return expect_end(f, rest);
                }
                if (take(rest, '#'))
                    return parse_nth_weekday(item, rest, first);
            }
            if (take(rest, '-')) {
                auto const end = rest;
                if (!parse_value(f, item, rest, last))
                    return false;
                if (last < first && !f.wraps)
                    return refuse(f.name, end,
                                  "must not end a range below its beginning; only hours, months and days of "
                                  "the week wrap");
                if (last < first)
                    last += f.most - f.least + 1;
            } else if (rest.empty() || rest.front() != '/') {
                last = first;
            }
        }
        int step = 1;
        if (take(rest, '/')) {
            auto const number = rest;
            step = take_number(rest);
            if (step < 1)
                return refuse(f.name, number.empty() ? item : number,
                              "must have a number from 1 as its step");
        }
        if (!expect_end(f, rest))
            return false;
        auto const origin = f.what == kind::year ? 0 : f.least;
        for (auto n = first; n <= last; n += step)
            numbers.insert((n - f.least) % (f.most - f.least + 1) + origin);
        return true;
    }

    /// What follows the L in `L`, `LW`, `L-n`.
    constexpr bool parse_last_day(std::string_view item, std::string_view rest)
    {
        if (take_letter(rest, 'w')) {
            fields_.nearest_weekdays |= 1;
        } else {
            int before = 0;
            if (take(rest, '-')) {
                before = take_number(rest);
                if (before < 1 || before > 30)
                    return refuse(cron_day.name, item, "must be L-1 to L-30");
            }
            fields_.days_from_end |= 1u << (31 - before);
        }
        return expect_end(cron_day, rest);
    }

    /// What follows the # in `n#k`.
    constexpr bool parse_nth_weekday(std::string_view item, std::string_view rest, int n)
    {
        auto const nth = take_number(rest);
        if (nth < 1 || nth > 5)
            return refuse(cron_weekday.name, item, "must have a number from 1 to 5 after #");
        fields_.nth_weekdays[static_cast<std::size_t>(nth) - 1] |= static_cast<std::uint8_t>(1u << n);
        return expect_end(cron_weekday, rest);
    }

    constexpr bool expect_end(cron_field const& f, std::string_view rest)
    {
        return rest.empty() || refuse(f.name, rest, f.form);
    }

    /// A number or a name at the front of `rest`, which is a part of `item`.
    constexpr bool parse_value(cron_field const& f, std::string_view item, std::string_view& rest, int& value)
    {
        auto const from = rest;
        value = take_name(f, rest);
        if (value < 0)
            value = take_number(rest);
        if (value < 0)
            return refuse(f.name, item, f.names.empty() ? f.form : f.range);
        if (value < f.least || value > (f.what == kind::weekday ? 7 : f.most))
            return refuse(f.name, from.substr(0, from.size() - rest.size()), f.range);
        return true;
    }

    static constexpr char lower(char c)
    {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }

    static constexpr bool same(std::string_view a, std::string_view b)
    {
        if (a.size() != b.size())
            return false;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (lower(a[i]) != lower(b[i]))
                return false;
        return true;
    }

    static constexpr bool take(std::string_view& text, char c)
    {
        if (text.empty() || text.front() != c)
            return false;
        text.remove_prefix(1);
        return true;
    }

    static constexpr bool take_letter(std::string_view& text, char lower_case)
    {
        return !text.empty() && lower(text.front()) == lower_case && take(text, text.front());
    }

    static constexpr bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

    /// The number of the name at the front of the text, whole or three letters; -1 if there is none.
    static constexpr int take_name(cron_field const& f, std::string_view& rest)
    {
        for (std::size_t i = 0; i < f.names.size(); ++i)
            for (auto const name : {f.names[i], f.names[i].substr(0, 3)}) {
                if (!same(rest.substr(0, name.size()), name))
                    continue;
                auto const after = rest.substr(name.size());
                bool const is_last = f.what == kind::weekday && !after.empty() && lower(after.front()) == 'l';
                if (!after.empty() && is_letter(after.front()) && !is_last)
                    continue;
                rest = after;
                return f.least + static_cast<int>(i);
            }
        return -1;
    }

    /// The decimal number at the front of the text; -1 if there is none. A large one is cut.
    static constexpr int take_number(std::string_view& rest)
    {
        constexpr int large = 100'000;
        auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
        if (rest.empty() || !is_digit(rest.front()))
            return -1;
        int n = 0;
        for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1))
            n = n < large ? 10 * n + (rest.front() - '0') : n;
        return n;
    }

    std::string_view text_;
    std::string_view expression_;
    cron_fields fields_{};
    cron_mistake mistake_{};
};

} // namespace detail
TASKS_END_NAMESPACE
