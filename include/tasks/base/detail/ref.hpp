// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <atomic>
#include <cstdint>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Base of an object that contains its reference count, so that a reference is one pointer and an object one
/// allocation.
class ref_counted {
public:
    ref_counted() noexcept = default;
    ref_counted(ref_counted const&) = delete;
    ref_counted& operator=(ref_counted const&) = delete;

protected:
    virtual ~ref_counted() = default;

private:
    template <class T>
    friend class ref;

    /// Called when the last reference is gone.
    virtual void dispose() const noexcept { delete this; }

    mutable std::atomic<std::uint32_t> references_{0};
};

/// Shared ownership of a `ref_counted` object.
template <class T>
class ref {
public:
    ref() noexcept = default;
    explicit ref(T* object) noexcept
        : object_{object}
    {
        if (object_)
            object_->references_.fetch_add(1, std::memory_order_relaxed);
    }
    ref(ref const& other) noexcept
        : ref{other.object_}
    {
    }
    ref(ref&& other) noexcept
        : object_{std::exchange(other.object_, nullptr)}
    {
    }
    ref& operator=(ref other) noexcept
    {
        std::swap(object_, other.object_);
        return *this;
    }
    ~ref()
    {
        if (object_ && object_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            static_cast<ref_counted const*>(object_)->dispose();
    }

    /// Returns the pointer without changing the count; `adopt` makes a reference of it again.
    [[nodiscard]] T* release() noexcept { return std::exchange(object_, nullptr); }
    [[nodiscard]] static ref adopt(T* object) noexcept
    {
        ref adopted;
        adopted.object_ = object;
        return adopted;
    }

    [[nodiscard]] T* get() const noexcept { return object_; }
    /// Returns the number of references, this one included. Everything done through references already gone
    /// happens before the return.
    [[nodiscard]] std::uint32_t count() const noexcept
    {
        return object_->references_.load(std::memory_order_acquire);
    }
    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }
    friend bool operator==(ref const&, ref const&) noexcept = default;

private:
    T* object_ = nullptr;
};

} // namespace detail
TASKS_END_NAMESPACE
