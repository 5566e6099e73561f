// SPDX-License-Identifier: MIT
#pragma once

/// Implements the coroutine of a loop with `co_spawn`.

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/gate.hpp>
#include <tasks/asio/detail/inline_executor.hpp>
#include <tasks/base/detail/ref.hpp>

#include <cstddef>
#include <exception>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

using loop_coroutine = asio::awaitable<void>;

/// The handler that `use_awaitable` makes for an operation that completes with `void()`.
using resumption = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

/// Destroys the coroutine. The handler's destructor posts the unwinding to the executor.
inline void unwind(resumption&& suspended) noexcept
{
    [[maybe_unused]] auto const coroutine = std::move(suspended);
}
inline constexpr bool unwinds_anywhere = false;
inline constexpr bool coroutines_park = true;

template <class Function>
[[nodiscard]] asio::awaitable<void> suspend(Function f)
{
    return asio::async_initiate<asio::use_awaitable_t<> const, void()>(std::move(f), asio::use_awaitable);
}

/// The completion handler of a loop's coroutine. It does nothing; its executor runs it inline, so that
/// completion needs no memory, and so that newer versions of Asio, which emit a cancellation through the
/// handler's executor, emit it at once.
template <class Owner>
class coroutine_ended {
public:
    using cancellation_slot_type = asio::cancellation_slot;
    using executor_type = inline_executor;

    coroutine_ended(asio::cancellation_slot cancel_slot, Owner& owner) noexcept
        : cancel_slot_{cancel_slot}
        , owner_{&owner}
    {
    }
    [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept { return cancel_slot_; }
    [[nodiscard]] executor_type get_executor() const noexcept { return {}; }
    void operator()(std::exception_ptr const&) const noexcept {}

private:
    asio::cancellation_slot cancel_slot_;
    ref<Owner> owner_; // keeps the signal alive while Asio may use the cancel_slot
};

/// A function that does nothing but is larger than any that Asio executes for a coroutine's first step.
struct rehearsal {
    void operator()() const noexcept {}
    std::byte size[128]{};
};

/// `executor` is a `gate_executor`, `owner` a counted object with the signal that the cancel_slot belongs to.
/// @throws std::bad_alloc; the coroutine has then been destroyed
template <class Owner>
void begin_coroutine(loop_coroutine&& coroutine, asio::any_io_executor const& executor,
                     asio::cancellation_slot cancel_slot, Owner& owner)
{
    struct on_exit {
        ~on_exit() { first_step_of = nullptr; }
    } const no_longer{};
    // Asio terminates if the first step fails, so it is taken here, because this already runs on the
    // executor. Asio recycles the memory of the function this thread ran last, so a dummy runs first: if its
    // allocation fails, we get an exception instead of std::terminate.
    auto const* const here = target_of<gate_executor>(executor);
    first_step_of = &here->state();
    executor.execute(rehearsal{});
    first_step_of = &here->state();

    asio::co_spawn(executor, std::move(coroutine), coroutine_ended{cancel_slot, owner});
}

} // namespace detail
TASKS_END_NAMESPACE
