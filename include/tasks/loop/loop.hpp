// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/asio/detail/initiate.hpp>
#include <tasks/asio/detail/inline_executor.hpp>
#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/body.hpp>
#include <tasks/loop/detail/direct_call.hpp>
#include <tasks/loop/detail/explain.hpp>
#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/log.hpp>
#include <tasks/loop/observer.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/schedule/schedule.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES

namespace detail {

struct loop_access;

/// Packs the arguments of a run, before anything is changed.
template <class... Args>
[[nodiscard]] loop_core::arguments pack_arguments(Args&&... args)
{
    if constexpr (sizeof...(Args) == 0)
        return nullptr;
    else
        return std::make_shared<std::tuple<Args...> const>(std::move(args)...);
}

/// A loop with its body and the types of its arguments.
template <class Body, class... Args>
class core_with_body final : public loop_core {
public:
    template <class F, class... Bound>
    core_with_body(asio::any_io_executor executor, options o, F&& function, Bound&&... bound)
        : loop_core{std::move(executor), std::move(o),
                    body_kind{.can_expire = Body::can_expire,
                              .takes_iteration = !Body::template callable_without_iteration<Args...>,
                              .takes_arguments = sizeof...(Args) != 0}}
        , body_{std::in_place, std::forward<F>(function), std::forward<Bound>(bound)...}
    {
    }

private:
    asio::awaitable<void> invoke_body(iteration const& it, void const* args) override
    {
        if constexpr (sizeof...(Args) == 0)
            return body_(it);
        else
            return std::apply([&](Args const&... a) { return body_(it, a...); },
                              *static_cast<std::tuple<Args...> const*>(args));
    }
    bool body_expired() const noexcept override { return body_.expired(); }

    Body body_;
};

/// Whether values of the types `Given` can be the arguments of a loop.
template <class Wanted, class Given>
inline constexpr bool arguments_fit = false;
template <class... Wanted, class... Given>
    requires(sizeof...(Wanted) == sizeof...(Given))
inline constexpr bool arguments_fit<type_list<Wanted...>, type_list<Given...>> =
    (std::is_convertible_v<Given, Wanted> && ...);

} // namespace detail

/// The interface that loops of all signatures share: control without arguments, queries, and waiting. It
/// cannot be constructed by itself.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe, except for the destructor. No function runs the body or a
/// hook inside the call, and none blocks.
class loop_base {
public:
    using executor_type = asio::any_io_executor;

    loop_base(loop_base const&) = delete;
    loop_base& operator=(loop_base const&) = delete;

    /// Ends the run gracefully, as `exit_reason::completed`:
    ///
    /// - idle, or in the error or after hook: only revokes a pending `restart()`
    /// - sleeping: ends the sleep at once
    /// - in the body, or between its retries: finishes the iteration, retries included
    /// - in the before hook, or before the first step: finishes that hook, and runs no iteration
    ///
    /// Then the after hook runs.
    void stop() noexcept { core_->stop(); }

    /// Ends the run by terminal cancellation, as `exit_reason::cancelled`:
    ///
    /// - idle, or in the error or after hook: only revokes a pending `restart()`
    /// - sleeping or backing off: ends the wait at once
    /// - in the before hook or the body: cancels the operations that they await, at their next suspension;
    ///   they may clean up, and may even continue, but no iteration follows
    /// - before the first step: ends the run without any hook
    ///
    /// Otherwise the after hook runs; the error hook does not.
    /// @throws std::bad_alloc nothing has changed then
    void cancel() { core_->cancel(); }

    /// Replaces the schedule, at any time:
    ///
    /// - sleeping: the wait is set to the next slot of the new schedule at once. An interval counts from the
    ///   last slot served, or starts now if the slot after that has passed; instants are strictly after now.
    /// - in the body or a back-off: the next slot is computed again in the same way
    /// - idle, or in the before hook: the first slot is one of the new schedule
    ///
    /// @throws bad_option an interval of 0 with unlimited overlap; nothing has changed then
    /// @throws anything that a user's schedule throws; nothing has changed then
    void change_interval(schedule every) { core_->change_interval(std::move(every)); }

    /// Requests an iteration now, whatever the schedule says. The next iteration to start serves it; if no
    /// slot makes one start, one starts as soon as fewer than `overlap` are in flight. So a burst of calls is
    /// one iteration, and a call during an iteration leads to one more. It serves no slot: the schedule goes
    /// on as if it had not been, but a fixed delay counts from its end.
    ///
    /// - sleeping or paused: the iteration starts at the loop's next step
    /// - in the body, or between its retries: it starts afterwards
    /// - before the first step, or in the before hook: it starts when that hook has ended
    /// - idle, stopped, cancelled, failed, or in the last counted iteration: returns false
    ///
    /// @returns whether the request was taken; even so, `stop()`, `cancel()` or a failure may come first
    /// @throws std::bad_alloc nothing has changed then
    bool trigger() { return core_->trigger(); }
    /// Requests an iteration at an instant of the wall clock, in place of an earlier request for later. If
    /// the instant is not ahead, acts as `trigger()`. The run has only one such alarm, which goes with the
    /// run.
    /// @returns as `trigger()`
    /// @throws std::bad_alloc nothing has changed then
    bool trigger_at(time_point when)
    {
        return core_->trigger_at({.clock = detail::clock_kind::wall, .at = when.time_since_epoch()});
    }
    /// As `trigger_at`, after a delay on the steady clock.
    /// @throws bad_option the delay is not a number
    bool trigger_in(detail::clamped_duration delay) { return core_->trigger_in(delay); }

    /// Suspends the schedule until `resume()`: no slot starts an iteration. Iterations in flight, their
    /// retries, the hooks and requests go on. Being paused belongs to the loop, so it lasts over the end of a
    /// run and the start of another. Repeating the call changes nothing.
    void pause() noexcept { core_->pause(); }
    /// Ends the pause. Slots that came due in it, or were overdue when it began, are missed; the grid stays,
    /// and the next slot is strictly after now. A slot of a fixed delay is not lost: it is due now.
    void resume() noexcept { core_->resume(); }

    /// Adds exception types to those that are retried, with the types derived from them. Takes effect at
    /// once, also in a run.
    template <class... E>
    void add_exception_type()
    {
        core_->change_handled([](detail::handled_errors& h) {
            (h.add<E>(), ...);
            return true;
        });
    }

    /// Removes exception types from those that are retried. `tasks::network_errors` stands for the default
    /// types. A retry that is already scheduled still takes place.
    /// @returns whether all of the types were there
    template <class... E>
    bool remove_exception_type()
    {
        return core_->change_handled(
            [](detail::handled_errors& h) { return (static_cast<int>(h.remove<E>()) & ... & 1) == 1; });
    }

    /// Removes all exception types and the predicate of `retry_if`, so that nothing is retried.
    void clear_exception_types()
    {
        core_->change_handled([](detail::handled_errors& h) {
            h.clear();
            return true;
        });
    }

    /// Also retries the exceptions for which a predicate returns true. Replaces an earlier predicate. A
    /// predicate over `std::exception_ptr` sees every exception, one over `std::error_code` those that carry
    /// a code. An exception that it throws fails the run.
    ///
    /// The predicate is stored as a single object, so it may have state, and need not be copyable. The loop
    /// calls it on its executor, one call at a time even with `overlap`, and never with a lock held. After it
    /// has been replaced, it is destroyed when no call is in progress, by the thread that releases it last.
    template <class Predicate>
    void retry_if(Predicate predicate)
    {
        auto const shared = detail::make_retry_predicate(std::move(predicate));
        core_->change_handled([&](detail::handled_errors& h) {
            h.retry_if(shared);
            return true;
        });
    }

    /// The number of the iteration in progress, counted from 0 in each run. Sleeping: that of the last
    /// iteration. With `overlap`: that of the latest iteration started. In the after hook of a run that
    /// reached its count: the count. Idle: 0.
    [[nodiscard]] std::uint64_t current_loop() const { return core_->current_loop(); }
    /// The slot that the loop waits for, or the alarm of `trigger_at` if that is earlier; during a body, the
    /// slot after the last one served, past or not. Empty if no iteration will follow, if the next slot is
    /// not known yet, and for the slots of a paused loop.
    [[nodiscard]] std::optional<time_point> next_iteration() const { return core_->next_iteration(); }
    /// The next `n` slots as the schedule has them: `next_iteration()`, and those that follow it. No more
    /// than the iterations that the count leaves; with an interval of 0 or a fixed delay, only the first.
    /// Empty where `next_iteration()` is empty: idle, before the first step, in hooks, once stopped or
    /// cancelled.
    ///
    /// During a body that takes longer than the distance of two slots, those that are overdue come first; the
    /// option `missed` decides about them. An interval follows the steady clock, so its slots are shown as
    /// the wall clock reads now.
    ///
    /// Asks the schedule in the caller's thread, without a lock.
    /// @throws bad_schedule, and anything that a user's schedule throws
    [[nodiscard]] std::vector<time_point> upcoming(std::size_t n) const { return core_->upcoming(n); }
    /// True from `start()` until the run has ended, hooks included.
    [[nodiscard]] bool is_running() const { return core_->is_running(); }
    /// True from the failure of a run until the next start.
    [[nodiscard]] bool failed() const { return core_->failed(); }
    /// The exception of a failed run, until the next start; otherwise null.
    [[nodiscard]] std::exception_ptr exception() const { return core_->exception(); }
    /// Whether `pause()` is in force.
    [[nodiscard]] bool is_paused() const { return core_->is_paused(); }
    /// The number of iterations that ended with a fatal exception in a row; 0 again after a success. Kept
    /// over the end of a run until the next start.
    [[nodiscard]] std::uint64_t failures() const { return core_->failures(); }
    /// The last exception that was fatal for an iteration, until the next start; null if there was none.
    [[nodiscard]] std::exception_ptr last_error() const { return core_->last_error(); }
    /// Whether the run had no success for as long as the option `expect`. False without the option, between
    /// runs, and while the loop is paused. Answers even if the loop's executor is blocked.
    [[nodiscard]] bool is_overdue() const { return core_->is_overdue(); }
    /// True from `cancel()` or `restart()` until that run has ended.
    [[nodiscard]] bool is_being_cancelled() const { return core_->is_being_cancelled(); }
    /// The schedule.
    [[nodiscard]] schedule every() const { return core_->every(); }
    /// The number of iterations of a run, if it is limited.
    [[nodiscard]] std::optional<std::int64_t> count() const noexcept { return core_->count(); }
    [[nodiscard]] std::string const& name() const noexcept { return core_->name(); }
    /// The executor that runs the body and the hooks: the given one, or the strand made for a context.
    [[nodiscard]] executor_type get_executor() const noexcept { return core_->executor(); }

    /// Waits until the current run has ended, hooks included. Completes at once if there is none. Fails in
    /// the loop's own body or hooks, because the wait would never end there.
    ///
    /// @par Completion signature
    /// `void(std::exception_ptr)`, with
    ///
    /// - the exception of the run if it failed; without a run, that of the last one, as `exception()`
    /// - `abandoned` if the loop or its execution context is destroyed, even before the operation begins
    /// - `std::logic_error` on the executor of the loop's own body and hooks
    /// - null otherwise
    ///
    /// With `use_awaitable` it is thrown.
    /// @par Per-operation cancellation
    /// All types end the wait, with `operation_aborted`; the loop is not affected.
    template <class Token = asio::use_awaitable_t<>>
    auto async_join(Token&& token = {})
    {
        return asio::async_initiate<Token, void(std::exception_ptr)>(
            initiate_wait{{core_}}, token, &detail::loop_core::join,
            "' cannot be joined by its own body or hooks, because it would wait for them; "
            "call stop() to end the run, and join it elsewhere");
    }

    /// As `trigger()`, and waits until the iteration that serves the request has ended for good: its retries,
    /// and under `on_error::next_slot` the error hook, included.
    ///
    /// @par Completion signature
    /// `void(std::exception_ptr)`, with
    ///
    /// - null if the iteration succeeded, or the body threw `skipped`
    /// - the exception that was fatal for the iteration
    /// - `operation_aborted` if it was cancelled, or the run ended before one served the request
    /// - `not_running` where `trigger()` would return false
    /// - `std::logic_error` on the executor of the loop's own body and hooks, where the wait would never end
    /// - `abandoned` if the loop or its execution context is destroyed, even before the operation begins
    ///
    /// With `use_awaitable` it is thrown.
    /// @par Per-operation cancellation
    /// All types end the wait, with `operation_aborted`; the request stands.
    template <class Token = asio::use_awaitable_t<>>
    auto async_trigger(Token&& token = {})
    {
        return asio::async_initiate<Token, void(std::exception_ptr)>(
            initiate_wait{{core_}}, token, &detail::loop_core::trigger_and_join,
            "' cannot wait in its own body or hooks for an iteration that it requests, because that begins "
            "when they have ended; call trigger() there, which does not wait");
    }

protected:
    explicit loop_base(detail::ref<detail::loop_core> core) noexcept
        : core_{std::move(core)}
    {
    }

    /// See `loop::~loop`.
    ~loop_base()
    {
        if (core_)
            core_->abandon();
    }

    /// The common part of the initiating functions. It keeps the state of a loop that is destroyed before a
    /// lazy operation begins.
    struct initiation {
        using executor_type = asio::any_io_executor;
        [[nodiscard]] executor_type get_executor() const noexcept { return core->executor(); }

        /// Calls `begin(joiner, cancel_slot)`, which either throws an error or completes the joiner with it.
        template <class Handler, class Begin>
        void operator()(Handler& handler, Begin begin) const
        {
            detail::initiate<std::exception_ptr>(handler, [&](Handler& h) {
                using joiner = detail::join_op<Handler>;
                if (core->queue()->closed()) {
                    // The loop's executor must no longer be used.
                    asio::any_io_executor const here{detail::inline_executor{}};
                    detail::ref const j{new joiner{std::move(h), here, core->queue()}};
                    j->complete(core->context_went_away(), here);
                    return;
                }
                detail::ref const j{new joiner{std::move(h), core->executor(), core->queue()}};
                try {
                    begin(detail::ref<detail::joiner>{j.get()}, j->cancel_slot());
                } catch (...) {
                    j->complete(std::current_exception(), core->executor());
                }
            });
        }

        detail::ref<detail::loop_core> core;
    };

    /// Begins an operation with a joiner, whose cancellation ends the wait only. The loop's own body and
    /// hooks, which would wait for themselves, are refused.
    struct initiate_wait : initiation {
        using function = void (detail::loop_core::*)(detail::ref<detail::joiner>);

        template <class Handler>
        void operator()(Handler handler, function begin, char const* refusal) const
        {
            bool const waits_for_itself =
                detail::is_gate_of(*core, asio::get_associated_executor(handler, detail::inline_executor{}));
            initiation::operator()(handler, [&](detail::ref<detail::joiner> j, auto cancel_slot) {
                if (waits_for_itself)
                    throw std::logic_error{"tasks: loop '" + core->name() + refusal};
                if (cancel_slot.is_connected())
                    cancel_slot.assign([core = core, j](asio::cancellation_type) { core->leave_join(*j); });
                ((*core).*begin)(std::move(j));
            });
        }
    };

    detail::ref<detail::loop_core> core_;

private:
    friend struct detail::loop_access;
};

#define TASKS_WRONG_ARGUMENTS                                                                                \
    "tasks: start() and restart() take the arguments of the loop's signature: the parameters of its body, "  \
    "without a leading tasks::iteration and without bound values"

#define TASKS_TEMPORARY_LOOP                                                                                 \
    "tasks: the loop is a temporary, so that the reference that its setters return would dangle; "           \
    "name the loop, then set its hooks: tasks::loop l{io, 5s, body}; l.error(hook);"

/// Runs a coroutine or a plain function repeatedly: at an interval, at times of day, or a number of times,
/// with hooks, retries and control. `Signature` is `void(Args…)`, the arguments that `start` passes to every
/// iteration. It is deduced from the body.
///
/// @code
/// asio::io_context io;
/// tasks::loop printer{io, 5s, []() -> asio::awaitable<void> {
///     fmt::print("doing very useful stuff.\n");
///     co_return;
/// }};
/// printer.start();
/// io.run();
/// @endcode
///
/// A loop can be neither copied nor moved, so that a captured `this` stays valid. Declare a member as
/// `tasks::loop<>`, after all others, so that it is destroyed, and silenced, first.
///
/// @par Thread safety
/// As `loop_base`. The body and the hooks run on the loop's executor, one at a time unless `overlap` allows
/// more. A loop made from a context, or from an executor of `asio::thread_pool` or `asio::system_executor`,
/// gets a strand of its own. Any other executor must not run two functions at once: that of an `io_context`
/// run by one thread, or a strand.
template <class Signature = void()>
class loop;

template <class... Args>
class loop<void(Args...)> : public loop_base {
    static_assert((std::same_as<Args, std::decay_t<Args>> && ...),
                  "tasks: arguments are stored; name their types without const and reference");

public:
    // Has no body, only for the error message.
    template <class Where, class When>
    loop(Where&& where, When&& when)
        : loop_base{no_core(where, std::forward<When>(when))}
    {
    }
    template <class Where>
    loop(Where&& where, options o)
        : loop_base{no_core(where, std::move(o))}
    {
    }

    /// Constructs an idle loop.
    ///
    /// @param where an execution context, or an executor
    /// @param every only the schedule, `5s` or `tasks::day_at(9h)`, or all options in braces
    /// @param body a coroutine returning `asio::awaitable<void>`, or a function returning void: a lambda, a
    /// function, a member function with its object bound (`this`, a `std::shared_ptr`, or a `std::weak_ptr`,
    /// which is locked for each attempt; once it has expired, the run ends as completed). It may take a
    /// leading `tasks::iteration const&`.
    /// @param bound values passed to the body before its arguments, stored as by `std::jthread`
    /// @throws bad_option an option breaks its rule
    template <class Where, class Every, class F, class... Bound>
        requires(!std::convertible_to<Every, options>)
    loop(Where&& where, Every&& every, F&& body, Bound&&... bound)
        : loop_base{make_core(where, std::forward<Every>(every), std::forward<F>(body),
                              std::forward<Bound>(bound)...)}
    {
    }

    /// @overload
    // With an unknown name in the braces, or with an overloaded function, no constructor can be called, so
    // that no static_assert is reached. Compilers then list the constructors with their line of source, this
    // one first. The same holds for the hooks.
    template <class Where, class F, class... Bound>
    // clang-format off
    loop(Where&& where, options o, F&& body, Bound&&... bound) // tasks: the options in braces are, in this order: .every, .count, .reconnect, .backoff, .missed, .overlap, .initial_delay, .jitter, .timeout, .grace, .retries, .on_error, .expect, .name; cast an overloaded function to the one meant
        // clang-format on
        : loop_base{make_core(where, std::move(o), std::forward<F>(body), std::forward<Bound>(bound)...)}
    {
    }

    /// Silences the loop in any state. Never blocks and never throws. No statement of the body, of the hooks,
    /// or after one of their `co_await`s runs afterwards: the operations that they await are cancelled, and
    /// completions that arrive later are destroyed instead of resuming a coroutine. Waiting joiners complete
    /// with `abandoned`.
    ///
    /// The locals of suspended coroutines are destroyed when the executor next runs, so their destructors
    /// must not use the owner of the loop. If clean-up code has to run, await `stop()` and `async_join()`
    /// first.
    ///
    /// Allowed inside the loop's own body and hooks, which continue to their next suspension. Allowed on
    /// another thread only if the executor is not running them at that moment.
    ~loop() = default;

    /// Begins a run. The call itself executes nothing of it; the executor runs the first step.
    /// @throws already_running unless idle
    /// @throws abandoned the execution context is gone
    void start(Args... args) { core_->start(detail::pack_arguments<Args...>(std::move(args)...)); }

    /// Idle: as `start`. Otherwise cancels the run as `cancel()` does, unless it is already ending, and
    /// starts a new one when it has ended, hooks included. The last call wins: a later `restart` replaces the
    /// arguments, a later `cancel()` or `stop()` revokes the new run.
    void restart(Args... args) { core_->restart(detail::pack_arguments<Args...>(std::move(args)...)); }

    /// Runs the body once, outside the schedule, on the loop's executor. This is not an iteration: it has no
    /// hooks, no retries and no number of its own, and does not count for `overlap`. `stop`, `cancel` and
    /// shutdown do not affect it, and several calls may be in progress at once. Its exception goes to the
    /// caller only; `abandoned` if the loop or its execution context is destroyed. Lazy: nothing happens
    /// until the result is awaited or spawned.
    ///
    /// @par Per-operation cancellation
    /// All types are passed on to the operations that the body awaits.
    [[nodiscard]] asio::awaitable<void> operator()(Args... args)
    {
        return asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr)>(
            initiate_call{{core_}}, asio::use_awaitable, detail::pack_arguments<Args...>(std::move(args)...));
    }

    /// Sets the hook that runs before the first iteration of each run. Its end is the first slot of an
    /// interval. It is a coroutine or a plain function, with bound values as for the body. If it throws, the
    /// run fails.
    /// @throws already_running unless idle
    template <class F, class... Bound>
    loop& before_loop(F&& f, Bound&&... bound) & // tasks: cast an overloaded function to the one meant
    {
        core_->set_before(make_hook<detail::role::hook>(std::forward<F>(f), std::forward<Bound>(bound)...));
        return *this;
    }

    /// Sets the hook that runs last in every run that reached its first step, however the run ends. It is
    /// never interrupted.
    /// @throws already_running unless idle
    template <class F, class... Bound>
    loop& after_loop(F&& f, Bound&&... bound) & // tasks: cast an overloaded function to the one meant
    {
        core_->set_after(make_hook<detail::role::hook>(std::forward<F>(f), std::forward<Bound>(bound)...));
        return *this;
    }

    /// Sets the hook that runs on a fatal error, and takes it as a `std::exception_ptr` after its bound
    /// values. It is never interrupted. Without this hook the error goes to the log sink.
    /// @throws already_running unless idle
    template <class F, class... Bound>
    loop& error(F&& f, Bound&&... bound) & // tasks: cast an overloaded function to the one meant
    {
        core_->set_error(make_hook<detail::role::error_hook, std::exception_ptr>(
            std::forward<F>(f), std::forward<Bound>(bound)...));
        return *this;
    }

    /// Attaches an observer, which replaces an earlier one: an object with any subset of the members of
    /// `tasks::observer`, derived from it or not. It must outlive the loop, which calls the members on its
    /// executor.
    /// @throws already_running unless idle
    template <class Observer>
    loop& observe(Observer& observer) &
    {
        return attach<Observer>(std::shared_ptr<Observer>{std::shared_ptr<void>{}, std::addressof(observer)});
    }

    /// As above, with shared ownership.
    /// @throws bad_option the pointer is null
    template <class Observer>
    loop& observe(std::shared_ptr<Observer> observer) &
    {
        return attach<Observer>(detail::require_observer(std::move(observer)));
    }

    /// As above, for the result of `tasks::observers(a, b, …)`, which the loop keeps.
    template <class... Pointers>
    loop& observe(detail::observer_list<Pointers...>&& list) &
    {
        return observe(std::make_shared<detail::observer_list<Pointers...>>(std::move(list)));
    }

    /// Combines `start(args…)` and `async_join` in one operation, for structured code.
    ///
    /// @par Completion signature
    /// `void(std::exception_ptr)`, as of `async_join`; `already_running` if the loop is not idle; `abandoned`
    /// if it is gone.
    /// @par Per-operation cancellation
    /// Terminal acts as `cancel()`, partial and total as `stop()`; the operation completes when the run has
    /// ended.
    template <class Token = asio::use_awaitable_t<>>
    auto async_run(Args... args, Token&& token = {})
    {
        return asio::async_initiate<Token, void(std::exception_ptr)>(
            initiate_run{{core_}}, token, detail::pack_arguments<Args...>(std::move(args)...));
    }

    // The following overloads take wrong arguments, only for the error message.
    template <class... Given>
    loop& before_loop(Given&&...) &&
    {
        static_assert(detail::always_false<detail::type_list<Given...>>, TASKS_TEMPORARY_LOOP);
        return *this;
    }
    template <class... Given>
    loop& after_loop(Given&&...) &&
    {
        static_assert(detail::always_false<detail::type_list<Given...>>, TASKS_TEMPORARY_LOOP);
        return *this;
    }
    template <class... Given>
    loop& error(Given&&...) &&
    {
        static_assert(detail::always_false<detail::type_list<Given...>>, TASKS_TEMPORARY_LOOP);
        return *this;
    }
    template <class... Given>
    loop& observe(Given&&...) &&
    {
        static_assert(detail::always_false<detail::type_list<Given...>>, TASKS_TEMPORARY_LOOP);
        return *this;
    }
    template <class Observer>
        requires(!std::is_lvalue_reference_v<Observer>)
    loop& observe(Observer&&) &
    {
        static_assert(detail::always_false<Observer>, TASKS_TEMPORARY_OBSERVER);
        return *this;
    }
    template <class... Given>
        requires(!detail::arguments_fit<detail::type_list<Args...>, detail::type_list<Given...>>)
    void start(Given&&...)
    {
        static_assert(detail::always_false<detail::type_list<Given...>>, TASKS_WRONG_ARGUMENTS);
    }
    template <class... Given>
        requires(!detail::arguments_fit<detail::type_list<Args...>, detail::type_list<Given...>>)
    void restart(Given&&...)
    {
        static_assert(detail::always_false<detail::type_list<Given...>>, TASKS_WRONG_ARGUMENTS);
    }

private:
    template <class Where, class When, class F, class... Bound>
    static detail::ref<detail::loop_core> make_core(Where& where, When&& when, F&& f, Bound&&... bound)
    {
        using body = detail::bound_call<std::decay_t<F>, std::decay_t<Bound>...>;
        using explained =
            detail::explain_call<detail::role::body, std::decay_t<F>,
                                 detail::type_list<std::decay_t<Bound>...>, detail::type_list<Args...>>;
        if constexpr (detail::explain_where<Where>())
            if constexpr (detail::explain_when<When>())
                if constexpr (explained::fits())
                    return detail::ref<detail::loop_core>{new detail::core_with_body<body, Args...>{
                        detail::executor_for(where), detail::as_options(std::forward<When>(when)),
                        std::forward<F>(f), std::forward<Bound>(bound)...}};
        return {};
    }

    template <class Where, class When>
    static detail::ref<detail::loop_core> no_core(Where&, When&&)
    {
        if constexpr (detail::explain_where<Where>())
            if constexpr (detail::explain_when<When>())
                static_assert(
                    detail::always_false<When>,
                    "tasks: the body is missing; it is the third argument: tasks::loop l{io, 5s, body}");
        return {};
    }

    template <detail::role Role, class... HookArgs, class F, class... Bound>
    static detail::hook_function<HookArgs...> make_hook(F&& f, Bound&&... bound)
    {
        using body = detail::bound_call<std::decay_t<F>, std::decay_t<Bound>...>;
        using explained =
            detail::explain_call<Role, std::decay_t<F>, detail::type_list<std::decay_t<Bound>...>,
                                 detail::type_list<HookArgs...>>;
        if constexpr (explained::fits())
            return detail::hook_function<HookArgs...>{
                std::in_place,
                [call = body{std::in_place, std::forward<F>(f), std::forward<Bound>(bound)...}](
                    HookArgs const&... args) mutable { return call(iteration{}, args...); }};
        else
            return {};
    }

    template <class Observer>
    loop& attach(std::shared_ptr<Observer> observer)
    {
        using called = detail::called_through_t<Observer>;
        static_assert(detail::sees_anything<called>, TASKS_NO_OBSERVER);
        std::shared_ptr<called> const object{std::move(observer)};
        core_->set_observer({.object = std::const_pointer_cast<std::remove_const_t<called>>(object),
                             .table = &detail::observer_table_of<called>});
        return *this;
    }

    struct initiate_call : initiation {
        template <class Handler>
        void operator()(Handler handler, detail::loop_core::arguments args) const
        {
            initiation::operator()(handler, [&](detail::ref<detail::joiner> j, auto cancel_slot) {
                detail::ref const call{new detail::direct_call{this->core, std::move(args), std::move(j)}};
                if (cancel_slot.is_connected())
                    cancel_slot.assign([call](asio::cancellation_type type) { call->cancel(type); });
                this->core->call_directly(call);
            });
        }
    };

    struct initiate_run : initiation {
        template <class Handler>
        void operator()(Handler handler, detail::loop_core::arguments args) const
        {
            initiation::operator()(handler, [&](detail::ref<detail::joiner> j, auto cancel_slot) {
                if (cancel_slot.is_connected()) {
                    cancel_slot.assign([core = this->core](asio::cancellation_type type) {
                        if ((type & asio::cancellation_type::terminal) != asio::cancellation_type::none)
                            core->cancel();
                        else
                            core->stop();
                    });
                }
                this->core->start_and_join(std::move(args), std::move(j));
            });
        }
    };
};

#undef TASKS_WRONG_ARGUMENTS
#undef TASKS_TEMPORARY_LOOP

// Has no body, only for the error message.
template <class Where, class When>
loop(Where&&, When&&) -> loop<>;
template <class Where>
loop(Where&&, options) -> loop<>;

template <class Where, class Every, class F, class... Bound>
    requires(!std::convertible_to<Every, options>)
loop(Where&&, Every&&, F&&, Bound&&...) -> loop<detail::signature_t<F, Bound...>>;

// clang-format off
template <class Where, class F, class... Bound>
loop(Where&&, options, F&&, Bound&&...) -> loop<detail::signature_t<F, Bound...>>; // tasks: the options in braces are, in this order: .every, .count, .reconnect, .backoff, .missed, .overlap, .initial_delay, .jitter, .timeout, .grace, .retries, .on_error, .expect, .name; cast an overloaded function to the one meant
// clang-format on

TASKS_END_COROUTINES
TASKS_END_NAMESPACE
