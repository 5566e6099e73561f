// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/config.hpp>

#include <cstddef>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Asks for memory that will be needed soon, if it still is an object's. Of a million loops none is in a cache when its time comes.
inline void prefetch([[maybe_unused]] void const* begin, [[maybe_unused]] std::size_t size) noexcept
{
#if defined(__GNUC__)
    constexpr std::size_t cache_line = 64;
    for (std::size_t at = 0; at < size; at += cache_line)
        __builtin_prefetch(static_cast<std::byte const*>(begin) + at);
    __builtin_prefetch(static_cast<std::byte const*>(begin) + size - 1);
#endif
}

} // namespace detail
TASKS_END_NAMESPACE
