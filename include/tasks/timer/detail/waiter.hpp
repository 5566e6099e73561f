// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_reading.hpp>

#include <atomic>
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
    /// @param leads_to  what `ready` will need, which is fetched ahead of time if it is close by
    explicit waiter(void const* leads_to) noexcept
        : distance_{distance(leads_to)}
    {
    }
    virtual ~waiter() = default;

private:
    friend class timing_wheel;
    friend class timer_queue;

    /// The wait is over. Called once per wait, with no lock held.
    virtual void ready() noexcept = 0;
    /// The execution context is going away and the wait will never be over. Called with no lock held.
    virtual void discard() noexcept = 0;

    [[nodiscard]] void const* leads_to() const noexcept
    {
        return reinterpret_cast<void const*>(reinterpret_cast<std::uintptr_t>(this) -
                                             static_cast<std::uintptr_t>(distance_));
    }
    [[nodiscard]] std::int32_t distance(void const* other) const noexcept
    {
        auto const d = reinterpret_cast<std::intptr_t>(this) - reinterpret_cast<std::intptr_t>(other);
        constexpr std::intptr_t close_by = 16'384;
        return d > -close_by && d < close_by ? static_cast<std::int32_t>(d) : 0;
    }
    static constexpr std::size_t typical_size = 256;    ///< of an object that leads to another one
    static constexpr std::size_t typical_further = 512; ///< of that other one

    enum class home : std::uint8_t { none, in_near, in_soon, in_far, due, deferred };
    [[nodiscard]] home at_home() const noexcept { return home_.load(std::memory_order_acquire); }
    void settle(home h) noexcept { home_.store(h, std::memory_order_release); }

    [[nodiscard]] bool earlier_than(waiter const& other) const noexcept
    {
        return due_ != other.due_ ? due_ < other.due_ : order_ < other.order_;
    }

    // The links belong to the structure that the waiter is at home in.
    waiter* next_ = nullptr;
    waiter* previous_ = nullptr;
    union {
        waiter* child_ = nullptr;
        std::atomic<waiter*>* entry_; ///< if at home in `due` or `deferred`
    };

    nanoseconds due_{0};
    std::uint64_t order_ = 0; ///< of the beginning of the wait
    std::atomic<home> home_{
        home::none}; ///< the thread that ends the wait stores `none` and `deferred` without a lock
    clock_kind clock_ = clock_kind::steady;
    bool woken_ = false;              ///< before it began to wait
    std::int32_t const distance_ = 0; ///< of what it leads to, in bytes; 0: nothing
};

} // namespace detail
TASKS_END_NAMESPACE
