// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The length of the UTF-8 sequence with which a non-empty text begins; 0 if it begins with none.
[[nodiscard]] inline std::size_t utf8_sequence(std::string_view text) noexcept
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const first = byte(0);
    if (first < 0x80)
        return 1;
    std::size_t const length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i != length; ++i)
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    bool const too_long = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    bool const no_character = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
    return too_long || no_character ? 0 : length;
}

/// The text with U+FFFD in place of each byte that belongs to no UTF-8 sequence.
[[nodiscard]] inline std::string to_utf8(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        auto const length = utf8_sequence(text);
        result += length == 0 ? std::string_view{"\xEF\xBF\xBD"} : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

} // namespace detail
TASKS_END_NAMESPACE
