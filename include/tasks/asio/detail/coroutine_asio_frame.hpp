// SPDX-License-Identifier: MIT
#pragma once

/// Implements the coroutine of a loop as one of Asio's `awaitable_thread`s. The only file that uses
/// `asio::detail`.

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/frame_allocator.hpp>

#include <coroutine>
#include <cstddef>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

class worker_frame; // the first parameter of a loop's coroutine

using loop_coroutine = asio::awaitable<asio::detail::awaitable_thread_entry_point>;
using asio_promise =
    asio::detail::awaitable_frame<asio::detail::awaitable_thread_entry_point, asio::any_io_executor>;

/// The promise of a loop's coroutine, with its own allocator: Asio caches memory for two frames per thread,
/// which should be left to user coroutines, while a loop's coroutine is started again after each wait. It has
/// no members, because Asio's handle accesses it as its base class.
class loop_promise final : public asio_promise {
    struct users_coroutine {
        asio::awaitable<void> awaited;

        [[nodiscard]] bool await_ready() const noexcept { return awaited.await_ready(); }
        void await_suspend(std::coroutine_handle<loop_promise> h)
        {
            awaited.await_suspend(std::coroutine_handle<asio_promise>::from_promise(h.promise()));
        }
        void await_resume() { awaited.await_resume(); }
    };

public:
    static void* operator new(std::size_t size) { return frame_allocator::allocate(size); }
    static void operator delete(void* frame, std::size_t size) noexcept
    {
        frame_allocator::deallocate(frame, size);
    }

    using asio_promise::await_transform;
    [[nodiscard]] users_coroutine await_transform(asio::awaitable<void> a) const
    {
        return {asio_promise::await_transform(std::move(a))};
    }
};
static_assert(sizeof(loop_promise) == sizeof(asio_promise));

class resumption : private asio::detail::awaitable_thread<asio::any_io_executor> {
    using thread = asio::detail::awaitable_thread<asio::any_io_executor>;

public:
    explicit resumption(thread& current) noexcept
        : thread{std::move(current)}
    {
    }
    resumption(loop_coroutine&& first_step, asio::any_io_executor const& executor,
               asio::cancellation_slot cancel_slot)
        : thread{std::move(first_step), executor, cancel_slot, asio::cancellation_state{cancel_slot}}
    {
    }

    void operator()() &&
    {
        entry_point()->attach_thread(this);
        pump();
    }

    friend void unwind(resumption&& suspended) noexcept
    {
        [[maybe_unused]] auto const frame = std::move(suspended.bottom_of_stack_);
    }
};

/// True, because a coroutine suspended by the loop is alone in its `awaitable_thread`, so that unwinding it
/// runs no user code.
inline constexpr bool unwinds_anywhere = true;
inline constexpr bool coroutines_park = false;

template <class Function>
class suspension {
public:
    explicit suspension(Function f) noexcept
        : function_{std::move(f)}
    {
    }
    template <class Frame>
    asio::detail::awaitable_thread<asio::any_io_executor>* operator()(Frame* frame)
    {
        // because the coroutine, and this with it, may be destroyed before the call returns
        auto function = std::move(function_);
        function(resumption{*frame->detach_thread()});
        return nullptr;
    }

private:
    Function function_;
};

template <class Function>
[[nodiscard]] suspension<Function> suspend(Function f) noexcept
{
    return suspension<Function>{std::move(f)};
}

/// @throws what an allocation throws; then the coroutine has been destroyed
template <class Owner>
void begin_coroutine(loop_coroutine&& coroutine, asio::any_io_executor const& executor,
                     asio::cancellation_slot cancel_slot, Owner&)
{
    resumption{std::move(coroutine), executor, cancel_slot}();
}

} // namespace detail
TASKS_END_NAMESPACE

template <class... Parameters>
struct std::coroutine_traits<tasks::detail::loop_coroutine, tasks::detail::worker_frame, Parameters...> {
    using promise_type = tasks::detail::loop_promise;
};
