// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/asio.hpp>
#include <tasks/detail/pending_handler.hpp>
#include <tasks/detail/ref.hpp>
#include <tasks/detail/timer_queue.hpp>
#include <tasks/errors.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Somebody who waits for the end of a run.
class joiner : public ref_counted {
public:
    /// Posts the completion. At most once, and not after `discard`. `where` is the loop's executor.
    virtual void complete(std::exception_ptr exception, asio::any_io_executor const& where) noexcept = 0;
    /// Destroys the handler without calling it: the context is going away.
    virtual void discard() noexcept = 0;

private:
    friend class joiner_list;
    ref<joiner> next_;
};

/// Waiting joiners, in the order of their coming.
class joiner_list {
public:
    joiner_list() noexcept = default;
    joiner_list(joiner_list&&) noexcept = default;
    joiner_list& operator=(joiner_list&& other) noexcept
    {
        first_ = std::move(other.first_);
        return *this;
    }
    ~joiner_list() { discard(); }

    [[nodiscard]] bool empty() const noexcept { return !first_; }

    void push(ref<joiner> j) noexcept
    {
        auto* last = &first_;
        while (*last)
            last = &(*last)->next_;
        *last = std::move(j);
    }

    /// Takes the joiner out, if it is (still) in the list.
    [[nodiscard]] ref<joiner> take(joiner const& j) noexcept
    {
        for (auto* at = &first_; *at; at = &(*at)->next_)
            if (at->get() == &j)
                return take_at(*at);
        return {};
    }

    void complete(std::exception_ptr const& exception, asio::any_io_executor const& where) noexcept
    {
        while (first_)
            take_at(first_)->complete(exception, where);
    }

    void discard() noexcept
    {
        while (first_)
            take_at(first_)->discard();
    }

private:
    [[nodiscard]] static ref<joiner> take_at(ref<joiner>& at) noexcept
    {
        auto taken = std::move(at);
        at = std::move(taken->next_);
        return taken;
    }

    ref<joiner> first_;
};

/// The joiner that completes an asynchronous operation with the given handler.
template <class Handler>
class handler_joiner final : public joiner, private waiter {
public:
    /// @throws what copying an executor throws; the handler is as it was then.
    handler_joiner(Handler&& handler, asio::any_io_executor const& fallback,
                   std::shared_ptr<timer_queue> queue)
        : queue_{std::move(queue)}
        , handler_{std::move(handler), fallback}
    {
    }

    [[nodiscard]] auto slot() const noexcept { return handler_.slot(); }

    void complete(std::exception_ptr exception, asio::any_io_executor const& where) noexcept override
    {
        exception_ = std::move(exception);
        if (post())
            return;
        try {
            queue_->add_client(where);
        } catch (...) {
            handler_.discard();
            return;
        }
        self_ = ref{this};
        try_again_soon();
    }

    void discard() noexcept override
    {
        ref const self{this};
        leave_queue();
        handler_.discard();
    }

private:
    /// False if there is no memory.
    [[nodiscard]] bool post() noexcept
    {
        try {
            handler_.post(ref{this}, &handler_joiner::handler_, exception_);
        } catch (abandoned const&) {
            handler_.discard(); // the context of the handler is gone
        } catch (...) {
            return false;
        }
        return true;
    }

    void try_again_soon() noexcept
    {
        using namespace std::chrono_literals;
        queue_->wait(*this, clock_kind::steady, later(queue_->steady(), 1ms));
    }

    void ready() noexcept override
    {
        if (post())
            leave_queue();
        else
            try_again_soon();
    }

    void leave_queue() noexcept
    {
        if (auto const self = std::exchange(self_, {}))
            queue_->remove_client();
    }

    std::shared_ptr<timer_queue> queue_;
    std::exception_ptr exception_;
    pending_handler<Handler> handler_;
    ref<handler_joiner> self_; ///< while the queue knows it, for want of memory
};

} // namespace detail
TASKS_END_NAMESPACE
