// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/gate.hpp>
#include <tasks/asio/detail/strand.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/ref_list.hpp>
#include <tasks/loop/detail/asked_timeline.hpp>
#include <tasks/loop/detail/direct_call.hpp>
#include <tasks/loop/detail/hook.hpp>
#include <tasks/loop/detail/join_op.hpp>
#include <tasks/loop/detail/worker.hpp>
#include <tasks/loop/observer.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/retry/detail/handled_errors.hpp>
#include <tasks/run/detail/run_state.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// What the core must know of a body.
struct body_kind {
    bool can_expire;      ///< it belongs to an object that is held weakly
    bool takes_iteration; ///< or else nobody sees one, unless there is an observer
};

/// A loop without the types of the body and its arguments: performs what `run_state` decides.
///
/// The core has the mutex, the posting, the memory, the cancellation, the joiners and the observer; the rules
/// of a run are in `run_state`. The first half of the members may be called from any thread. The second half
/// belongs to `run`, on the loop's executor. No code of the user is called, copied, moved or destroyed with
/// the mutex held.
class loop_core : public gated, private shutdown_listener {
public:
    using arguments = std::shared_ptr<void const>;

    loop_core(asio::any_io_executor executor, options o, body_kind body);
    ~loop_core() override;

    // From any thread.

    void start(arguments args);
    void restart(arguments args);
    void stop() noexcept;
    void cancel();
    void change_interval(schedule every);

    void set_before(hook_function<> h);
    void set_after(hook_function<> h);
    void set_error(hook_function<std::exception_ptr> h);
    void set_observer(attached_observer o);
    /// Replaces the handled types by what `change` makes of a copy of them. It may be called more than once.
    template <class Change>
    bool change_handled(Change change)
    {
        for (;;) {
            auto const before = handled();
            auto changed = std::make_shared<handled_errors>(before ? *before : handled_errors{});
            auto const result = change(*changed);
            std::shared_ptr<handled_errors const> after = std::move(changed);
            std::scoped_lock lock{mutex_}; // what is replaced holds a predicate, so it goes after the lock
            if (handled_ != before)
                continue;
            handled_.swap(after);
            return result;
        }
    }

    [[nodiscard]] std::uint64_t current_loop() const;
    [[nodiscard]] std::optional<time_point> next_iteration() const;
    [[nodiscard]] bool is_running() const;
    [[nodiscard]] bool failed() const;
    [[nodiscard]] std::exception_ptr exception() const;
    [[nodiscard]] bool is_being_cancelled() const;
    [[nodiscard]] schedule every() const;
    [[nodiscard]] std::optional<std::int64_t> count() const noexcept { return run_.count(); }
    [[nodiscard]] std::string const& name() const noexcept { return parts().name; }
    [[nodiscard]] std::shared_ptr<timer_queue> const& queue() const noexcept { return queue_; }

    /// Completes the joiner when the current run is over; at once if there is none.
    void join(ref<joiner> j);
    /// Starts a run and joins it.
    /// @throws already_running unless idle; any other failure is told to the joiner.
    void start_and_join(arguments args, ref<joiner> j);
    /// Gives up waiting; the loop is not affected.
    void leave_join(joiner& j) noexcept;

    /// The loop object is being destroyed.
    void abandon() noexcept;
    /// For whoever waits for a loop without a context.
    [[nodiscard]] std::exception_ptr context_went_away() const noexcept;

    /// Begins a direct call (rule 26), whose end is told to its caller, also if it cannot begin.
    void call_directly(ref<direct_call> c) noexcept;

    // From `run` and what starts it, on the executor.

    /// The first step of a run.
    void launch();
    /// The run ends without another step: the loop or its context is gone, or the executor destroys what it
    /// is given.
    void drop_run() noexcept;
    [[nodiscard]] worker_memory& memory() noexcept { return memory_; }
    /// An additional worker begins.
    void start_worker(ref<worker> w);
    /// A worker will not come to its end.
    void worker_lost(worker& w) noexcept;
    /// Interrupts what is interruptible.
    void emit_cancellation() noexcept;
    /// Calls the body for a direct call that has not been told its end yet.
    [[nodiscard]] asio::awaitable<void> begin_call(direct_call& c);
    /// The end of a direct call; only the first one is told.
    void call_ended(direct_call& c, std::exception_ptr failure) noexcept;
    /// Its coroutine, or the function that was to begin it, was destroyed.
    void call_lost(direct_call& c) noexcept;

    /// Takes one step after another.
    /// @returns the user's coroutine that is to be awaited; nothing if the worker has to park, as `then` says
    [[nodiscard]] asio::awaitable<void> advance(worker& w);
    /// The coroutine has ended, or could not be begun or parked.
    void step_ended(worker& w, std::exception_ptr failure);

    /// Whether this is a turn of the executor's, as far as the executor can tell.
    [[nodiscard]] bool running_in_this_thread() const noexcept
    {
        return strand_ ? strand_->running_in_this_thread()
                       : !io_context_ || io_context_->running_in_this_thread();
    }
    [[nodiscard]] strand_impl* own_strand() const noexcept { return strand_; }
    /// Calls a function here and now, if that is as good as going through the executor.
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

    /// The clock of `run_state`. Does not read the wall clock unless somebody needs it.
    struct clocks {
        timer_queue const& queue;
        bool watched;
        [[nodiscard]] clock_reading read(clock_kind kind) const noexcept
        {
            if (kind == clock_kind::wall || watched)
                return queue.now();
            return {.steady = queue.steady()};
        }
        [[nodiscard]] nanoseconds steady() const noexcept { return queue.steady(); }
    };

    // The steps of a worker, in the order in which a run comes to them.
    [[nodiscard]] step next_step(worker& w);
    /// Calls the user's function that the step is about. Its answer is to be awaited if it is valid.
    [[nodiscard]] asio::awaitable<void> call(worker& w);
    void before_hook_ended(worker& w, std::exception_ptr failure);
    [[nodiscard]] step next_in_loop(worker& w);
    [[nodiscard]] asio::awaitable<void> call_body(worker& w);
    void attempt_succeeded(worker& w);
    void attempt_failed(worker& w, std::exception_ptr failure);
    /// Whether it is to be retried. @throws what a predicate throws
    [[nodiscard]] bool is_handled(std::exception_ptr const& failure) const;
    /// The attempt failed, and another one follows. @throws what the user's back-off throws
    void back_off(worker& w, std::exception_ptr const& failure);
    /// Waiting itself failed, for want of memory.
    void wait_failed(worker& w, std::exception_ptr failure) noexcept;
    [[nodiscard]] step next_behind_loop(worker& w);
    /// Whether there is an error hook to be called for `w.error`; reports the error otherwise.
    [[nodiscard]] bool wants_error_hook(worker& w);
    /// Leaves the run; whether `w` was the last, which closes the run.
    [[nodiscard]] bool last_one_out(worker& w);
    void finish(worker& w, std::exception_ptr after_failure) noexcept;

    /// The handled types as they are now; null: the default set.
    [[nodiscard]] std::shared_ptr<handled_errors const> handled() const
    {
        std::scoped_lock lock{mutex_};
        return handled_;
    }

    // The body; supplied by the typed half.
    [[nodiscard]] virtual asio::awaitable<void> invoke_body(iteration const& it, void const* args) = 0;
    [[nodiscard]] virtual bool body_expired() const noexcept = 0;

    // With the mutex held.
    [[nodiscard]] worker* leader() const noexcept { return static_cast<worker*>(run_.leader()); }
    /// @returns what is left of the former run; not to be destroyed before the mutex is free again
    [[nodiscard]] former_run set_starting(arguments& args) noexcept;
    /// @returns whether the cancellation has to be emitted, which needs the mutex to be free
    [[nodiscard]] bool request_cancel() noexcept;
    void wake_all() noexcept;
    void wake_all_if(bool wanted) noexcept
    {
        if (wanted)
            wake_all();
    }
    [[nodiscard]] bool all_asleep() const noexcept;
    struct news;
    [[nodiscard]] run_state::circumstances circumstances(bool observed) const noexcept;
    /// What a decision means for others.
    [[nodiscard]] step decided(step next, worker& w, news* n, bool& another_worker) noexcept;
    void link(worker& w) noexcept;
    /// @returns what kept the worker alive, to be released when the mutex is free again
    [[nodiscard]] ref<worker> unlink(worker& w) noexcept;
    void make_room_for_unreported();
    void require_idle(char const* what) const;

    // Without it.
    [[nodiscard]] step decide_next(worker& w, news* n, bool& another_worker);
    [[nodiscard]] step decide_asking(worker& w, news* n, bool& another_worker);
    [[noreturn]] void throw_already_running(char const* what) const;
    /// Begins a run with these arguments, and joins it if `j` is not null.
    /// @returns false if the loop is not idle
    /// @throws what posting throws, unless there is a joiner to be told; `abandoned` if loop or context are
    /// gone
    [[nodiscard]] bool try_begin_run(arguments& args, ref<joiner> j);
    /// Posts the first step of a run that is starting. @throws what posting throws
    void post_launch();
    /// The first step could not be posted: as if the run had not begun.
    void withdraw_run(former_run former, std::exception_ptr const& why) noexcept;
    /// Emits what `request_cancel` asked for. @throws what posting throws; nothing has changed then
    void post_cancellation();
    /// Visits every worker once. `wanted` is asked with the mutex held; `act` is called without, and may end
    /// the worker.
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
    void notify(void (*observer_table::*function)(void*, Event const&), Event const& event) const noexcept;
    /// The same to an observer that the loop may have lost by now.
    template <class Event>
    void notify(attached_observer const& observer, void (*observer_table::*function)(void*, Event const&),
                Event const& event) const noexcept;
    [[nodiscard]] bool is_watched() const noexcept;

    /// What most loops do without. The hooks and the observer are set while the loop is idle.
    struct optional_parts {
        hook_function<> before;
        hook_function<> after;
        hook_function<std::exception_ptr> error;
        attached_observer observer;
        std::string name;                         ///< set at construction
        std::vector<unreported_slots> unreported; ///< that no worker could report yet
        ref_list<direct_call> calls;              ///< in progress
    };
    /// Null if there are none. From any thread, because a setter on another one may just be making them.
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
        // Never destroyed, because a loop may outlive what is destroyed at exit.
        alignas(optional_parts) static std::byte memory[sizeof(optional_parts)];
        static optional_parts const& nothing = *new (memory) optional_parts;
        return nothing;
    }
    /// @throws what an allocation throws
    [[nodiscard]] optional_parts& make_parts()
    {
        if (auto* const own = own_parts())
            return *own;
        auto* const made = new optional_parts;
        parts_.store(made, std::memory_order_release);
        return *made;
    }
    [[nodiscard]] bool is_observed() const noexcept
    {
        auto const* const own = own_parts();
        return own && own->observer;
    }

    arguments next_arguments_;
    tasks::backoff const backoff_;
    std::shared_ptr<handled_errors const> handled_; ///< null: the default set
    joiner_list joiners_;
    ref_list<worker> workers_; ///< of the run
    std::uint32_t visits_ = 0; ///< of all workers, so far

    // What each iteration needs is close together, and close to the body.
    mutable mutex mutex_;
    std::shared_ptr<timer_queue> const queue_;
    asio::io_context::executor_type const* const io_context_; ///< if the executor is a plain io_context's
    strand_impl* const strand_;                   ///< behind the executor; null if that is another one
    std::atomic<optional_parts*> parts_{nullptr}; ///< owned
    body_kind const body_;
    bool const reconnect_;
    run_state run_; ///< with the mutex
    arguments arguments_;
    worker_memory memory_; ///< of the first worker, and before of what makes it
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/direct_call.ipp>
#include <tasks/loop/detail/loop_core.ipp>
#include <tasks/loop/detail/notify.ipp>
#include <tasks/loop/detail/perform.ipp>
#include <tasks/loop/detail/recovery.ipp>
#include <tasks/loop/detail/worker.ipp>
#endif
