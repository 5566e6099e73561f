// SPDX-License-Identifier: MIT
#pragma once

/// The coroutine of a loop as an `awaitable_thread` of Asio's own. The only file that uses `asio::detail`.

#include <tasks/detail/asio.hpp>
#include <tasks/detail/prefetch.hpp>

#include <cstddef>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

using loop_coroutine = asio::awaitable<asio::detail::awaitable_thread_entry_point>;

class resumption : private asio::detail::awaitable_thread<asio::any_io_executor> {
    using thread = asio::detail::awaitable_thread<asio::any_io_executor>;

public:
    explicit resumption(thread& current) noexcept
        : thread{std::move(current)}
    {
    }
    resumption(loop_coroutine&& first_step, asio::any_io_executor const& executor,
               asio::cancellation_slot slot)
        : thread{std::move(first_step), executor, slot, asio::cancellation_state{slot}}
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
    friend void prefetch_frame(resumption& suspended) noexcept
    {
        constexpr std::size_t before_promise = 2 * sizeof(void*);
        constexpr std::size_t typical_size = 376;
        prefetch(reinterpret_cast<std::byte const*>(suspended.entry_point()) - before_promise, typical_size);
    }
};

/// A loop's coroutine is alone in its thread while it is suspended by the loop: nothing of the user's is unwound with it.
inline constexpr bool unwinds_anywhere = true;

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
        auto function = std::move(function_); // the coroutine, and this, may end before the call returns
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
                     asio::cancellation_slot slot, Owner const&)
{
    resumption{std::move(coroutine), executor, slot}();
}

} // namespace detail
TASKS_END_NAMESPACE
