// SPDX-License-Identifier: MIT
#pragma once

/// The coroutine of a loop by way of `co_spawn`.

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

/// Its destructor posts the unwinding to the executor.
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

/// The completion handler of a loop's coroutine. It has nothing to do, so Asio calls it where it is, which needs no memory; and newer
/// versions of Asio, which emit a cancellation through the handler's executor, emit it at once.
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
    ref<Owner> owner_; // keeps the signal for as long as Asio may touch the cancel_slot
};

/// Nothing, but larger than any function that Asio executes to take a coroutine's first step.
struct rehearsal {
    void operator()() const noexcept {}
    std::byte size[128]{};
};

/// `executor` is a `gate_executor`, `owner` a counted object that has the signal behind the cancel_slot.
/// @throws what an allocation throws; then the coroutine has been destroyed
template <class Owner>
void begin_coroutine(loop_coroutine&& coroutine, asio::any_io_executor const& executor,
                     asio::cancellation_slot cancel_slot, Owner& owner)
{
    struct on_exit {
        ~on_exit() { first_step_of = nullptr; }
    } const no_longer{};
    // Asio ends the process if the first step fails. So it is taken here, and not by way of the executor, on which this already is. What
    // memory Asio needs for it, it takes from that of functions which the thread has executed just before; so let there be one, whose
    // failure is but an exception.
    auto const* const here = target_of<gate_executor>(executor);
    first_step_of = &here->state();
    executor.execute(rehearsal{});
    first_step_of = &here->state();

    asio::co_spawn(executor, std::move(coroutine), coroutine_ended{cancel_slot, owner});
}

} // namespace detail
TASKS_END_NAMESPACE
