// SPDX-License-Identifier: MIT
#pragma once

// How many allocations this thread makes, and how to have some of them fail. Works in programs of which one
// file includes counting_allocations.hpp.

#include <cstddef>
#include <limits>
#include <utility>

namespace test {

namespace counted {
inline thread_local std::size_t allocations = 0;
inline thread_local std::size_t until_failure =
    std::numeric_limits<std::size_t>::max(); ///< how many still succeed
inline thread_local std::size_t failures_left = 0;
inline thread_local std::size_t failed = 0;
inline thread_local bool exempt = false;

/// Counts an allocation; whether it must fail.
[[nodiscard]] inline bool fails() noexcept
{
    ++allocations;
    if (exempt || failures_left == 0)
        return false;
    if (until_failure != 0) {
        --until_failure;
        return false;
    }
    --failures_left;
    ++failed;
    return true;
}
} // namespace counted

/// How many allocations this thread has made.
[[nodiscard]] inline std::size_t allocations() noexcept
{
    return counted::allocations;
}

/// While it lives, allocations of this thread fail from the k-th on (counted from 1), so many in a row.
class failing_allocations {
public:
    failing_allocations(std::size_t k, std::size_t how_many) noexcept
    {
        counted::until_failure = k - 1;
        counted::failures_left = how_many;
        counted::failed = 0;
    }
    failing_allocations(failing_allocations const&) = delete;
    failing_allocations& operator=(failing_allocations const&) = delete;
    ~failing_allocations() { counted::failures_left = 0; }

    /// How many have failed.
    [[nodiscard]] std::size_t failed() const noexcept { return counted::failed; }
};

/// While it lives, allocations of this thread succeed, and do not count among those that might have failed.
class enough_memory {
public:
    enough_memory() noexcept
        : former_{std::exchange(counted::exempt, true)}
    {
    }
    enough_memory(enough_memory const&) = delete;
    enough_memory& operator=(enough_memory const&) = delete;
    ~enough_memory() { counted::exempt = former_; }

private:
    bool former_;
};

} // namespace test
