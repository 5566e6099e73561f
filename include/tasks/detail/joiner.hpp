// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/asio.hpp>
#include <tasks/detail/pending_handler.hpp>
#include <tasks/detail/ref.hpp>

#include <exception>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Somebody who waits for the end of a run.
class joiner : public ref_counted {
public:
    /// Posts the completion. At most once, and not after `discard`.
    virtual void complete(std::exception_ptr exception) noexcept = 0;
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

    void complete(std::exception_ptr const& exception) noexcept
    {
        while (first_)
            take_at(first_)->complete(exception);
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
class handler_joiner final : public joiner {
public:
    handler_joiner(Handler handler, asio::any_io_executor const& fallback)
        : handler_{std::move(handler), fallback}
    {
    }

    [[nodiscard]] auto slot() const noexcept { return handler_.slot(); }

    void complete(std::exception_ptr exception) noexcept override
    {
        try {
            handler_.post(ref{this}, &handler_joiner::handler_, std::move(exception));
        } catch (...) {
            handler_.discard(); // no memory to complete with: the waiting coroutine is unwound
        }
    }

    void discard() noexcept override { handler_.discard(); }

private:
    pending_handler<Handler> handler_;
};

} // namespace detail
TASKS_END_NAMESPACE
