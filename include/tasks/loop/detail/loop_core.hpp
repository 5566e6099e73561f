// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/gate.hpp>
#include <tasks/asio/detail/strand.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/ref_list.hpp>
#include <tasks/loop/detail/direct_call.hpp>
#include <tasks/loop/detail/expectation_timer.hpp>
#include <tasks/loop/detail/hook.hpp>
#include <tasks/loop/detail/join_op.hpp>
#include <tasks/loop/detail/loop_record.hpp>
#include <tasks/loop/detail/queue_clocks.hpp>
#include <tasks/loop/detail/weak_loop.hpp>
#include <tasks/loop/detail/worker.hpp>
#include <tasks/loop/observer.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/loop/status.hpp>
#include <tasks/retry/detail/handled_errors.hpp>
#include <tasks/run/detail/run_state.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Properties of the body that the core needs.
struct body_kind {
    bool can_expire;      ///< its object is held weakly
    bool takes_iteration; ///< if false and there is no observer, `iteration` is not filled in
    bool takes_arguments; ///< so that a run needs some, which only `loop<Signature>` can pass
};

/// A loop without the types of its body and arguments. Performs the steps that `run_state` decides.
///
/// The core has the mutex, the posting, the memory, the cancellation, the joiners and the observer; the rules
/// of a run are in `run_state`. The first half of the members may be called from any thread, the second half
/// is for `run`, on the loop's executor. User code is never called, copied, moved or destroyed with the mutex
/// held.
class loop_core : public gated, private shutdown_listener {
public:
    using arguments = std::shared_ptr<void const>;

    loop_core(asio::any_io_executor executor, options o, body_kind body);
    ~loop_core() override;

    // From any thread.

    void start(arguments args);
    void restart(arguments args);
    /// As `start` and `restart`, for callers that do not know the loop's signature.
    /// @throws std::logic_error the body takes arguments; nothing has changed then
    [[nodiscard]] bool takes_arguments() const noexcept { return body_.takes_arguments; }
    void start_without_arguments();
    void restart_without_arguments();
    void stop() noexcept;
    void cancel();
    void change_interval(schedule every);
    bool trigger();
    bool trigger_at(moment when);
    bool trigger_in(nanoseconds delay);
    void pause() noexcept;
    void resume() noexcept;

    void set_before(hook_function<> h);
    void set_after(hook_function<> h);
    void set_error(hook_function<std::exception_ptr> h);
    void set_observer(attached_observer o);
    /// Replaces the handled types by a copy that `change` has changed. `change` may be called more than once.
    template <class Change>
    bool change_handled(Change change)
    {
        for (;;) {
            auto const before = handled();
            auto changed = std::make_shared<handled_errors>(before ? *before : handled_errors{});
            auto const result = change(*changed);
            std::shared_ptr<handled_errors const> after = std::move(changed);
            std::scoped_lock lock{mutex_}; // what is replaced holds a predicate, so it goes after the lock
            auto& own = make_parts();
            if (own.handled != before)
                continue;
            own.handled.swap(after);
            return result;
        }
    }

    [[nodiscard]] std::uint64_t current_loop() const;
    [[nodiscard]] std::optional<time_point> next_iteration() const;
    [[nodiscard]] std::vector<time_point> upcoming(std::size_t n) const;
    [[nodiscard]] bool is_running() const;
    [[nodiscard]] bool failed() const;
    [[nodiscard]] std::exception_ptr exception() const;
    [[nodiscard]] bool is_being_cancelled() const;
    [[nodiscard]] bool is_paused() const;
    [[nodiscard]] std::uint64_t failures() const;
    [[nodiscard]] std::exception_ptr last_error() const;
    [[nodiscard]] bool is_overdue() const;
    [[nodiscard]] schedule every() const;
    [[nodiscard]] std::optional<std::int64_t> count() const noexcept { return run_.count(); }
    [[nodiscard]] std::string const& name() const noexcept { return parts().name; }
    [[nodiscard]] std::shared_ptr<timer_queue> const& queue() const noexcept { return queue_; }

    /// Returns what references that do not own the loop refer to.
    /// @throws std::bad_alloc
    [[nodiscard]] ref<weak_loop> weak();
    /// Begins to record for `status`, unless that has begun. @throws std::bad_alloc
    void record();
    /// Returns the state of the loop. Requires `record`.
    /// @throws any exception of the schedule's text
    [[nodiscard]] loop_status status() const;

    /// Completes the joiner when the current run has ended; at once if there is none.
    void join(ref<joiner> j);
    /// Starts a run and joins it.
    /// @throws already_running unless idle; any other failure completes the joiner
    void start_and_join(arguments args, ref<joiner> j);
    /// Joins the current run; if there is none, starts one for `what`, without arguments, and joins that.
    /// @throws std::logic_error as `start_without_arguments`
    /// @throws any exception from starting, unless it completes the joiner; `abandoned` if the loop or its
    /// context is gone
    void start_or_join(ref<joiner> j, char const* what);
    /// Ends the wait of a joiner, for a run or for the iteration that serves its request. The loop is not
    /// affected, and the request stands.
    void leave_join(joiner& j) noexcept;
    /// Makes a request, and completes the joiner when the iteration that serves it has ended.
    /// @throws not_running a request is not taken; any other failure has changed nothing, either
    void trigger_and_join(ref<joiner> j);

    /// Silences the loop, because its object is being destroyed.
    void abandon() noexcept;
    /// Returns the exception for joiners of a loop whose context is gone.
    [[nodiscard]] std::exception_ptr context_went_away() const noexcept;

    /// Begins a direct call (rule 26). Its caller is completed when it has ended, or if it cannot begin.
    void call_directly(ref<direct_call> c) noexcept;

    // For `run` and the code that starts it, on the executor.

    /// Takes the first step of a run.
    void launch();
    /// Ends the run without another step, because the loop or its context is gone, or because the executor
    /// destroys the functions given to it.
    void drop_run() noexcept;
    [[nodiscard]] worker_memory& memory() noexcept { return memory_; }
    /// Begins an additional worker.
    void start_worker(ref<worker> w);
    /// Handles a worker that was destroyed before its end.
    void worker_lost(worker& w) noexcept;
    /// Emits the cancellation to the workers that can be interrupted.
    void emit_cancellation() noexcept;
    void emit_cancellation(worker& w) noexcept;
    /// Cancels an attempt whose time is up.
    void attempt_timed_out(worker& w) noexcept;
    /// Looks whether the run is overdue, reports it, and waits for the next look.
    void look_at_expectation(expectation_timer& t) noexcept;
    /// Calls the body for a direct call, unless the loop is gone.
    [[nodiscard]] asio::awaitable<void> begin_call(direct_call& c);
    /// Completes the caller of a direct call, unless it has been completed already.
    void call_ended(direct_call& c, std::exception_ptr failure) noexcept;
    /// Completes the caller of a direct call whose coroutine, or the function that would have begun it, was
    /// destroyed.
    void call_lost(direct_call& c) noexcept;

    /// Takes steps until a coroutine has to be awaited or the worker has to park.
    /// @returns that coroutine; an empty one if the worker has to park, as `then` says
    [[nodiscard]] asio::awaitable<void> advance(worker& w);
    /// Handles the end of a coroutine, or a failure to begin or park one.
    void step_ended(worker& w, std::exception_ptr failure);

    /// Whether the caller runs on the loop's executor. True if the executor cannot tell.
    [[nodiscard]] bool running_in_this_thread() const noexcept
    {
        return strand_ ? strand_->running_in_this_thread()
                       : !io_context_ || io_context_->running_in_this_thread();
    }
    [[nodiscard]] strand_impl* own_strand() const noexcept { return strand_; }
    /// Calls a function inline if that is equivalent to posting it.
    /// @returns whether it did
    template <class Function>
    bool try_here(Function function)
    {
        if (strand_)
            return strand_->try_execute(function);
        if (!io_context_ || !io_context_->running_in_this_thread())
            return false;
        function();
        return true;
    }

private:
    void shutdown() noexcept override { drop_executor(); }

    using former_run = run_state::former_run;

    // The steps of a worker, in the order of a run.
    [[nodiscard]] step next_step(worker& w);
    /// Calls the user's function for the current step. The result must be awaited if it is valid.
    [[nodiscard]] asio::awaitable<void> call(worker& w);
    void before_hook_ended(worker& w, std::exception_ptr failure);
    [[nodiscard]] step next_in_loop(worker& w);
    [[nodiscard]] asio::awaitable<void> call_body(worker& w);
    void attempt_succeeded(worker& w);
    void attempt_failed(worker& w, std::exception_ptr failure);
    [[nodiscard]] bool iteration_failed(worker& w);
    /// Draws the jitter of the slot that the worker is going to wait for.
    void draw_jitter(worker& w);
    void notify_attempt_ended(worker const& w, outcome what,
                              std::exception_ptr const& failure) const noexcept;
    /// Completes the joiners of the requests that the worker's iteration has served.
    void complete_requests(worker const& w, std::exception_ptr const& failure) noexcept;
    /// The same, because the iteration was cancelled.
    void abort_requests(worker const& w) noexcept;
    void mark_served_requests(worker const& w) noexcept;
    [[nodiscard]] std::exception_ptr time_is_up() const noexcept;
    /// Whether the error is to be retried. @throws any exception of a predicate
    [[nodiscard]] bool is_handled(std::exception_ptr const& failure) const;
    /// Schedules a retry of the failed attempt. @throws any exception of the user's back-off
    void back_off(worker& w, std::exception_ptr const& failure);
    /// Handles a wait that failed because there was no memory.
    void wait_failed(worker& w, std::exception_ptr failure) noexcept;
    [[nodiscard]] step next_behind_loop(worker& w);
    /// Whether an error hook must be called for `w.error`. Without a hook, reports the error.
    [[nodiscard]] bool wants_error_hook(worker& w);
    /// Removes the worker from the run.
    /// @returns whether it was the last one, and must close the run
    [[nodiscard]] bool last_one_out(worker& w);
    void finish(worker& w, std::exception_ptr after_failure) noexcept;

    /// The current handled types; null means the default set.
    [[nodiscard]] std::shared_ptr<handled_errors const> handled() const
    {
        std::scoped_lock lock{mutex_};
        return parts().handled;
    }

    // The body, supplied by the derived class.
    [[nodiscard]] virtual asio::awaitable<void> invoke_body(iteration const& it, void const* args) = 0;
    [[nodiscard]] virtual bool body_expired() const noexcept = 0;

    // With the mutex held.
    [[nodiscard]] worker* leader() const noexcept { return static_cast<worker*>(run_.leader()); }
    /// @returns the state of the former run, which must be destroyed without the mutex
    [[nodiscard]] former_run set_starting(arguments& args) noexcept;
    /// @returns whether the cancellation must be emitted, without the mutex
    [[nodiscard]] bool request_cancel() noexcept;
    /// Wakes the worker that waits for the next slot, if there is one.
    void wake_leader() noexcept;
    void wake_all() noexcept;
    /// Takes everybody who waits for the run or an iteration of it, and the arguments of the next run, which
    /// will not begin.
    void take_waiting(ended_joiners& joiners, arguments& next_args) noexcept;
    void wake_all_if(bool wanted) noexcept
    {
        if (wanted)
            wake_all();
    }
    [[nodiscard]] bool all_asleep() const noexcept;
    [[nodiscard]] bool is_overdue(nanoseconds steady) const noexcept;
    /// Returns what the loop is doing. Requires a record.
    [[nodiscard]] loop_state state() const noexcept;
    /// Records what the loop is doing, and since when.
    void note_state() const noexcept;
    /// Records whether a worker's iteration waits for its retry from now on.
    void note_decision(worker& w, bool backs_off) const noexcept;
    /// Begins to look whether the run is overdue, if the timer is not null.
    void begin_expecting(ref<expectation_timer> t) noexcept;
    /// Expects a success from the end of a pause on.
    void expect_again(clock_reading now) noexcept;
    /// @returns the timer of the run that has ended, to be stopped without the mutex
    [[nodiscard]] ref<expectation_timer> take_expectation() noexcept;
    struct news;
    [[nodiscard]] run_state::circumstances circumstances(bool observed) const noexcept;
    /// Applies the effects of a decision on other workers.
    [[nodiscard]] step decided(step next, worker& w, news* n, bool& another_worker) noexcept;
    void link(worker& w) noexcept;
    /// @returns the reference that kept the worker alive, to be released without the mutex
    [[nodiscard]] ref<worker> unlink(worker& w) noexcept;
    void make_room_for_unreported();
    /// Requires that there is room.
    void report_later(unreported_slots const& passed) noexcept;
    /// Makes a request with `add`. @returns whether it was taken
    template <class Add>
    bool request(Add add);
    void require_idle(char const* what) const;
    /// @throws std::logic_error the body takes arguments
    void require_no_arguments(char const* what) const;

    // Without the mutex.
    /// Decides what the worker does next, and reports the decision.
    [[nodiscard]] step decide_and_notify(worker& w);
    [[nodiscard]] step decide_next(worker& w, news* n, bool& another_worker);
    [[nodiscard]] step decide_asking(worker& w, run_state::circumstances c, news* n, bool& another_worker);
    [[noreturn]] void throw_already_running(char const* what) const;
    /// Begins a run with these arguments, and joins it if `j` is not null.
    /// @returns false if the loop is not idle
    /// @throws any exception from posting, unless there is a joiner to complete; `abandoned` if the loop or
    /// its context is gone
    [[nodiscard]] bool try_begin_run(arguments& args, ref<joiner> j);
    /// Posts the first step of a run that is starting. @throws any exception from posting
    void post_launch();
    /// Undoes the start of a run whose first step could not be posted.
    void withdraw_run(former_run former, std::exception_ptr const& why) noexcept;
    /// Posts the cancellation that `request_cancel` wants. @throws any exception from posting; nothing has
    /// changed then
    void post_cancellation();
    /// Visits every worker once. `wanted` is called with the mutex held; `act` is called without it, and may
    /// end the worker.
    template <class Wanted, class Act>
    void visit_workers(Wanted wanted, Act act) noexcept;
    [[nodiscard]] ref<worker> make_worker();
    void promote() noexcept;
    void withdraw(worker& w) noexcept;
    static void post_start(ref<worker> w);
    void replace_lost_worker(worker const& lost) noexcept;
    void end_run(worker* last, std::exception_ptr after_failure) noexcept;
    [[nodiscard]] ref<joiner> take_caller(direct_call& c) noexcept;
    void abandon_calls() noexcept;
    [[nodiscard]] std::exception_ptr loop_was_destroyed() const noexcept;
    [[nodiscard]] std::exception_ptr handler_was_destroyed() const noexcept;
    void notify_passed(unreported_slots const& passed) const noexcept;
    void notify_unreported(std::vector<unreported_slots> const& unreported) const noexcept;
    void hook_threw(tasks::hook which, std::exception_ptr const& exception) noexcept;
    void report(std::string_view what, std::exception_ptr const& exception) const noexcept;
    template <class Event>
    void notify(Event const& event) const noexcept;
    /// As above, for an observer that the loop may no longer have.
    template <class Event>
    void notify(attached_observer const& observer, Event const& event) const noexcept;
    /// Adds an event to the record, if there is one.
    template <class Event>
    void record_event(Event const& event) const noexcept;
    [[nodiscard]] bool is_expecting() const noexcept;
    void stop_expecting() noexcept;
    [[nodiscard]] bool is_watched() const noexcept;

    /// The parts that most loops do not have. The hooks and the observer are set only while the loop is idle,
    /// the name and the options at construction.
    struct optional_parts {
        optional_parts() noexcept = default;
        optional_parts(optional_parts const&) = delete;
        optional_parts& operator=(optional_parts const&) = delete;
        ~optional_parts() { delete record.load(); }

        [[nodiscard]] bool is_observed() const noexcept { return observer || record.load(); }

        hook_function<> before;
        hook_function<> after;
        hook_function<std::exception_ptr> error;
        attached_observer observer;
        std::string name;
        tasks::backoff backoff;
        std::shared_ptr<handled_errors const> handled; ///< null: the default set
        arguments next_arguments;                      ///< of the run that `restart` wants
        tasks::jitter jitter;
        nanoseconds timeout = never;
        std::uint64_t retries = unlimited_retries;
        std::vector<unreported_slots> unreported; ///< not yet reported by a worker
        ref_list<direct_call> calls;              ///< in progress
        joiner_list requesters;                   ///< those who wait for the iteration they requested
        std::atomic<bool> had_requesters{false};  ///< so that an iteration need not look for them
        ref<weak_loop> weak;
        std::atomic<loop_record*> record{nullptr}; ///< owned; what it points to with the mutex
        ref<expectation_timer> expectation;        ///< of the run
    };
    static constexpr auto unlimited_retries = (std::numeric_limits<std::uint64_t>::max)();
    /// The optional parts; null if there are none. Atomic, because a setter on another thread may be creating
    /// them.
    [[nodiscard]] optional_parts* own_parts() const noexcept
    {
        return parts_.load(std::memory_order_acquire);
    }
    [[nodiscard]] optional_parts const& parts() const noexcept
    {
        auto const* const own = own_parts();
        return own ? *own : no_parts();
    }
    [[nodiscard]] static optional_parts const& no_parts() noexcept
    {
        // Never destroyed, because a loop may outlive static objects.
        alignas(optional_parts) static std::byte memory[sizeof(optional_parts)];
        static optional_parts const& nothing = *new (memory) optional_parts;
        return nothing;
    }
    /// @throws any exception from an allocation
    [[nodiscard]] optional_parts& make_parts()
    {
        if (auto* const own = own_parts())
            return *own;
        auto* const made = new optional_parts;
        parts_.store(made, std::memory_order_release);
        return *made;
    }
    /// Whether events are made, for an observer or a record.
    [[nodiscard]] bool is_observed() const noexcept
    {
        auto const* const own = own_parts();
        return own && own->is_observed();
    }
    [[nodiscard]] loop_record* own_record() const noexcept
    {
        auto const* const own = own_parts();
        return own ? own->record.load() : nullptr;
    }

    joiner_list joiners_;
    ref_list<worker> workers_; ///< of the run
    std::uint32_t visits_ = 0; ///< number of calls of `visit_workers`

    // The data of each iteration is stored together, next to the body.
    mutable mutex mutex_;
    std::shared_ptr<timer_queue> const queue_;
    asio::io_context::executor_type const* const io_context_; ///< null if the executor is not an io_context's
    strand_impl* const strand_;                   ///< null if the executor is not a strand of the library
    std::atomic<optional_parts*> parts_{nullptr}; ///< owned
    body_kind const body_;
    bool const reconnect_;
    run_state run_; ///< with the mutex
    arguments arguments_;
    worker_memory memory_; ///< for the first worker, and before that for the function that launches it
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/attempt_timer.ipp>
#include <tasks/loop/detail/direct_call.ipp>
#include <tasks/loop/detail/expectation_timer.ipp>
#include <tasks/loop/detail/loop_core.ipp>
#include <tasks/loop/detail/notify.ipp>
#include <tasks/loop/detail/perform.ipp>
#include <tasks/loop/detail/recovery.ipp>
#include <tasks/loop/detail/status.ipp>
#include <tasks/loop/detail/weak_loop.ipp>
#include <tasks/loop/detail/worker.ipp>
#endif
