// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/ref.hpp>

#include <mutex>

TASKS_BEGIN_NAMESPACE

class loop_base;

namespace detail {

class loop_core;

/// What a reference that does not own its loop refers to. The loop clears it when it is destroyed, so that
/// its body and arguments do not wait for the references.
class weak_loop final : public ref_counted {
public:
    explicit weak_loop(loop_core& core) noexcept
        : core_{&core}
    {
    }

    /// Returns null once the loop has been destroyed.
    [[nodiscard]] ref<loop_core> lock() const noexcept;
    [[nodiscard]] loop_base* object() const noexcept
    {
        std::scoped_lock lock{mutex_};
        return object_;
    }
    /// Sets the user's object, which is the first one, because a `controlled_loop` follows from a reference.
    void refers_to(loop_base& object) noexcept
    {
        std::scoped_lock lock{mutex_};
        if (core_ && !object_)
            object_ = &object;
    }
    void loop_destroyed() noexcept
    {
        std::scoped_lock lock{mutex_};
        core_ = nullptr;
        object_ = nullptr;
    }

private:
    mutable mutex mutex_;
    loop_core* core_; ///< whose loop has a reference to it as long as it is not null
    loop_base* object_ = nullptr;
};

} // namespace detail
TASKS_END_NAMESPACE
