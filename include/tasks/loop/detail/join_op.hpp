// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/pending_handler.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/base/detail/ref_list.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

class joiner_list;

/// Waits for the end of a run, of a direct call, or of the iteration that serves a request. Completes at most
/// once, by either function.
class joiner : public ref_counted, public ref_list_node<joiner> {
public:
    /// The worker whose iteration serves the request; null before.
    void const* served_by = nullptr;

    /// Posts the completion. `where` is the loop's executor.
    virtual void complete(std::exception_ptr exception, asio::any_io_executor const& where) noexcept = 0;
    /// Posts the completion, while the loop's context is being destroyed, to the handler's own executor. A
    /// handler without one belongs to that context and is destroyed with it, uncalled.
    virtual void abandon(std::exception_ptr exception) noexcept = 0;

private:
    friend class joiner_list;

    joiner_list const* list_ = nullptr; ///< that it is in
};

/// Joiners whose wait is over. They belong to one thread.
class ended_joiners : public ref_list<joiner> {
public:
    void complete_all(std::exception_ptr const& exception, asio::any_io_executor const& where) noexcept
    {
        while (auto const j = take_first())
            j->complete(exception, where);
    }

    void abandon_all(std::exception_ptr const& exception) noexcept
    {
        while (auto const j = take_first())
            j->abandon(exception);
    }
};

/// Waiting joiners, in the order of their arrival.
class joiner_list {
public:
    [[nodiscard]] joiner* first() const noexcept { return all_.first(); }
    [[nodiscard]] static joiner* next(joiner const& j) noexcept { return ref_list<joiner>::next(j); }

    void push_back(ref<joiner> j) noexcept
    {
        j->list_ = this;
        all_.push_back(std::move(j));
    }
    /// Removes the joiner and returns it; null if it is not in this list.
    [[nodiscard]] ref<joiner> take(joiner& j) noexcept
    {
        if (j.list_ != this)
            return {};
        j.list_ = nullptr;
        return all_.take(j);
    }
    void move_all_to(ended_joiners& ended) noexcept
    {
        while (auto* const j = first())
            ended.push_back(take(*j));
    }

private:
    ref_list<joiner> all_;
};

/// A joiner that completes an asynchronous operation with the given handler.
template <class Handler>
class join_op final : public joiner, private waiter {
public:
    /// @throws any exception from copying an executor; the handler is unchanged then
    join_op(Handler&& handler, asio::any_io_executor const& fallback, std::shared_ptr<timer_queue> queue)
        : queue_{std::move(queue)}
        , handler_{std::move(handler), fallback}
    {
    }

    [[nodiscard]] auto cancel_slot() const noexcept { return handler_.cancel_slot(); }

    void complete(std::exception_ptr exception, asio::any_io_executor const& where) noexcept override
    {
        ref const self{this}; // an object owned by a destroyed handler may have owned this
        exception_ = std::move(exception);
        if (post())
            return;
        try {
            queue_->work_started(where);
        } catch (...) {
            handler_.discard();
            return;
        }
        self_ = self;
        queue_->wait_for_memory(*this);
    }

    void abandon(std::exception_ptr exception) noexcept override
    {
        ref const self{this};
        exception_ = std::move(exception);
        if (!handler_.has_own_executor || !post())
            handler_.discard();
    }

private:
    /// @returns false if there is no memory
    [[nodiscard]] bool post() noexcept
    {
        try {
            handler_.post(ref{this}, &join_op::handler_, exception_);
        } catch (abandoned const&) {
            handler_.discard(); // the context of the handler is gone
        } catch (...) {
            return false;
        }
        return true;
    }

    void ready() noexcept override
    {
        if (post())
            leave_queue();
        else
            queue_->wait_for_memory(*this);
    }

    void discard() noexcept override
    {
        ref const self{this};
        leave_queue();
        handler_.discard();
    }

    void leave_queue() noexcept
    {
        if (auto const self = std::exchange(self_, {}))
            queue_->work_finished();
    }

    std::shared_ptr<timer_queue> queue_;
    std::exception_ptr exception_;
    pending_handler<Handler> handler_;
    ref<join_op> self_; ///< set while the queue holds it for a retry after an allocation failure
};

} // namespace detail
TASKS_END_NAMESPACE
