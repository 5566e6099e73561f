// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/detail/run_state.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

// The run begins.

TASKS_DECL run_state::former_run run_state::start() noexcept
{
    phase_ = phase::starting;
    return {.exception = std::exchange(exception_, nullptr),
            .failed = std::exchange(failed_, false),
            .failures = std::exchange(failures_, 0),
            .last_error = std::exchange(last_error_, nullptr)};
}

TASKS_DECL void run_state::withdraw(former_run former) noexcept
{
    clear();
    restarted_ = false;
    failed_ = former.failed;
    failures_ = former.failures;
    exception_ = std::move(former.exception); // in place of none
    last_error_ = std::move(former.last_error);
}

TASKS_DECL bool run_state::begin(std::exception_ptr problem, bool gone) noexcept
{
    if (cancel_)
        return false;
    if (problem) {
        failed_ = true;
        exception_ = std::move(problem);
        return false;
    }
    if (gone)
        return false;
    phase_ = phase::running;
    return true;
}

TASKS_DECL void run_state::add(worker_state const& w) noexcept
{
    ++worker_count_;
    if (!w.left_the_loop)
        ++open_;
}

TASKS_DECL void run_state::remove(worker_state& w) noexcept
{
    w.finished = true;
    --worker_count_;
}

// The run goes on.

TASKS_DECL step run_state::leave_loop(worker_state& w) noexcept
{
    if (leader_ == &w)
        leader_ = nullptr;
    w.left_the_loop = true;
    --open_;
    return step::leave;
}

TASKS_DECL bool run_state::fail_iteration(worker_state& w, std::exception_ptr exception) noexcept
{
    if (on_error_ == on_error::end_run || failed_)
        return fail(w, std::move(exception));
    count_fatal(exception);
    w.now = worker_state::stage::failed;
    w.error = std::move(exception);
    return false;
}

TASKS_DECL void run_state::count_fatal(std::exception_ptr const& exception) noexcept
{
    ++failures_;
    last_error_ = exception;
}

TASKS_DECL bool run_state::fail(worker_state& w, std::exception_ptr exception) noexcept
{
    if (w.has_iteration())
        count_fatal(exception);
    w.error = std::move(exception);
    w.error_kind = failed_ ? worker_state::problem::secondary_error : worker_state::problem::fatal;
    if (std::exchange(failed_, true))
        return false;
    exception_ = w.error;
    return true;
}

TASKS_DECL bool run_state::wait_failed(worker_state& w, std::exception_ptr failure) noexcept
{
    if (w.now == worker_state::stage::backing_off)
        w.now = worker_state::stage::attempting; // no retry follows
    return fail(w, std::move(failure));
}

TASKS_DECL void run_state::count_failure(worker_state& w, nanoseconds steady,
                                         nanoseconds reset_after) noexcept
{
    // The duration of a first attempt does not matter, because no failure precedes it.
    auto const lasted = w.failures == 0 ? nanoseconds::zero() : steady - w.attempt_began;
    w.failures = failures_in_a_row(w.failures, lasted, reset_after);
}

TASKS_DECL void run_state::back_off(worker_state& w, nanoseconds steady, nanoseconds delay) noexcept
{
    w.now = worker_state::stage::backing_off;
    w.wait_clock = clock_kind::steady;
    w.wait_until = saturating_add(steady, delay);
}

// The run ends.

TASKS_DECL run_state::leaving run_state::leave_run() noexcept
{
    if (worker_count_ > 1)
        return leaving::others_remain;
    return std::exchange(phase_, phase::closing) == phase::closing ? leaving::closed_before
                                                                   : leaving::closes_run;
}

TASKS_DECL run_state::ending run_state::end(std::exception_ptr after_failure) noexcept
{
    if (after_failure && !failed_) {
        failed_ = true;
        exception_ = std::move(after_failure);
    }
    ending e{.reason = failed_   ? exit_reason::failed
                       : cancel_ ? exit_reason::cancelled
                                 : exit_reason::completed,
             .exception = exception_,
             .restarts = restart_};
    restarted_ = restart_;
    clear();
    return e;
}

TASKS_DECL std::exception_ptr run_state::drop(std::exception_ptr why) noexcept
{
    clear();
    restarted_ = false;
    failed_ = true;
    if (why)
        std::swap(exception_, why);
    return why;
}

TASKS_DECL void run_state::clear() noexcept
{
    phase_ = phase::idle;
    started_ = 0;
    stop_ = cancel_ = restart_ = false;
    if (requests_)
        *requests_ = {};
    timeline_.touch().reset();
}

TASKS_DECL void run_state::lose(worker_state& w) noexcept
{
    if (leader_ == &w)
        leader_ = nullptr;
    if (!w.left_the_loop)
        --open_;
    if (w.has_iteration())
        --in_flight_;
}

TASKS_DECL bool run_state::file_loss(worker_state& w, std::exception_ptr lost) noexcept
{
    if (w.has_iteration() ||
        (w.now != worker_state::stage::after_hook && w.now != worker_state::stage::error_hook))
        return fail(w, std::move(lost));
    w.error = std::move(lost);
    w.error_kind = w.now == worker_state::stage::after_hook ? worker_state::problem::after_hook_lost
                                                            : worker_state::problem::error_hook_lost;
    return false;
}

// Requests.

TASKS_DECL bool run_state::stop() noexcept
{
    restart_ = false;
    return can_be_cancelled() && !std::exchange(stop_, true);
}

TASKS_DECL bool run_state::cancel() noexcept
{
    return can_be_cancelled() && !std::exchange(cancel_, true);
}

TASKS_DECL void run_state::pause(clock_reading now) noexcept
{
    if (std::exchange(paused_, true))
        return;
    disturbed_ = true;
    timeline_.touch().pause_began(now);
}

TASKS_DECL bool run_state::resume(clock_reading now) noexcept
{
    if (!std::exchange(paused_, false))
        return false;
    timeline_.touch().pause_ended(now);
    return true;
}

// Questions.

TASKS_DECL std::uint64_t run_state::current_iteration() const noexcept
{
    if (phase_ == phase::closing && count_reached() && !failed_ && !cancel_)
        return started_;
    return started_ == 0 ? 0 : started_ - 1;
}

TASKS_DECL std::optional<nanoseconds> run_state::next_slot() const noexcept
{
    auto const& slots = *timeline_;
    bool const unknown = slots.follows_end() && !slots.back_to_back() && in_flight_ != 0;
    if (!takes_requests() || !slots.begun() || paused_ || unknown)
        return std::nullopt;
    return slots.upcoming();
}

TASKS_DECL std::optional<time_point> run_state::next_iteration(clock_reading now) const noexcept
{
    std::optional<moment> next;
    if (auto const slot = next_slot())
        next = {.clock = timeline_->clock(), .at = *slot};
    if (takes_requests() && requests_ && requests_->alarm() &&
        requests_->alarm()->until(now) > nanoseconds::zero())
        next = next ? earlier(*next, *requests_->alarm(), now) : requests_->alarm();
    if (!next)
        return std::nullopt;
    return to_wall_time(next->at, next->clock, now);
}

} // namespace detail
TASKS_END_NAMESPACE
