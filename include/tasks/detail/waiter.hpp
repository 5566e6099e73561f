// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/moment.hpp>

#include <cstddef>
#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Something that waits in a timer queue; embedded in the waiting object, so that to wait needs no memory.
class waiter {
public:
    waiter() noexcept = default;
    waiter(waiter const&) = delete;
    waiter& operator=(waiter const&) = delete;

protected:
    virtual ~waiter() = default;

private:
    friend class calendar;
    friend class timer_queue;

    /// The wait is over. Called once per wait, with no lock held.
    virtual void ready() noexcept = 0;
    /// The execution context is going away and the wait will never be over. Called with no lock held.
    virtual void discard() noexcept = 0;

    /// `ready` will be called soon: fetches the memory that this leads to.
    virtual void prefetch() noexcept {}
    static constexpr std::size_t typical_size = 256; ///< of an object that has one

    enum class home : std::uint8_t { none, in_near, in_soon, in_far };

    [[nodiscard]] bool earlier_than(waiter const& other) const noexcept
    {
        return due_ != other.due_ ? due_ < other.due_ : order_ < other.order_;
    }

    // The links belong to the structure that the waiter is at home in.
    waiter* next_ = nullptr;
    waiter* previous_ = nullptr;
    waiter* child_ = nullptr;

    nanoseconds due_{0};
    std::uint64_t order_ = 0; ///< of the beginning of the wait
    home home_ = home::none;
    clock_kind clock_ = clock_kind::steady;
    bool woken_ = false; ///< before it began to wait
};

} // namespace detail
TASKS_END_NAMESPACE
