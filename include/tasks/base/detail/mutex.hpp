// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/assert_unlocked.hpp>
#include <tasks/base/detail/config.hpp>

#include <mutex>

TASKS_BEGIN_NAMESPACE
namespace detail {

#if defined(TASKS_CHECK_LOCKS)

/// The mutex type used throughout the library. It counts, so that `assert_unlocked` notices user code that
/// would run while one is held.
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

#else

using mutex = std::mutex;

#endif

} // namespace detail
TASKS_END_NAMESPACE
