// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/clamped_duration.hpp>
#include <tasks/timer/detail/sleep_op.hpp>

TASKS_BEGIN_NAMESPACE

/// Sleeps on the steady clock. The difference from an `asio::steady_timer`: it waits in the same queue as the loops of the context,
/// so it costs no timer of its own, and `tasks::testing::virtual_time` moves it.
///
/// @code
/// co_await tasks::async_sleep_for(250ms);
/// @endcode
///
/// Takes a duration of any unit. One of zero or less completes as soon as the executor gets to it; one that does not fit into 64-bit
/// nanoseconds (`(std::chrono::hours::max)()`) never ends by itself. The context is that of the token's associated executor:
/// in a coroutine, the coroutine's.
///
/// @par Completion signature
/// `void(error_code)`
/// @par Per-operation cancellation
/// Any type ends it with `operation_aborted`.
/// @throws abandoned the execution context is gone
/// @throws bad_option the duration is not a number
template <class Token = asio::use_awaitable_t<>>
auto async_sleep_for(detail::clamped_duration duration, Token&& token = {})
{
    return asio::async_initiate<Token, void(error_code)>(detail::initiate_sleep{}, token,
                                                         std::chrono::nanoseconds{duration});
}

TASKS_END_NAMESPACE
