// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <cstddef>
#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Prefetches memory that will be needed soon, because with a million loops a due one is in no cache.
///
/// Computes with addresses instead of pointers, because the object may no longer exist.
inline void prefetch([[maybe_unused]] void const* begin, [[maybe_unused]] std::size_t size) noexcept
{
#if defined(__GNUC__)
    constexpr std::size_t cache_line = 64;
    auto const first = reinterpret_cast<std::uintptr_t>(begin);
    for (std::size_t at = 0; at < size; at += cache_line)
        __builtin_prefetch(reinterpret_cast<void const*>(first + at));
    __builtin_prefetch(reinterpret_cast<void const*>(first + size - 1));
#endif
}

} // namespace detail
TASKS_END_NAMESPACE
