// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/config.hpp>

#include <cstddef>
#include <new>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Memory for the one asynchronous operation that its owner has in progress at a time, so that starting it cannot fail.
template <std::size_t Size>
class one_op_storage {
public:
    one_op_storage() noexcept = default;
    one_op_storage(one_op_storage const&) = delete;
    one_op_storage& operator=(one_op_storage const&) = delete;

    [[nodiscard]] void* allocate(std::size_t size)
    {
        if (in_use_ || size > sizeof bytes_)
            return ::operator new(size);
        in_use_ = true;
        return bytes_;
    }

    void deallocate(void* p) noexcept
    {
        if (p == bytes_)
            in_use_ = false;
        else
            ::operator delete(p);
    }

private:
    alignas(std::max_align_t) std::byte bytes_[Size];
    bool in_use_ = false;
};

/// The allocator that an operation's handler is associated with.
template <std::size_t Size, class T = void>
class one_op_allocator {
public:
    using value_type = T;
    template <class U>
    struct rebind {
        using other = one_op_allocator<Size, U>;
    };

    explicit one_op_allocator(one_op_storage<Size>& storage) noexcept
        : storage_{&storage}
    {
    }
    template <class U>
    one_op_allocator(one_op_allocator<Size, U> const& other) noexcept
        : storage_{other.storage_}
    {
    }

    [[nodiscard]] T* allocate(std::size_t n) const
    {
        return static_cast<T*>(storage_->allocate(n * sizeof(T)));
    }
    void deallocate(T* p, std::size_t) const noexcept { storage_->deallocate(p); }

    template <class U>
    friend bool operator==(one_op_allocator const& a, one_op_allocator<Size, U> const& b) noexcept
    {
        return a.storage_ == b.storage_;
    }

private:
    template <std::size_t, class>
    friend class one_op_allocator;

    one_op_storage<Size>* storage_;
};

} // namespace detail
TASKS_END_NAMESPACE
