// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_reading.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// An entry of a timer queue. Embedded in the waiting object, so that a wait needs no memory.
class waiter {
public:
    waiter() noexcept = default;
    waiter(waiter const&) = delete;
    waiter& operator=(waiter const&) = delete;

protected:
    /// @param leads_to  an object that `ready` will use; prefetched if it is close by in memory
    /// @param also_to   another, small one; may be null
    waiter(void const* leads_to, void const* also_to) noexcept
        : distance_{distance(leads_to)}
        , second_distance_{distance(also_to)}
    {
    }
    virtual ~waiter() = default;

private:
    friend class timing_wheel;
    friend class timer_queue;

    /// Called once per wait when it is over, with no lock held.
    virtual void ready() noexcept = 0;
    /// Called instead if the execution context is being destroyed, with no lock held.
    virtual void discard() noexcept = 0;

    [[nodiscard]] void const* leads_to() const noexcept { return at(distance_); }
    [[nodiscard]] void const* leads_also_to() const noexcept { return at(second_distance_); }
    [[nodiscard]] void const* at(std::int16_t distance) const noexcept
    {
        return reinterpret_cast<void const*>(reinterpret_cast<std::intptr_t>(this) - distance);
    }
    /// From another object, or 0 if it is far away or null; few bits, because each loop keeps two of them.
    [[nodiscard]] std::int16_t distance(void const* other) const noexcept
    {
        auto const d = reinterpret_cast<std::intptr_t>(this) - reinterpret_cast<std::intptr_t>(other);
        constexpr std::intptr_t close_by = 16'384;
        if (d <= -close_by || d >= close_by)
            return 0;
        return static_cast<std::int16_t>(d);
    }
    static constexpr std::size_t typical_size = 256;    ///< size of a waiter that leads to another object
    static constexpr std::size_t typical_further = 512; ///< size of that other object
    static constexpr std::size_t typical_second = 128;  ///< size of the small one

    enum class home : std::uint8_t { none, in_near, in_soon, in_far, due, deferred };
    [[nodiscard]] home at_home() const noexcept { return home_.load(std::memory_order_acquire); }
    void settle(home h) noexcept { home_.store(h, std::memory_order_release); }

    [[nodiscard]] bool earlier_than(waiter const& other) const noexcept
    {
        return due_ != other.due_ ? due_ < other.due_ : order_ < other.order_;
    }

    // The links belong to the structure that `home_` names.
    waiter* next_ = nullptr;
    waiter* previous_ = nullptr;
    union {
        waiter* child_ = nullptr;
        std::atomic<waiter*>* entry_; ///< if `home_` is `due` or `deferred`
    };

    nanoseconds due_{0};
    std::uint64_t order_ = 0; ///< of the start of the wait, among all waits of the queue
    /// The thread that ends the wait stores `none` and `deferred` without a lock.
    std::atomic<home> home_{home::none};
    clock_kind clock_ = clock_kind::steady;
    bool woken_ = false;                     ///< `wake` was called while it was not waiting
    std::int16_t const distance_ = 0;        ///< to `leads_to`, in bytes; 0 if there is none
    std::int16_t const second_distance_ = 0; ///< to `leads_also_to`
};

} // namespace detail
TASKS_END_NAMESPACE
