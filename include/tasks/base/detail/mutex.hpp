// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <mutex>

#if defined(TASKS_CHECK_LOCKS)
#include <cstdio>
#include <exception>
#endif

TASKS_BEGIN_NAMESPACE
namespace detail {

#if defined(TASKS_CHECK_LOCKS)

/// How many of the library's mutexes this thread holds.
inline constinit thread_local int locks_held = 0;

/// The mutex of every lock in the library. No code of the user's runs while one is held, because that code may call the library.
class mutex {
public:
    void lock()
    {
        mutex_.lock();
        ++locks_held;
    }
    void unlock()
    {
        --locks_held;
        mutex_.unlock();
    }

private:
    std::mutex mutex_;
};

/// Called where the library is about to call, copy, move or destroy something of the user's: ends the process if a lock is held.
inline void assert_unlocked() noexcept
{
    if (locks_held == 0)
        return;
    std::fputs("tasks: user code is entered while a lock of the library is held\n", stderr);
    std::terminate();
}

#else

using mutex = std::mutex;

inline void assert_unlocked() noexcept {}

#endif

} // namespace detail
TASKS_END_NAMESPACE
