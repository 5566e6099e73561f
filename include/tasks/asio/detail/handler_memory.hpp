// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/frame_allocator.hpp>
#include <tasks/base/detail/config.hpp>

#include <atomic>
#include <cstddef>
#include <new>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Memory for one object at a time, such as the asynchronous operation that its owner starts repeatedly,
/// which then cannot fail. A second object at the same time is allocated from the thread's cache if it has
/// exactly this size, or else from the heap.
template <std::size_t Size>
class handler_memory {
public:
    handler_memory() noexcept = default;
    handler_memory(handler_memory const&) = delete;
    handler_memory& operator=(handler_memory const&) = delete;

    [[nodiscard]] void* allocate(std::size_t size)
    {
        if (size <= Size && !in_use_.exchange(true, std::memory_order_acquire))
            return bytes_;
        return size == Size ? kept_memory<handler_memory>::allocate(size) : ::operator new(size);
    }

    void deallocate(void* p, std::size_t size) noexcept
    {
        if (p == bytes_)
            in_use_.store(false, std::memory_order_release);
        else if (size == Size)
            kept_memory<handler_memory>::deallocate(p, size);
        else
            ::operator delete(p);
    }

private:
    alignas(std::max_align_t) std::byte bytes_[Size];
    std::atomic<bool> in_use_{false};
};

/// The associated allocator of an operation's handler.
template <std::size_t Size, class T = void>
class handler_allocator {
public:
    using value_type = T;
    template <class U>
    struct rebind {
        using other = handler_allocator<Size, U>;
    };

    explicit handler_allocator(handler_memory<Size>& storage) noexcept
        : storage_{&storage}
    {
    }
    template <class U>
    handler_allocator(handler_allocator<Size, U> const& other) noexcept
        : storage_{other.storage_}
    {
    }

    [[nodiscard]] T* allocate(std::size_t n) const
    {
        return static_cast<T*>(storage_->allocate(n * sizeof(T)));
    }
    void deallocate(T* p, std::size_t n) const noexcept { storage_->deallocate(p, n * sizeof(T)); }

    template <class U>
    friend bool operator==(handler_allocator const& a, handler_allocator<Size, U> const& b) noexcept
    {
        return a.storage_ == b.storage_;
    }

private:
    template <std::size_t, class>
    friend class handler_allocator;

    handler_memory<Size>* storage_;
};

} // namespace detail
TASKS_END_NAMESPACE
