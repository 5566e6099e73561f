// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/inline_executor.hpp>
#include <tasks/asio/detail/post.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/ref.hpp>

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A completion handler to be called once through its executor, which has outstanding work until then. Member
/// of a `ref_counted` object, the operation.
template <class Handler>
class pending_handler {
public:
    /// Whether the handler has an associated executor, so that the fallback is not used.
    static constexpr bool has_own_executor =
        !std::is_same_v<asio::associated_executor_t<Handler, inline_executor>, inline_executor>;

    /// @throws anything that copying an executor throws; the handler is then unchanged
    pending_handler(Handler&& handler, asio::any_io_executor const& fallback)
        : executor_{asio::prefer(asio::get_associated_executor(handler, fallback),
                                 asio::execution::outstanding_work.tracked)}
        , handler_{std::move(handler)}
    {
    }

    [[nodiscard]] auto cancel_slot() const noexcept
    {
        return asio::get_associated_cancellation_slot(*handler_);
    }

    /// Posts the call. `owner` is the operation, `self` the member of it that is this object, and `values`
    /// are members that are moved to the handler, after `argument`, when it is called.
    /// @throws anything that posting throws; the handler is then still pending
    template <class Owner, class Argument, class... Values>
    void post(ref<Owner> owner, pending_handler Owner::* self, Argument argument, Values Owner::*... values)
    {
        assert_unlocked();
        post_or_throw(
            this, *executor_,
            call<Owner, Argument, Values...>{std::move(owner), self, std::move(argument), {values...}});
    }

    /// Destroys the handler uncalled and ends its outstanding work. The handler may hold the last reference
    /// to the operation, so the caller must hold one, too.
    void discard() noexcept
    {
        assert_unlocked();
        executor_.reset();
        [[maybe_unused]] auto const handler = std::exchange(handler_, std::nullopt);
    }

private:
    template <class Owner, class Argument, class... Values>
    struct call {
        call(ref<Owner> o, pending_handler Owner::* s, Argument a, std::tuple<Values Owner::*...> v) noexcept
            : owner{std::move(o)}
            , self{s}
            , argument{std::move(a)}
            , values{v}
        {
        }
        call(call&&) noexcept = default;
        call& operator=(call&&) = delete;
        // Destroyed by the executor instead of called. The handler must be destroyed too, because it may own
        // the coroutine that it would have resumed, the coroutine owns the cancellation slot, and the slot
        // owns the operation.
        ~call()
        {
            if (owner && !rejected(&((*owner).*self)))
                ((*owner).*self).discard();
        }
        void operator()()
        {
            auto const operation = std::exchange(owner, {});
            auto& pending = (*operation).*self;
            // Ended here, because another thread may hold the operation for longer than the context lives.
            [[maybe_unused]] auto const work = std::exchange(pending.executor_, std::nullopt);
            auto handler = std::move(*pending.handler_);
            pending.handler_.reset();
            if (auto s = asio::get_associated_cancellation_slot(handler); s.is_connected())
                s.clear();
            std::apply(
                [&](auto... v) { std::move(handler)(std::move(argument), std::move((*operation).*v)...); },
                values);
        }

        ref<Owner> owner;
        pending_handler Owner::* self;
        Argument argument;
        [[no_unique_address]] std::tuple<Values Owner::*...> values;
    };

    using executor = asio::associated_executor_t<Handler, asio::any_io_executor>;
    using busy_executor = std::decay_t<
        typename asio::prefer_result<executor, asio::execution::outstanding_work_t::tracked_t>::type>;

    std::optional<busy_executor> executor_;
    std::optional<Handler> handler_;
};

} // namespace detail
TASKS_END_NAMESPACE
