// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/asio/detail/initiate.hpp>
#include <tasks/asio/detail/inline_executor.hpp>
#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/base/log.hpp>
#include <tasks/loop/detail/body.hpp>
#include <tasks/loop/detail/direct_call.hpp>
#include <tasks/loop/detail/explain.hpp>
#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/observer.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/schedule/schedule.hpp>

#include <concepts>
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

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES

namespace detail {

struct loop_access;

/// The typed half of a loop: its arguments.
template <class... Args>
class typed_core : public loop_core {
public:
    using loop_core::loop_core;
    using tuple = std::tuple<Args...>;

    /// The arguments of a run, made before anything is changed.
    [[nodiscard]] static arguments pack(Args&&... args)
    {
        if constexpr (sizeof...(Args) == 0)
            return nullptr;
        else
            return std::make_shared<tuple const>(std::move(args)...);
    }
};

/// The rest: its body.
template <class Body, class... Args>
class core_with_body final : public typed_core<Args...> {
public:
    template <class F, class... Bound>
    core_with_body(asio::any_io_executor executor, options o, F&& function, Bound&&... bound)
        : typed_core<Args...>{std::move(executor), std::move(o),
                              body_kind{.can_expire = Body::can_expire,
                                        .takes_iteration =
                                            !Body::template callable_without_iteration<Args...>}}
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

/// What loops of all signatures have in common: control without arguments, questions, waiting. Not
/// constructible by itself.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe, but for the destructor. None of the functions runs the body
/// or a hook inside the call, and none blocks.
class loop_base {
public:
    using executor_type = asio::any_io_executor;

    loop_base(loop_base const&) = delete;
    loop_base& operator=(loop_base const&) = delete;

    /// Ends the run gracefully, as `exit_reason::completed`.
    ///
    /// Idle, or in the error or after hook: only revokes a pending `restart`. Sleeping: the sleep ends at
    /// once. In the body, or between its retries: it is finished, retries included. In the before hook, or
    /// before the first step: that hook runs to its end, and no iteration. Then the after hook runs.
    void stop() noexcept { core_->stop(); }

    /// Ends the run by terminal cancellation, as `exit_reason::cancelled`.
    ///
    /// Idle, or in the error or after hook: only revokes a pending `restart`. Sleeping or backing off: ends
    /// at once. In the before hook or the body: what they await is cancelled at their next suspension; they
    /// may clean up, and may even go on, but are the last. Before the first step: no hook runs at all.
    /// Otherwise the after hook runs; the error hook does not.
    /// @throws std::bad_alloc nothing has changed then.
    void cancel() { core_->cancel(); }

    /// Replaces the schedule, at any time.
    ///
    /// Sleeping: re-armed at once. An interval counts from the last slot served (if that is past: from now),
    /// instants are strictly after now. In the body or a back-off: the next slot is computed anew in the same
    /// way. Idle, or in the before hook: the first slot will be one of the new schedule.
    /// @throws bad_option an interval of 0 with unlimited overlap; nothing has changed then.
    /// @throws anything that a user's schedule throws; nothing has changed then.
    void change_interval(schedule every) { core_->change_interval(std::move(every)); }

    /// Retries exceptions of these types as well (and of types derived from them). Acts at once, also on a
    /// run.
    template <class... E>
    void add_exception_type()
    {
        core_->change_handled([](detail::handled_errors& h) {
            (h.add<E>(), ...);
            return true;
        });
    }

    /// No longer retries exceptions of these types; true if all of them had been there. The types that are
    /// there by default go by the name of `tasks::network_errors`. A retry that is already waited for takes
    /// place all the same.
    template <class... E>
    bool remove_exception_type()
    {
        return core_->change_handled(
            [](detail::handled_errors& h) { return (static_cast<int>(h.remove<E>()) & ... & 1) == 1; });
    }

    /// Retries nothing any more: neither types nor the predicate of `retry_if`.
    void clear_exception_types()
    {
        core_->change_handled([](detail::handled_errors& h) {
            h.clear();
            return true;
        });
    }

    /// Also retries what the predicate says, over `std::exception_ptr` or over `std::error_code` (then: of
    /// exceptions that carry one). Replaces an earlier predicate. If it throws, the run fails with that.
    ///
    /// The predicate is moved in and then stays one object, so it may have state; it need not be copyable.
    /// The loop calls it on its executor, one call at a time, also with `overlap`, and never under a lock. It
    /// is destroyed when it has been replaced and is not being called, on whichever thread lets go of it
    /// last.
    template <class Predicate>
    void retry_if(Predicate predicate)
    {
        auto const shared = detail::make_retry_predicate(std::move(predicate));
        core_->change_handled([&](detail::handled_errors& h) {
            h.retry_if(shared);
            return true;
        });
    }

    /// The number of the iteration in progress, counted from 0 in each run; while sleeping, of the last one;
    /// with `overlap`, of the latest started. In the after hook of a run that reached its count: the count.
    /// Idle: 0.
    [[nodiscard]] std::uint64_t current_loop() const { return core_->current_loop(); }
    /// The slot being waited for; during a body, the slot after the last one served, past or not. Nothing if
    /// no iteration will follow or the first is not determined yet.
    [[nodiscard]] std::optional<time_point> next_iteration() const { return core_->next_iteration(); }
    /// From `start()` until the run has ended, hooks included.
    [[nodiscard]] bool is_running() const { return core_->is_running(); }
    /// From the failure of a run until the next start.
    [[nodiscard]] bool failed() const { return core_->failed(); }
    /// The exception of a failed run, until the next start; otherwise null.
    [[nodiscard]] std::exception_ptr exception() const { return core_->exception(); }
    /// From `cancel()`, or `restart()`, until that run has ended.
    [[nodiscard]] bool is_being_cancelled() const { return core_->is_being_cancelled(); }
    /// The schedule.
    [[nodiscard]] schedule every() const { return core_->every(); }
    /// The number of iterations in a run, if it was limited.
    [[nodiscard]] std::optional<std::int64_t> count() const noexcept { return core_->count(); }
    [[nodiscard]] std::string const& name() const noexcept { return core_->name(); }
    /// The executor on which body and hooks run: the one given, or the strand that was made for a context.
    [[nodiscard]] executor_type get_executor() const noexcept { return core_->executor(); }

    /// Waits until the current run is over, hooks included. Completes at once if there is none. Awaited by
    /// the body or a hook of the loop itself it would never end, so there it fails.
    ///
    /// @par Completion signature
    /// `void(std::exception_ptr)`: the exception of the run if it failed (without a run: of the last one, as
    /// `exception()`); `abandoned` if the loop or its execution context is destroyed, also if it was before
    /// the operation began; `std::logic_error` on the executor that the loop's own body and hooks see; null
    /// otherwise. With `use_awaitable` it is thrown.
    /// @par Per-operation cancellation
    /// Any type gives up waiting, with `operation_aborted`; the loop is not affected.
    template <class Token = asio::use_awaitable_t<>>
    auto async_join(Token&& token = {})
    {
        return asio::async_initiate<Token, void(std::exception_ptr)>(initiate_join{{core_}}, token);
    }

protected:
    explicit loop_base(detail::ref<detail::loop_core> core) noexcept
        : core_{std::move(core)}
    {
    }

    /// See `loop::~loop`.
    ~loop_base() { core_->abandon(); }

    /// What the initiating functions have in common. It keeps the state of a loop that is destroyed before a
    /// lazy operation begins.
    struct initiation {
        using executor_type = asio::any_io_executor;
        [[nodiscard]] executor_type get_executor() const noexcept { return core->executor(); }

        /// Hands the handler to `begin(joiner, cancel_slot)`, which tells the joiner whatever goes wrong or
        /// throws it.
        template <class Handler, class Begin>
        void operator()(Handler& handler, Begin begin) const
        {
            detail::initiate<std::exception_ptr>(handler, [&](Handler& h) {
                using joiner = detail::join_op<Handler>;
                if (core->queue()->closed()) {
                    // The loop's executor must not be touched any more.
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

    struct initiate_join : initiation {
        template <class Handler>
        void operator()(Handler handler) const
        {
            bool const waits_for_itself =
                detail::is_gate_of(*core, asio::get_associated_executor(handler, detail::inline_executor{}));
            initiation::operator()(handler, [&](detail::ref<detail::joiner> j, auto cancel_slot) {
                if (waits_for_itself)
                    throw std::logic_error{
                        "tasks: loop '" + core->name() +
                        "' cannot be joined by its own body or hooks, because it would wait for them; "
                        "stop() ends the run, and somebody else may join it"};
                if (cancel_slot.is_connected())
                    cancel_slot.assign([core = core, j](asio::cancellation_type) { core->leave_join(*j); });
                core->join(std::move(j));
            });
        }
    };

    detail::ref<detail::loop_core> core_;

private:
    friend struct detail::loop_access;
};

#define TASKS_WRONG_ARGUMENTS                                                                                \
    "tasks: start() and restart() take the arguments of the loop's signature, which are those of its body "  \
    "without "                                                                                               \
    "a leading tasks::iteration and without what was bound"

#define TASKS_TEMPORARY_LOOP                                                                                 \
    "tasks: the loop is a temporary, which would be gone before the reference that its setters return; "     \
    "name the loop, then set its hooks: tasks::loop l{io, 5s, body}; l.error(hook);"

/// A coroutine, or a plain function, that is run again and again: at an interval, at times of day, a number
/// of times; with hooks, retries and control over it. `Signature` is `void(Args…)`: the arguments that
/// `start` hands to every iteration. It is deduced from the body.
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
/// Pinned: neither copyable nor movable, so a captured `this` cannot go stale. As a member write
/// `tasks::loop<>`, and make it the last one: it is destroyed, hence silenced, first.
///
/// Thread safety: see `loop_base`. Body and hooks run on the loop's executor, one at a time unless `overlap`
/// says otherwise. A loop made from a context, or from an executor of `asio::thread_pool` or
/// `asio::system_executor`, has a strand of its own; any other executor must not run two functions at once:
/// that of an `io_context` which one thread runs, or a strand.
template <class Signature = void()>
class loop;

template <class... Args>
class loop<void(Args...)> : public loop_base {
    static_assert((std::same_as<Args, std::decay_t<Args>> && ...),
                  "tasks: arguments are stored; name their types without const and reference");

public:
    // Without a body, for the sake of the message.
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

    /// Builds an idle loop.
    ///
    /// @param where an execution context, or an executor
    /// @param every just when: `5s`, `tasks::day_at(9h)`; or options in braces: when, and everything else
    /// @param body a coroutine returning `asio::awaitable<void>`, or a function returning void: a lambda, a
    ///   function, a member function with its object bound (`this`, a `std::shared_ptr`, or a
    ///   `std::weak_ptr`, which is locked for each attempt; once it has expired the run ends as
    ///   completed). It may take a leading `tasks::iteration const&`.
    /// @param bound values that the body gets before its arguments, stored as by `std::jthread`
    /// @throws bad_option an option breaks its rule
    template <class Where, class Every, class F, class... Bound>
        requires(!std::convertible_to<Every, options>)
    loop(Where&& where, Every&& every, F&& body, Bound&&... bound)
        : loop_base{make_core(where, std::forward<Every>(every), std::forward<F>(body),
                              std::forward<Bound>(bound)...)}
    {
    }

    /// @overload
    // An unknown name in the braces, or an overloaded function, leaves a compiler without a constructor to
    // call, so no assertion of ours can speak. It lists the constructors with their line of source then, this
    // one first. The same goes for the hooks.
    template <class Where, class F, class... Bound>
    // clang-format off
    loop(Where&& where, options o, F&& body, Bound&&... bound) // tasks: the options in braces are, in this order: .every, .count, .reconnect, .backoff, .missed, .overlap, .name; cast an overloaded function to the one meant
        // clang-format on
        : loop_base{make_core(where, std::move(o), std::forward<F>(body), std::forward<Bound>(bound)...)}
    {
    }

    /// Silences the loop, whatever it is doing: never blocks, never throws, and no statement of body, hooks,
    /// or code behind one of their `co_await`s runs afterwards. What they wait for is cancelled; completions
    /// that arrive later are destroyed, not resumed. The locals of suspended coroutines are destroyed when
    /// the executor next runs, so their destructors must not touch the owner of the loop: who needs clean-up
    /// to run awaits `stop()` and `async_join()` first. Waiting joiners complete with `abandoned`. Allowed
    /// inside the loop's own body and hooks, which go on to their next suspension; from another thread only
    /// if the executor is not running them at that moment.
    ~loop() = default;

    /// Begins a run. Nothing of it is executed inside the call; the first step comes from the executor.
    /// @throws already_running unless idle
    /// @throws abandoned the execution context is gone
    void start(Args... args) { core_->start(core::pack(std::move(args)...)); }

    /// Idle: as `start`. Otherwise the run is cancelled as by `cancel()` (not if it is already ending), and a
    /// new one starts when it has ended, hooks included. The last call wins: a later `restart` replaces the
    /// arguments, a later `cancel()` or `stop()` revokes the new run.
    void restart(Args... args) { core_->restart(core::pack(std::move(args)...)); }

    /// The body once, outside the schedule, on the loop's executor. It is no iteration: no hook, no retry, no
    /// number of its own, no place of `overlap`; `stop`, `cancel` and shutdown do not reach it, and several
    /// calls may be in progress at once. Its exception goes to the caller only; `abandoned` if the loop or
    /// its execution context is destroyed. Lazy: nothing happens until the result is awaited or spawned.
    ///
    /// @par Per-operation cancellation
    /// Any type is handed on to what the body awaits.
    [[nodiscard]] asio::awaitable<void> operator()(Args... args)
    {
        return asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr)>(
            initiate_call{{core_}}, asio::use_awaitable, core::pack(std::move(args)...));
    }

    /// Runs before the first iteration of each run; its end is the first slot of an interval. A coroutine or
    /// a plain function, with bound values as for the body. If it throws, the run fails.
    /// @throws already_running unless idle
    template <class F, class... Bound>
    loop& before_loop(F&& f, Bound&&... bound) & // tasks: cast an overloaded function to the one meant
    {
        core_->set_before(make_hook<detail::role::hook>(std::forward<F>(f), std::forward<Bound>(bound)...));
        return *this;
    }

    /// Runs last in every run whose first step was reached, however it ends. Never interrupted.
    /// @throws already_running unless idle
    template <class F, class... Bound>
    loop& after_loop(F&& f, Bound&&... bound) & // tasks: cast an overloaded function to the one meant
    {
        core_->set_after(make_hook<detail::role::hook>(std::forward<F>(f), std::forward<Bound>(bound)...));
        return *this;
    }

    /// Runs on a fatal error, with its `std::exception_ptr` behind bound values. Never interrupted. Without
    /// it the error is reported to the log sink. @throws already_running unless idle
    template <class F, class... Bound>
    loop& error(F&& f, Bound&&... bound) & // tasks: cast an overloaded function to the one meant
    {
        core_->set_error(make_hook<detail::role::error_hook, std::exception_ptr>(
            std::forward<F>(f), std::forward<Bound>(bound)...));
        return *this;
    }

    /// Attaches an observer, replacing an earlier one: an object with any subset of the members listed in
    /// observer.hpp. It must outlive the loop. Its members are called on the loop's executor.
    /// @throws already_running unless idle
    template <class Observer>
    loop& observe(Observer& observer) &
    {
        return attach<Observer>(std::shared_ptr<void>{
            std::shared_ptr<void>{}, const_cast<std::remove_const_t<Observer>*>(std::addressof(observer))});
    }

    /// The same, sharing ownership.
    template <class Observer>
    loop& observe(std::shared_ptr<Observer> observer) &
    {
        return attach<Observer>(std::move(observer));
    }

    /// `start(args…)` and `async_join` as one operation, for structured code.
    ///
    /// @par Completion signature
    /// `void(std::exception_ptr)`, as of `async_join`; `already_running` if the loop is not idle; `abandoned`
    /// if it is gone.
    /// @par Per-operation cancellation
    /// Terminal is the same as `cancel()`, partial and total the same as `stop()`; the operation completes
    /// when the run has ended.
    template <class Token = asio::use_awaitable_t<>>
    auto async_run(Args... args, Token&& token = {})
    {
        return asio::async_initiate<Token, void(std::exception_ptr)>(initiate_run{{core_}}, token,
                                                                     core::pack(std::move(args)...));
    }

    // What does not fit gets here, for the sake of the message.
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
        static_assert(detail::always_false<Observer>,
                      "tasks: the observer is a temporary, which the loop would outlive; name it, or give a "
                      "std::shared_ptr");
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
    using core = detail::typed_core<Args...>;

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
    loop& attach(std::shared_ptr<void> object)
    {
        static_assert(detail::sees_anything<Observer>,
                      "tasks: the observer has none of the members on_run_started, on_slot, "
                      "on_attempt_begun, on_attempt_ended, "
                      "on_retry, on_hook_failed, on_clock_stepped, on_run_ended, each taking a const "
                      "reference to its event");
        core_->set_observer({.object = std::move(object), .table = &detail::observer_table_of<Observer>});
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

// Without a body, for the sake of the message.
template <class Where, class When>
loop(Where&&, When&&) -> loop<>;
template <class Where>
loop(Where&&, options) -> loop<>;

template <class Where, class Every, class F, class... Bound>
    requires(!std::convertible_to<Every, options>)
loop(Where&&, Every&&, F&&, Bound&&...) -> loop<detail::signature_t<F, Bound...>>;

// clang-format off
template <class Where, class F, class... Bound>
loop(Where&&, options, F&&, Bound&&...) -> loop<detail::signature_t<F, Bound...>>; // tasks: the options in braces are, in this order: .every, .count, .reconnect, .backoff, .missed, .overlap, .name; cast an overloaded function to the one meant
// clang-format on

TASKS_END_COROUTINES
TASKS_END_NAMESPACE
