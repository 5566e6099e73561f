// SPDX-License-Identifier: MIT
#pragma once

// Counts the allocations of this thread, and makes some of them fail. Requires that one file of the program
// includes counting_allocations.hpp.

#include <cstddef>
#include <limits>
#include <utility>

namespace test {

namespace counted {
inline thread_local std::size_t allocations = 0;
inline thread_local std::size_t until_failure =
    std::numeric_limits<std::size_t>::max(); ///< number that still succeed
inline thread_local std::size_t failures_left = 0;
inline thread_local std::size_t failed = 0;
inline thread_local bool exempt = false;

/// Counts an allocation. Returns whether it must fail.
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

/// The number of allocations of this thread.
[[nodiscard]] inline std::size_t allocations() noexcept
{
    return counted::allocations;
}

/// During its lifetime, `how_many` allocations of this thread fail in a row, from the k-th on (counted
/// from 1).
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

    /// The number of failed allocations.
    [[nodiscard]] std::size_t failed() const noexcept { return counted::failed; }
};

/// During its lifetime, allocations of this thread succeed, and are not counted among those that may fail.
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
