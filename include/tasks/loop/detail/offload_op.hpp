// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/gate.hpp>
#include <tasks/asio/detail/initiate.hpp>
#include <tasks/asio/detail/pending_handler.hpp>
#include <tasks/asio/detail/post.hpp>
#include <tasks/base/detail/assert_unlocked.hpp>
#include <tasks/base/detail/make_exception.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/base/stop_token.hpp>
#include <tasks/timer/detail/sleep_op.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The result of calling an offloaded function once, with or without a stop token.
template <class F>
struct offloaded_call {
    static constexpr bool takes_token = std::is_invocable_v<F, stop_token>;
    using result = std::remove_cv_t<std::invoke_result_t<F, stop_token>>;
};
template <class F>
    requires(!std::is_invocable_v<F, stop_token> && std::is_invocable_v<F>)
struct offloaded_call<F> {
    static constexpr bool takes_token = false;
    using result = std::remove_cv_t<std::invoke_result_t<F>>;
};

/// Runs a function on another executor, as an operation with completion signature
/// `void(std::exception_ptr, Result)`, without the second for void.
///
/// It is a wait in the timer queue of the handler's context, which the end of the function ends. So the
/// context has work meanwhile, the thread of the function needs no memory to report the end, and a context
/// that is destroyed meanwhile discards the handler, while the function runs on.
template <class Handler, class F, class Result>
class offload_op final : public sleep_base {
    using value = std::conditional_t<std::is_void_v<Result>, std::monostate, Result>;

public:
    /// @param values  for a failure: none, or the one result
    /// @throws anything that moving the arguments or an allocation throws, or `abandoned`; the handler is
    /// then unchanged
    template <class... Values>
    static void start(Handler& handler, asio::any_io_executor const& where, F& function, Values&... values)
    {
        asio::any_io_executor const here = ungated(asio::get_associated_executor(handler, where));
        auto const queue = timer_queue::of(here);
        queue->work_started(here);
        ref<offload_op> op;
        try {
            op = ref{new offload_op{handler, where, queue, function, values...}};
        } catch (...) {
            queue->work_finished();
            throw;
        }
        op->self_ = op;
        queue->wait(*op, clock_kind::steady, never);
        try {
            if (auto cancel_slot = op->handler_.cancel_slot(); cancel_slot.is_connected())
                cancel_slot.assign([op](asio::cancellation_type) { op->request_stop(); });
            post_or_throw(op.get(), where, turn{op});
        } catch (...) {
            op->ended(std::current_exception());
        }
    }

private:
    template <class... Values>
    offload_op(Handler& handler, asio::any_io_executor const& where, std::shared_ptr<timer_queue> queue,
               F& function, Values&... values)
        : sleep_base{std::move(queue)}
        , function_{std::in_place, std::move(function)}
        , value_(std::move(values)...)
        , handler_{std::move(handler), where}
    {
    }

    void request_stop() noexcept
    {
        assert_unlocked();
        stop_.request_stop();
    }

    // On the thread of the function.

    static void take_turn(ref<offload_op> op)
    {
        assert_unlocked();
        op->ended(op->stop_.stop_requested() ? operation_aborted() : op->call());
    }

    static void lose_turn(offload_op& op) noexcept
    {
        op.ended(make_exception_nothrow([] {
            return abandoned{"tasks: the executor of an offloaded function destroyed it before its turn"};
        }));
    }

    using turn = posted_op<offload_op, take_turn, lose_turn>;

    [[nodiscard]] std::exception_ptr call() noexcept
    {
        try {
            if constexpr (std::is_void_v<Result>)
                invoke();
            else
                value_ = invoke();
            return {};
        } catch (...) {
            return std::current_exception();
        }
    }

    decltype(auto) invoke()
    {
        if constexpr (offloaded_call<F>::takes_token)
            return std::invoke(std::move(*function_), stop_.get_token());
        else
            return std::invoke(std::move(*function_));
    }

    void ended(std::exception_ptr exception) noexcept
    {
        assert_unlocked();
        function_.reset(); // here, and before anybody is told
        exception_ = std::move(exception);
        wake();
    }

    // On a thread of the handler's context.

    void ready() noexcept override
    {
        try {
            if constexpr (std::is_void_v<Result>)
                handler_.post(ref{this}, &offload_op::handler_, exception_);
            else
                handler_.post(ref{this}, &offload_op::handler_, exception_, &offload_op::value_);
        } catch (abandoned const&) {
            discard(); // the executor destroys functions instead of running them
            return;
        } catch (...) {
            queue().wait_for_memory(*this);
            return;
        }
        auto const self = std::exchange(self_, {});
        queue().work_finished();
    }

    void discard() noexcept override
    {
        auto const self = std::exchange(self_, {});
        queue().work_finished();
        request_stop(); // because nobody waits for the result any more
        handler_.discard();
    }

    stop_source stop_;
    std::optional<F> function_; ///< until it has ended
    [[no_unique_address]] value value_;
    std::exception_ptr exception_;
    pending_handler<Handler> handler_;
    ref<offload_op> self_; ///< while it is in the queue
};

struct initiate_offload {
    using executor_type = asio::any_io_executor;
    [[nodiscard]] executor_type get_executor() const noexcept { return where; }

    /// `value` is what the handler gets besides an exception.
    template <class Handler, class F, class... Value>
    void operator()(Handler handler, F function, Value... value) const
    {
        using op = offload_op<Handler, F, typename offloaded_call<F>::result>;
        initiate<std::exception_ptr>(
            handler, [&](Handler& h) { op::start(h, where, function, value...); }, value...);
    }

    asio::any_io_executor where;
};

} // namespace detail
TASKS_END_NAMESPACE
