// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE

class spans;

namespace detail {

/// The text of a value, in parentheses if it would not read as one operand, such as that of a cron
/// expression: it begins with something other than a name, or has an operator or a comma outside of
/// parentheses.
[[nodiscard]] inline std::string operand_text(std::string text)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    bool plain = !text.empty() && letters.find(text.front()) != letters.npos;
    int depth = 0;
    for (char const c : text) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth == 0 && std::string_view{"&|*=,"}.find(c) != std::string_view::npos)
            plain = false;
    }
    return plain ? text : '(' + text + ')';
}

/// The text of spans as an operand of a union, or of an operator that binds more.
[[nodiscard]] std::string operand_text(spans const& s, bool of_union);

} // namespace detail
TASKS_END_NAMESPACE
