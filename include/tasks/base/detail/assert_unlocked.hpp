// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#if defined(TASKS_CHECK_LOCKS)
#include <cstdio>
#include <exception>
#endif

TASKS_BEGIN_NAMESPACE
namespace detail {

#if defined(TASKS_CHECK_LOCKS)

/// The number of the library's mutexes that this thread holds.
inline constinit thread_local int locks_held = 0;

/// Terminates the process if a lock is held. Called before the library calls, copies, moves or destroys a
/// user object.
inline void assert_unlocked() noexcept
{
    if (locks_held == 0)
        return;
    std::fputs("tasks: user code would run while the library holds a lock\n", stderr);
    std::terminate();
}

#else

inline void assert_unlocked() noexcept {}

#endif

} // namespace detail
TASKS_END_NAMESPACE
