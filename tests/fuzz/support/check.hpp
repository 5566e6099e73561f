// SPDX-License-Identifier: MIT
#pragma once

// Shared by the fuzz targets: converts the input to text, and aborts on a broken promise.

#include <tasks/base/detail/parse.hpp>
#include <tasks/base/errors.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

/// Tests one input. Called by libFuzzer, and by the replay of the corpus. The parameters must not be changed.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace fuzz {

inline std::string_view text(std::uint8_t const* data, std::size_t size)
{
    return {reinterpret_cast<char const*>(data), size};
}

/// Aborts, which a fuzzer detects, unless the condition holds for this text.
inline void require(bool kept, char const* promise, std::string_view text)
{
    if (kept)
        return;
    std::fprintf(stderr, "broken: %s\n  text: %s\n", promise, tasks::detail::quoted(text).c_str());
    std::abort();
}

/// Returns the parser's result; nothing if it rejects the text in the documented way.
template <class Parser>
auto parsed(Parser parser, std::string_view text) -> std::optional<decltype(parser(text))>
{
    try {
        return parser(text);
    } catch (tasks::bad_option const& e) {
        std::string_view const message = e.what();
        auto const unprintable = [](char c) {
            auto const code = static_cast<unsigned char>(c);
            return code < 0x20 || code == 0x7f;
        };
        require(message.starts_with("tasks: "), "a refusal says whose it is", text);
        require(message.find(tasks::detail::quoted(text)) != message.npos, "a refusal quotes the text", text);
        require(std::none_of(message.begin(), message.end(), unprintable), "a refusal is one line", text);
        return std::nullopt;
    } catch (std::exception const& e) {
        std::fprintf(stderr, "%s\n", e.what());
        require(false, "a refusal is a bad_option", text);
        throw;
    }
}

} // namespace fuzz
