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

/// How many of the library's mutexes this thread holds.
inline constinit thread_local int locks_held = 0;

/// Stands wherever the library calls, copies, moves or destroys something that belongs to the user. Ends the process if this thread holds a
/// mutex of the library.
inline void assert_unlocked() noexcept
{
    if (locks_held == 0)
        return;
    std::fputs("tasks: user code is entered while a lock of the library is held\n", stderr);
    std::terminate();
}

#else

inline void assert_unlocked() noexcept {}

#endif

} // namespace detail
TASKS_END_NAMESPACE
