// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/asio.hpp>
#include <tasks/detail/gate.hpp>
#include <tasks/detail/pending_handler.hpp>
#include <tasks/detail/ref.hpp>
#include <tasks/detail/timer_queue.hpp>

#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A wait in a timer queue that somebody may end early.
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

/// A sleep as an asynchronous operation with completion signature `void(error_code)`.
template <class Handler>
class sleep_op final : public sleep_base {
public:
    /// Starts the operation; the handler is called through its associated executor. The queue has been told of a client.
    static ref<sleep_base> start(Handler handler, std::shared_ptr<timer_queue> queue,
                                 asio::any_io_executor const& fallback, clock_kind clock, nanoseconds due,
                                 precision p)
    {
        ref op{new sleep_op{std::move(handler), std::move(queue), fallback}};
        op->self_ = op;
        if (auto slot = op->handler_.slot(); slot.is_connected())
            slot.assign([op](asio::cancellation_type) { op->cancel(); });
        op->queue().wait(*op, clock, due, p);
        return ref<sleep_base>{op.get()};
    }

private:
    sleep_op(Handler handler, std::shared_ptr<timer_queue> queue, asio::any_io_executor const& fallback)
        : sleep_base{std::move(queue)}
        , handler_{std::move(handler), fallback}
    {
    }

    void cancel() noexcept
    {
        if (queue().remove(*this))
            complete(asio::error::operation_aborted);
    }

    void ready() noexcept override { complete({}); }

    void discard() noexcept override
    {
        auto const self = std::exchange(self_, {});
        queue().remove_client();
        handler_.discard();
    }

    void complete(error_code ec) noexcept
    {
        using namespace std::chrono_literals;
        try {
            handler_.post(ref{this}, &sleep_op::handler_, ec);
        } catch (...) {
            queue().wait(*this, clock_kind::steady,
                         later(queue().steady(), 1ms)); // no memory; try again soon
            return;
        }
        auto const self = std::exchange(self_, {});
        queue().remove_client();
    }

    pending_handler<Handler> handler_;
    ref<sleep_op> self_; ///< while the queue knows it
};

/// Starts an exact sleep on the context of the handler's executor.
template <class Handler>
ref<sleep_base> start_sleep(Handler&& handler, nanoseconds duration)
{
    asio::any_io_executor const executor = ungated(asio::get_associated_executor(handler));
    auto queue = timer_queue::of(executor);
    queue->add_client(executor);
    auto const due = later(queue->steady(), duration);
    return sleep_op<std::decay_t<Handler>>::start(std::forward<Handler>(handler), std::move(queue), executor,
                                                  clock_kind::steady, due, precision::exact);
}

struct initiate_sleep {
    template <class Handler>
    void operator()(Handler&& handler, nanoseconds duration) const
    {
        start_sleep(std::forward<Handler>(handler), duration);
    }
};

} // namespace detail
TASKS_END_NAMESPACE
