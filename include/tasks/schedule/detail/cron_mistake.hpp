// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/parse.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// What is wrong with a cron expression: the value that breaks a rule, and where it is.
struct cron_mistake {
    char const* field = nullptr; ///< null: nothing is wrong
    std::size_t column = 0;      ///< from 1
    std::string_view value{};
    char const* rule = nullptr;

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return field != nullptr; }
};

/// A text as a template argument.
template <std::size_t Size>
struct literal_text {
    char text[Size + 1]{};

    constexpr explicit(false) literal_text(char const (&literal)[Size + 1])
        : literal_text{std::string_view{literal, Size}}
    {
    }
    constexpr explicit literal_text(std::string_view s) { std::copy_n(s.data(), Size, text); }

    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, Size}; }
};
template <std::size_t N>
literal_text(char const (&)[N]) -> literal_text<N - 1>;

/// A message, which can be composed by a compiler; long enough for each.
struct cron_message {
    char text[1024]{};
    std::size_t size = 0;

    constexpr cron_message& operator+=(char c)
    {
        text[size++] = c;
        return *this;
    }

    constexpr cron_message& operator+=(std::string_view s)
    {
        for (char const c : s)
            *this += c;
        return *this;
    }

    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, size}; }
};

/// The message of the exception for a mistake in `text`.
[[nodiscard]] constexpr cron_message message_of(cron_mistake const& mistake, std::string_view text)
{
    cron_message message;
    message += "tasks: cron ";
    append_quoted(message, text);
    message += ": column ";
    std::size_t power = 1;
    while (mistake.column / power >= 10)
        power *= 10;
    for (; power != 0; power /= 10)
        message += static_cast<char>('0' + mistake.column / power % 10);
    message += " (";
    message += std::string_view{mistake.field};
    message += "), ";
    append_quoted(message, mistake.value);
    message += ": ";
    message += std::string_view{mistake.rule};
    return message;
}

/// @throws bad_option always
[[noreturn]] void throw_cron_mistake(cron_mistake const& mistake, std::string_view text);

/// Throws the exception for a mistake. In a constant expression that is impossible, and clang prints the
/// arguments of this call, the words of the message one by one.
constexpr void refuse_cron(char const* field, std::size_t column, std::string_view value, char const* rule,
                           std::string_view text)
{
    if (field != nullptr)
        throw_cron_mistake({field, column, value, rule}, text);
}

/// Named in the errors of a wrong literal, because GCC prints the message, which is a template argument.
template <literal_text Message>
struct wrong_cron_expression {
    static_assert(Message.view().empty(), "tasks: wrong cron expression; the argument says why");
    static constexpr void show() {}
};

} // namespace detail
TASKS_END_NAMESPACE
