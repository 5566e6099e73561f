// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/detail/loop_record.hpp>
#include <tasks/retry/exception_text.hpp>

#include <algorithm>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL loop_record::loop_record(nanoseconds expected, clock_reading now, std::uint64_t started,
                                    bool in_before_hook) noexcept
    : in_before_hook_{in_before_hook}
    , since_{now.wall}
    , iterations_{started}
    , known_from_{started}
    , expected_{expected}
    , expected_from_{now.steady}
{
}

TASKS_DECL void loop_record::run_begins(bool restarted, clock_reading now) noexcept
{
    in_before_hook_ = true;
    backing_off_ = 0;
    run_since_ = time_point{now.wall};
    iterations_ = 0;
    known_from_ = 0;
    if (restarted && last_success_)
        return;
    last_success_ = run_since_;
    succeeded_ = false;
    expected_from_ = now.steady;
    reported_ = false;
}

TASKS_DECL void loop_record::decided(bool waited, bool waits) noexcept
{
    in_before_hook_ = false;
    if (waits && !waited)
        ++backing_off_;
    if (waited && !waits)
        --backing_off_;
}

TASKS_DECL void loop_record::enter(loop_state state, clock_reading now) noexcept
{
    if (std::exchange(state_, state) != state)
        since_ = time_point{now.wall};
}

TASKS_DECL void loop_record::resumed(clock_reading now) noexcept
{
    expected_from_ = now.steady;
}

TASKS_DECL void loop_record::take(slot_decided const& e) noexcept
{
    switch (e.what) {
    case decision::ran: ran_ += e.count; break;
    case decision::coalesced: coalesced_ += e.count; return;
    case decision::requested: ++requested_; break;
    case decision::missed: missed_[static_cast<std::size_t>(e.cause)] += e.count; return;
    }
    iterations_ = e.number + 1;
}

TASKS_DECL void loop_record::take(attempt_ended const& e, clock_reading now, std::string& error) noexcept
{
    if (e.it.number >= known_from_) // or else its slot and duration are unknown
        last_ = {.slot = e.it.slot,
                 .began = time_point{distance(e.duration, now.wall)},
                 .number = e.it.number,
                 .attempt = e.it.attempt,
                 .what = e.what,
                 .duration = e.duration,
                 .lateness = e.it.lateness};
    if (e.what == outcome::succeeded) {
        last_success_ = time_point{now.wall};
        succeeded_ = true;
        expected_from_ = now.steady;
        reported_ = false;
    }
    keep_error(error, now);
}

TASKS_DECL void loop_record::take(retry_scheduled const&) noexcept
{
    ++retries_;
}

TASKS_DECL void loop_record::take(hook_failed const&, clock_reading now, std::string& error) noexcept
{
    keep_error(error, now);
}

TASKS_DECL void loop_record::take(run_ended const&, clock_reading now, std::string& error) noexcept
{
    if (!error_ || error_->text != error) // or else it is the error of an attempt or hook, and has its time
        keep_error(error, now);
}

TASKS_DECL void loop_record::keep_error(std::string& text, clock_reading now) noexcept
{
    if (text.empty())
        return;
    if (!error_)
        error_.emplace();
    error_->text.swap(text);
    error_->when = time_point{now.wall};
}

TASKS_DECL std::optional<overdue> loop_record::report_overdue(std::string_view loop) noexcept
{
    if (std::exchange(reported_, true))
        return std::nullopt;
    return overdue{.loop = loop, .since = *last_success_, .expected = expected_, .succeeded = succeeded_};
}

TASKS_DECL void loop_record::describe(loop_status& s) const
{
    s.state = state_;
    s.since = since_;
    if (expects())
        s.expect = expected_;
    s.run_since = run_since_;
    s.iterations = iterations_;
    s.last = last_;
    s.error = error_;
    s.last_success = last_success_;
    s.succeeded = succeeded_;
    s.retries = retries_;
    s.ran = ran_;
    s.coalesced = coalesced_;
    s.requested = requested_;
    s.missed = missed_;
}

/// The text of an exception; empty if there is no memory for it.
[[nodiscard]] inline std::string text_or_nothing(std::exception_ptr const& exception) noexcept
{
    try {
        return exception ? what(exception) : std::string{};
    } catch (...) {
        return {};
    }
}

TASKS_DECL std::string error_text(attempt_ended const& e) noexcept
{
    bool const is_error = e.what == outcome::failed || e.what == outcome::timed_out;
    return text_or_nothing(is_error ? e.exception : nullptr);
}

TASKS_DECL std::string error_text(hook_failed const& e) noexcept
{
    return text_or_nothing(e.exception);
}

TASKS_DECL std::string error_text(run_ended const& e) noexcept
{
    return text_or_nothing(e.exception);
}

} // namespace detail
TASKS_END_NAMESPACE
