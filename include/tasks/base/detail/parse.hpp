// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Appends user text to a message in quotes, on one line whatever it contains, and truncates it.
template <class Out>
constexpr void append_quoted(Out& out, std::string_view text)
{
    constexpr std::size_t limit = 64;
    constexpr char const* hex = "0123456789abcdef";
    out += '"';
    for (char const c : text.substr(0, limit)) {
        auto const code = static_cast<unsigned char>(c);
        if (code >= 0x20 && code != 0x7f) {
            out += c;
        } else {
            out += "\\x";
            out += hex[code >> 4];
            out += hex[code & 15];
        }
    }
    out += text.size() > limit ? "...\"" : "\"";
}

/// User text as `append_quoted` prints it.
[[nodiscard]] inline std::string quoted(std::string_view text)
{
    std::string out;
    append_quoted(out, text);
    return out;
}

/// The text without the blanks, tabs and line ends around it.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view ignored = " \t\r\n";
    auto const begin = text.find_first_not_of(ignored);
    return begin == text.npos ? std::string_view{}
                              : text.substr(begin, text.find_last_not_of(ignored) - begin + 1);
}

/// Removes `c` from the front of `text` if it is there.
[[nodiscard]] inline bool take(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c)
        return false;
    text.remove_prefix(1);
    return true;
}

/// Removes a decimal digit from the front of `text` if there is one. Does not depend on the locale.
[[nodiscard]] inline std::optional<int> take_digit(std::string_view& text)
{
    if (text.empty() || text.front() < '0' || text.front() > '9')
        return std::nullopt;
    int const digit = text.front() - '0';
    text.remove_prefix(1);
    return digit;
}

[[nodiscard]] inline std::optional<int> take_two_digits(std::string_view& text)
{
    auto rest = text;
    auto const tens = take_digit(rest);
    auto const ones = take_digit(rest);
    if (!tens || !ones)
        return std::nullopt;
    text = rest;
    return 10 * *tens + *ones;
}

/// Prints a non-negative duration below 100 hours as `HH:MM`, followed by `:SS` unless the seconds are zero.
[[nodiscard]] inline std::string clock_text(std::chrono::seconds d)
{
    auto const two_digits = [](auto n) {
        return std::string{static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)};
    };
    auto const s = d.count();
    auto out = two_digits(s / 3600) + ":" + two_digits(s / 60 % 60);
    if (s % 60 != 0)
        out += ":" + two_digits(s % 60);
    return out;
}

} // namespace detail
TASKS_END_NAMESPACE
