// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/retry/backoff.hpp>
#include <tasks/run/detail/requests.hpp>
#include <tasks/run/detail/versioned_timeline.hpp>
#include <tasks/run/detail/worker_state.hpp>
#include <tasks/run/events.hpp>
#include <tasks/run/policies.hpp>

#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Slots that have passed, and still have to be reported to the observer.
struct unreported_slots {
    passed_slots slots;
    clock_kind clock = clock_kind::steady;
    clock_reading at;
    std::uint64_t number = 0; ///< of the next iteration
    nanoseconds stepped{0};   ///< step of the wall clock
};

/// A reading of the clock, and the timeline's answer for a free worker.
struct timeline_answer {
    clock_reading now;
    clock_kind clock = clock_kind::steady;
    nanoseconds stepped{0};
    bool gave_up = false; ///< no iteration follows
    bool yields = false;  ///< nothing was decided, because the worker must yield first
    verdict what_now;
};

/// The number of consecutive attempts after which a loop that never waits yields to the executor.
inline constexpr unsigned attempts_per_turn = 64;

/// The rules of a run: its phases, workers, flags and slots.
///
/// A pure value. Each event is a member that changes the state and returns what the owner has to do. There is
/// no lock, clock or executor here, and no user code is called except the schedule that `consult` asks. A
/// member that may need the time takes a function object `clock`, and calls `clock.read(clock_kind)` or
/// `clock.steady()` only if it needs a reading.
///
/// The workers belong to the owner. A member throws only if its comment says so.
class run_state {
public:
    enum class phase : std::uint8_t { idle, starting, running, closing };

    /// The state of the last run, kept until the next one starts.
    struct former_run {
        std::exception_ptr exception;
        bool failed = false;
        std::uint32_t failures = 0;
        std::exception_ptr last_error;
    };

    /// How a run ended.
    struct ending {
        exit_reason reason = exit_reason::completed;
        std::exception_ptr exception;
        bool restarts = false; ///< another run follows
    };

    /// Facts outside the state that a decision depends on.
    struct circumstances {
        bool watched = false; ///< someone sees the iteration, so it must be filled in
        bool expired = false; ///< the object of the body is gone
        bool can_expire = false;
        bool was_suspended = false; ///< the body was suspended in its last attempt
    };

    run_state(schedule every, slot_rules rules, overlap limit, std::optional<std::int64_t> count,
              on_error what_ends = on_error::end_run)
        : overlap_{limit}
        , on_error_{what_ends}
        , jittered_{rules.jittered}
        , count_{count.value_or(0)}
        , timeline_{std::move(every), rules}
    {
    }

    // The run begins. Idle → starting → running.

    /// Starts a run. Requires an idle loop.
    /// @returns the state of the former run
    [[nodiscard]] former_run start() noexcept;
    /// Undoes `start`, because the first step could not be posted.
    void withdraw(former_run former) noexcept;
    /// Takes the first step.
    /// @param problem the reason why there is no worker, or null
    /// @returns whether the run goes on, with a worker that must be added
    [[nodiscard]] bool begin(std::exception_ptr problem, bool gone) noexcept;
    void add(worker_state const& w) noexcept;
    /// Removes the worker from the run.
    void remove(worker_state& w) noexcept;
    /// Makes the worker wait for the next slot.
    void lead(worker_state& w) noexcept { leader_ = &w; }

    // The run goes on.

    /// Fast path of `decide` for a backlog that nobody watches: the body is simply called again.
    /// @returns whether it is
    [[nodiscard]] bool take_backlog(worker_state& w) noexcept;
    /// Decides what a worker does after an attempt, a wait or a yield.
    /// @param ask called with an `inquiry` if the timeline must be consulted (see `consult`); it may throw
    /// @param passed receives the slots that get no iteration; may be null
    template <class Clock, class Ask>
    [[nodiscard]] step decide(worker_state& w, circumstances c, Clock const& clock, Ask&& ask,
                              unreported_slots* passed);
    /// Asks the timeline of this run, or a copy of it, what a free worker does next.
    /// @throws any exception of the schedule
    template <class Clock>
    [[nodiscard]] static timeline_answer consult(timeline& t, worker_state const& w, inquiry const& q,
                                                 Clock const& clock);
    /// Sets the jitter that was drawn after `step::draw`.
    void jitter_drawn(nanoseconds jitter) noexcept { timeline_.touch().set_jitter(jitter); }
    /// Whether this decision makes another worker necessary, which then waits for the next slot.
    [[nodiscard]] bool needs_another_worker(worker_state const& w, step next) const noexcept
    {
        return next == step::call && w.it.attempt == 0 && overlap_.allows(in_flight_) && !count_reached();
    }
    /// Ends the worker's iterations.
    /// @returns `step::leave`
    step leave_loop(worker_state& w) noexcept;
    /// Records a fatal exception of the body, which ends the iteration, and the run unless an option says
    /// otherwise.
    /// @returns as `fail`
    [[nodiscard]] bool fail_iteration(worker_state& w, std::exception_ptr exception) noexcept;
    /// Records an error that ends the run.
    /// @returns whether it is the first one, in which case all waits must be interrupted
    [[nodiscard]] bool fail(worker_state& w, std::exception_ptr exception) noexcept;
    /// Records that the wait itself failed.
    /// @returns as `fail`
    [[nodiscard]] bool wait_failed(worker_state& w, std::exception_ptr failure) noexcept;

    // The worker's own state in an attempt, which no other thread reads.

    /// Counts the failure of an attempt with a handled error.
    static void count_failure(worker_state& w, nanoseconds steady, nanoseconds reset_after) noexcept;
    /// Schedules another attempt after a delay.
    static void back_off(worker_state& w, nanoseconds steady, nanoseconds delay) noexcept;

    // The run ends. Running → closing → idle.

    enum class leaving : std::uint8_t {
        others_remain, ///< nothing more for this worker, which must be removed
        closes_run,    ///< the worker is the last and calls the after hook
        closed_before  ///< as `closes_run`, for a worker that replaces one lost in the after hook
    };
    [[nodiscard]] leaving leave_run() noexcept;
    /// Ends the run after its last worker has finished, or if there was none.
    [[nodiscard]] ending end(std::exception_ptr after_failure) noexcept;
    /// Ends the run without a further step.
    /// @returns the former exception, if `why` replaces it
    [[nodiscard]] std::exception_ptr drop(std::exception_ptr why) noexcept;
    /// Records that the coroutine of a worker was destroyed. The worker must be removed.
    void lose(worker_state& w) noexcept;
    /// Records the loss of a worker as its problem.
    /// @returns as `fail`
    [[nodiscard]] bool file_loss(worker_state& w, std::exception_ptr lost) noexcept;

    // Requests. Each returns whether waits must be interrupted.

    [[nodiscard]] bool stop() noexcept;
    [[nodiscard]] bool cancel() noexcept;
    /// Undoes `cancel`, because the cancellation could not be emitted.
    void withdraw_cancel() noexcept { cancel_ = false; }
    /// Sets whether another run follows this one.
    /// @returns the previous value
    bool want_restart(bool wanted) noexcept { return std::exchange(restart_, wanted); }
    /// Whether a request would be taken.
    [[nodiscard]] bool takes_requests() const noexcept
    {
        return (phase_ == phase::starting || open_ != 0) && !no_more_iterations();
    }
    /// Returns the requests, to which one may be added if one would be taken. @throws std::bad_alloc
    [[nodiscard]] requests& wishes()
    {
        if (!requests_)
            requests_ = std::make_unique<requests>();
        disturbed_ = true;
        return *requests_;
    }
    /// Makes the next decision look at everything, because a backlog is no longer simply served.
    void disturb() noexcept { disturbed_ = true; }
    void pause(clock_reading now) noexcept;
    /// @returns false if the loop was not paused
    bool resume(clock_reading now) noexcept;

    // Questions.

    [[nodiscard]] bool is_idle() const noexcept { return phase_ == phase::idle; }
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] std::exception_ptr const& exception() const noexcept { return exception_; }
    [[nodiscard]] bool is_cancelled() const noexcept { return cancel_; }
    [[nodiscard]] bool is_starting() const noexcept { return phase_ == phase::starting; }
    [[nodiscard]] bool is_running() const noexcept { return phase_ == phase::running; }
    /// Whether no iteration follows for another reason than the count.
    [[nodiscard]] bool is_ending() const noexcept
    {
        return phase_ == phase::closing || (phase_ == phase::running && (stop_ || cancel_ || failed_));
    }
    [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }
    /// Whether `restart()` started this run after another one.
    [[nodiscard]] bool restarted() const noexcept { return restarted_; }
    [[nodiscard]] bool is_open() const noexcept { return open_ != 0; }
    [[nodiscard]] bool can_be_cancelled() const noexcept
    {
        return phase_ == phase::starting || (open_ != 0 && !(failed_ && in_flight_ == 0));
    }
    [[nodiscard]] bool count_reached() const noexcept
    {
        return count_ != 0 && started_ >= static_cast<std::uint64_t>(count_);
    }
    [[nodiscard]] bool no_more_iterations() const noexcept
    {
        return stop_ || cancel_ || failed_ || count_reached();
    }
    [[nodiscard]] std::uint64_t started() const noexcept { return started_; }
    /// The number of iterations that the count still allows.
    [[nodiscard]] std::uint64_t iterations_left() const noexcept
    {
        return count_ == 0 ? (std::numeric_limits<std::uint64_t>::max)()
                           : static_cast<std::uint64_t>(count_) - started_;
    }
    [[nodiscard]] bool is_paused() const noexcept { return paused_; }
    /// Does not change.
    [[nodiscard]] bool is_jittered() const noexcept { return jittered_; }
    /// The number of iterations that ended with a fatal exception in a row.
    [[nodiscard]] std::uint32_t failures() const noexcept { return failures_; }
    [[nodiscard]] std::exception_ptr const& last_error() const noexcept { return last_error_; }
    [[nodiscard]] std::uint64_t current_iteration() const noexcept;
    /// The next slot that starts an iteration; empty if there is none, it is not known, or the loop is
    /// paused.
    [[nodiscard]] std::optional<nanoseconds> next_slot() const noexcept;
    /// The next slot or the alarm, whichever is earlier; empty if there is none, or no iteration follows.
    [[nodiscard]] std::optional<time_point> next_iteration(clock_reading now) const noexcept;
    [[nodiscard]] worker_state* leader() const noexcept { return leader_; }
    [[nodiscard]] std::uint32_t worker_count() const noexcept { return worker_count_; }
    [[nodiscard]] overlap limit() const noexcept { return overlap_; }
    [[nodiscard]] std::optional<std::int64_t> count() const noexcept
    {
        return count_ == 0 ? std::nullopt : std::optional{count_};
    }
    [[nodiscard]] versioned_timeline& slots() noexcept { return timeline_; }
    [[nodiscard]] versioned_timeline const& slots() const noexcept { return timeline_; }
    /// Returns and forgets the worker that waits for the next slot, if the end of the last iteration may end
    /// its wait.
    [[nodiscard]] worker_state* take_leader_to_wake() noexcept
    {
        return to_wake_ ? std::exchange(to_wake_, nullptr) : nullptr;
    }

private:
    template <class Clock>
    [[nodiscard]] static step decide_retry(worker_state& w, Clock const& clock) noexcept;
    template <class Clock>
    void iteration_over(worker_state& w, Clock const& clock);
    /// Whether an iteration is wanted now. Requires `requests_`.
    template <class Clock>
    [[nodiscard]] bool is_requested(Clock const& clock) noexcept;
    /// Makes the worker wait for the alarm if that is earlier. Likewise.
    template <class Clock>
    void look_for_alarm(worker_state& w, Clock const& clock) noexcept;
    [[nodiscard]] bool has_wishes() const noexcept { return requests_ && !requests_->empty(); }
    [[nodiscard]] static step yield(worker_state& w) noexcept
    {
        w.burst = 0;
        return step::yield;
    }
    static void wait(worker_state& w, clock_kind clock, nanoseconds until) noexcept
    {
        w.burst = 0;
        w.wait_clock = clock;
        w.wait_until = until;
    }
    void count_fatal(std::exception_ptr const& exception) noexcept;
    /// Resets what belongs to one run.
    void clear() noexcept;

    worker_state* leader_ = nullptr; ///< waits for the next slot
    worker_state* to_wake_ = nullptr;
    std::uint64_t started_ = 0;   ///< iterations of this run
    std::uint32_t in_flight_ = 0; ///< workers with an iteration
    overlap const overlap_;
    on_error const on_error_;
    bool const jittered_;
    phase phase_ = phase::idle;
    bool stop_ = false;
    bool cancel_ = false;
    bool failed_ = false;
    bool restart_ = false; ///< another run follows this one
    bool restarted_ = false;
    bool paused_ = false;
    bool disturbed_ = false;     ///< see `disturb`
    std::uint32_t failures_ = 0; ///< see `failures`
    std::int64_t const count_;   ///< 0: no end
    versioned_timeline timeline_;
    std::exception_ptr exception_;
    std::exception_ptr last_error_;
    std::unique_ptr<requests> requests_; ///< null until the first one
    std::uint32_t worker_count_ = 0;
    std::uint32_t open_ = 0; ///< workers that have not left the loop
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/run/detail/run_state.ipp>
#endif
