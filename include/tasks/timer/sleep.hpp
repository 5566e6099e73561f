// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/clamped_duration.hpp>
#include <tasks/timer/detail/sleep_op.hpp>

TASKS_BEGIN_NAMESPACE

/// Sleeps on the steady clock. Unlike an `asio::steady_timer` it waits in the same queue as the loops of the
/// context, so that it needs no timer of its own and follows `tasks::testing::virtual_time`.
///
/// @code
/// co_await tasks::async_sleep_for(250ms);
/// @endcode
///
/// Takes a duration of any unit. If it is zero or less, the sleep completes as soon as the executor runs it;
/// if it does not fit into 64-bit nanoseconds (`(std::chrono::hours::max)()`), the sleep ends only by
/// cancellation. The context is that of the token's associated executor: in a coroutine, the coroutine's.
///
/// @par Completion signature
/// `void(error_code)`
/// @par Per-operation cancellation
/// All types are supported; the sleep completes with `operation_aborted`.
/// @throws abandoned the execution context is gone
/// @throws bad_option the duration is not a number
template <class Token = asio::use_awaitable_t<>>
auto async_sleep_for(detail::clamped_duration duration, Token&& token = {})
{
    return asio::async_initiate<Token, void(error_code)>(detail::initiate_sleep{}, token,
                                                         std::chrono::nanoseconds{duration});
}

TASKS_END_NAMESPACE
