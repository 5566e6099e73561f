// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/ref.hpp>

#include <atomic>
#include <concepts>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The executor of a context that is being destroyed: it destroys functions, and the coroutines that they
/// would resume, without calling them.
class discarding_executor {
public:
    explicit discarding_executor(asio::execution_context& context) noexcept
        : context_{&context}
    {
    }

    template <class Function>
    void execute(Function&& function) const
    {
        [[maybe_unused]] std::decay_t<Function> const discarded(std::forward<Function>(function));
    }
    [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const noexcept
    {
        return *context_;
    }
    [[nodiscard]] static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.never;
    }
    [[nodiscard]] discarding_executor require(asio::execution::blocking_t::never_t) const noexcept
    {
        return *this;
    }
    friend bool operator==(discarding_executor const&, discarding_executor const&) noexcept = default;

private:
    asio::execution_context* context_;
};

/// The state shared by a loop and its `gate_executor`: the user's executor, and whether the loop is gone.
class gated : public ref_counted {
public:
    [[nodiscard]] asio::any_io_executor const& executor() const noexcept { return executor_; }
    [[nodiscard]] bool gone() const noexcept { return gone_.load(std::memory_order_acquire); }

protected:
    explicit gated(asio::any_io_executor executor) noexcept
        : executor_{std::move(executor)}
    {
    }
    /// Whether a function has passed the gate since the flag was reset: only then can a coroutine of the loop
    /// have been suspended. Used on the loop's executor.
    [[nodiscard]] bool& passed() const noexcept { return passed_; }

    void close() noexcept { gone_.store(true, std::memory_order_release); }
    /// Releases the executor when the execution context is being destroyed, because executors such as a
    /// strand must not outlive it.
    void drop_executor() noexcept
    {
        executor_ = discarding_executor{asio::query(executor_, asio::execution::context)};
    }

private:
    friend class gate_executor;

    std::atomic<bool> gone_{false};
    mutable bool passed_ = false;
    asio::any_io_executor executor_;
};

/// The loop whose coroutine this thread is starting, inside a function run by that loop's executor (see
/// coroutine_co_spawn.hpp).
inline thread_local gated const* first_step_of = nullptr;

/// The executor of a loop's coroutines: the user's executor behind a gate that every resumption passes. Once
/// the loop is gone, a function is destroyed instead of called, on the user's executor, at the time it would
/// have run. So no user code runs any more, and the coroutines that it would have resumed are unwound where
/// they ran.
class gate_executor {
public:
    explicit gate_executor(ref<gated const> state) noexcept
        : state_{std::move(state)}
    {
    }

    template <class Function>
    void execute(Function&& function) const
    {
        if (!never_blocks_ && first_step_of == state_.get()) {
            first_step_of = nullptr;
            auto f = std::decay_t<Function>(std::forward<Function>(function));
            if (!state_->gone())
                std::move(f)();
            return;
        }

        auto op = [state = state_,
                   function = std::decay_t<Function>(std::forward<Function>(function))]() mutable {
            if (state->gone())
                return;
            state->passed_ = true;
            std::move(function)();
        };
        if (never_blocks_)
            asio::require(state_->executor(), asio::execution::blocking.never).execute(std::move(op));
        else
            state_->executor().execute(std::move(op));
    }

    [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const noexcept
    {
        return asio::query(state_->executor(), asio::execution::context);
    }
    [[nodiscard]] asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept
    {
        return never_blocks_ ? asio::execution::blocking_t{asio::execution::blocking.never}
                             : asio::execution::blocking_t{asio::execution::blocking.possibly};
    }
    [[nodiscard]] gate_executor require(asio::execution::blocking_t::never_t) const noexcept
    {
        return with_blocking(true);
    }
    [[nodiscard]] gate_executor require(asio::execution::blocking_t::possibly_t) const noexcept
    {
        return with_blocking(false);
    }

    [[nodiscard]] gated const& state() const noexcept { return *state_; }
    /// The user's executor.
    [[nodiscard]] asio::any_io_executor const& inner() const noexcept { return state_->executor(); }

    friend bool operator==(gate_executor const&, gate_executor const&) noexcept = default;

private:
    [[nodiscard]] gate_executor with_blocking(bool never_blocks) const noexcept
    {
        auto other = *this;
        other.never_blocks_ = never_blocks;
        return other;
    }

    ref<gated const> state_;
    bool never_blocks_ = false;
};

/// Removes the gate from the executor, so that a loop made inside the body of another one does not stop with
/// that one.
[[nodiscard]] inline asio::any_io_executor ungated(asio::any_io_executor const& executor)
{
    auto const* const gate = target_of<gate_executor>(executor);
    return gate ? gate->inner() : executor;
}

/// Whether code on this executor belongs to that loop: its body, its hooks, and the coroutines that they
/// spawned on it.
template <class Executor>
[[nodiscard]] bool is_gate_of(gated const& loop, Executor const& executor) noexcept
{
    if constexpr (std::same_as<Executor, asio::any_io_executor>) {
        auto const* const gate = target_of<gate_executor>(executor);
        return gate && &gate->state() == &loop;
    } else {
        return false;
    }
}

} // namespace detail
TASKS_END_NAMESPACE
