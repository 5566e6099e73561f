// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/gate.hpp>
#include <tasks/asio/detail/initiate.hpp>
#include <tasks/asio/detail/pending_handler.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A wait in a timer queue that can be ended early.
class sleep_base : public ref_counted, public waiter {
public:
    /// Ends the wait now, with success.
    void wake() noexcept { queue_->wake(*this); }

protected:
    explicit sleep_base(std::shared_ptr<timer_queue> queue) noexcept
        : queue_{std::move(queue)}
    {
    }
    [[nodiscard]] timer_queue& queue() const noexcept { return *queue_; }

private:
    std::shared_ptr<timer_queue> queue_;
};

/// A sleep as an asynchronous operation with completion signature `void(error_code)`. If it is not
/// cancellable, it leaves the handler's cancellation slot to its initiator, and completes with success.
template <class Handler, bool Cancellable = true>
class sleep_op final : public sleep_base {
public:
    /// Starts the operation; the handler is called through its associated executor.
    /// @throws std::bad_alloc, or `abandoned`; the handler is then unchanged
    static ref<sleep_base> start(Handler&& handler, std::shared_ptr<timer_queue> queue,
                                 asio::any_io_executor const& fallback, clock_kind clock, nanoseconds due,
                                 precision p)
    {
        queue->work_started(fallback);
        ref<sleep_op> op;
        try {
            op = ref{new sleep_op{std::move(handler), queue, fallback}};
        } catch (...) {
            queue->work_finished();
            throw;
        }
        op->self_ = op;
        if constexpr (Cancellable) {
            try {
                if (auto cancel_slot = op->handler_.cancel_slot(); cancel_slot.is_connected())
                    cancel_slot.assign([op](asio::cancellation_type) { op->cancel(); });
            } catch (...) {
                op->complete(asio::error::no_memory); // because it could not be cancelled
                return ref<sleep_base>{op.get()};
            }
        }
        op->queue().wait(*op, clock, due, p);
        return ref<sleep_base>{op.get()};
    }

private:
    sleep_op(Handler&& handler, std::shared_ptr<timer_queue> queue, asio::any_io_executor const& fallback)
        : sleep_base{std::move(queue)}
        , handler_{std::move(handler), fallback}
    {
    }

    void cancel() noexcept
    {
        if (queue().remove(*this))
            complete(asio::error::operation_aborted);
    }

    void ready() noexcept override { complete(result_); }

    void discard() noexcept override
    {
        auto const self = std::exchange(self_, {});
        queue().work_finished();
        handler_.discard();
    }

    void complete(error_code ec) noexcept
    {
        try {
            handler_.post(ref{this}, &sleep_op::handler_, ec);
        } catch (abandoned const&) {
            discard(); // the executor destroys functions instead of running them
            return;
        } catch (...) {
            result_ = ec;
            queue().wait_for_memory(*this);
            return;
        }
        auto const self = std::exchange(self_, {});
        queue().work_finished();
    }

    pending_handler<Handler> handler_;
    ref<sleep_op> self_; ///< while it is in the queue
    error_code result_;  ///< with which it completes when the wait ends
};

/// Starts an exact sleep on the context of the handler's executor. @throws as `sleep_op::start`
template <bool Cancellable = true, class Handler>
ref<sleep_base> start_sleep(Handler& handler, nanoseconds duration)
{
    asio::any_io_executor const executor = ungated(asio::get_associated_executor(handler));
    auto queue = timer_queue::of(executor);
    auto const due = saturating_add(queue->steady(), duration);
    return sleep_op<Handler, Cancellable>::start(std::move(handler), std::move(queue), executor,
                                                 clock_kind::steady, due, precision::exact);
}

struct initiate_sleep {
    template <class Handler>
    void operator()(Handler handler, nanoseconds duration) const
    {
        initiate<error_code>(handler, [=](Handler& h) { start_sleep(h, duration); });
    }
};

} // namespace detail
TASKS_END_NAMESPACE
