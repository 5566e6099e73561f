// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/parse.hpp>
#include <tasks/schedule/cron.hpp>
#include <tasks/schedule/detail/duration_parser.hpp>
#include <tasks/schedule/schedule.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Reads a schedule (rule 52).
class schedule_parser {
public:
    explicit schedule_parser(std::string_view text)
        : text_{text}
        , written_{trimmed(text)}
    {
    }

    [[nodiscard]] schedule parse() const
    {
        check_characters();
        if (written_.empty())
            refuse(text_, "is empty; a schedule is a duration such as 90s, or a cron expression");
        if (begins_with_every(written_))
            return interval(after_word(written_));
        for (std::string_view const prefix : {"TZ=", "CRON_TZ="})
            if (written_.starts_with(prefix))
                return cron_in_zone(written_.substr(prefix.size()));
        return may_be_duration(written_) ? interval(written_) : schedule{cron_of(written_)};
    }

private:
    static constexpr std::string_view blanks = " \t";

    [[nodiscard]] static std::string_view first_word(std::string_view text)
    {
        return text.substr(0, text.find_first_of(blanks));
    }
    /// What follows the first word and the blanks behind it.
    [[nodiscard]] static std::string_view after_word(std::string_view text)
    {
        auto const rest = text.substr(first_word(text).size());
        return rest.substr((std::min)(rest.size(), rest.find_first_not_of(blanks)));
    }

    /// `every` is what `to_string` says; `@every` is written in any case.
    [[nodiscard]] static bool begins_with_every(std::string_view text)
    {
        constexpr std::string_view macro = "@every";
        auto const word = first_word(text);
        auto const same = [](char a, char lower) {
            return a == lower || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == lower);
        };
        return word == macro.substr(1) ||
               std::equal(word.begin(), word.end(), macro.begin(), macro.end(), same);
    }

    /// Whether a text is read as a duration, because it is one word and no macro.
    [[nodiscard]] static bool may_be_duration(std::string_view text)
    {
        return first_word(text).size() == text.size() && !text.starts_with('@');
    }

    [[nodiscard]] std::size_t position(std::string_view part) const
    {
        return static_cast<std::size_t>(part.data() - text_.data());
    }
    [[nodiscard]] std::string place_of(std::string_view part) const
    {
        return "tasks: schedule " + quoted(text_) + ": column " + std::to_string(position(part) + 1) + ", ";
    }
    [[noreturn]] void refuse(std::string_view part, char const* rule) const
    {
        throw bad_option{place_of(part) + quoted(part) + ": " + rule};
    }

    void check_characters() const
    {
        auto const belongs = [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; };
        auto const begin = std::find_if_not(written_.begin(), written_.end(), belongs);
        auto const end = std::find_if(begin, written_.end(), belongs); // a character may have several bytes
        if (begin != end)
            refuse(written_.substr(static_cast<std::size_t>(begin - written_.begin()),
                                   static_cast<std::size_t>(end - begin)),
                   "only printable ASCII characters, blanks and tabs may be in a schedule");
    }

    [[nodiscard]] schedule interval(std::string_view text) const
    {
        duration_parser const parser{text};
        if (auto const& mistake = parser.mistake())
            refuse(mistake->value, mistake->rule);
        return parser.duration();
    }

    [[nodiscard]] cron cron_of(std::string_view expression) const
    {
        if (auto mistake = cron_parser{expression}.mistake()) {
            mistake.column += position(expression);
            throw_cron_mistake(mistake, text_);
        }
        return cron{expression};
    }

    /// @param text what follows `TZ=`
    [[nodiscard]] schedule cron_in_zone(std::string_view text) const
    {
        auto const zone = zone_named(first_word(text));
        auto const expression = after_word(text);
        if (may_be_duration(expression) || begins_with_every(expression))
            refuse(expression, "a cron expression must follow the zone, because an interval has none");
        return cron_of(expression).in(zone);
    }

    [[nodiscard]] time_zone zone_named(std::string_view name) const
    {
        try {
            return time_zone::named(name);
        } catch (bad_option const& e) {
            std::string_view const message = e.what();
            constexpr std::string_view own = "tasks: ";
            throw bad_option{place_of(name) +
                             std::string{message.substr(message.starts_with(own) ? own.size() : 0)}};
        }
    }

    std::string_view text_;
    std::string_view written_; ///< without the blanks around it
};

} // namespace detail
TASKS_END_NAMESPACE
