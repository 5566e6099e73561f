// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/status.hpp>
#include <tasks/run/events.hpp>
#include <tasks/time/detail/clock_reading.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// What is remembered of a loop for its `loop_status`, made from its events. A pure value: its owner has the
/// lock and the clock. Stores no exceptions and no objects of the user.
class loop_record {
public:
    /// @param expected the option `expect`; `never` if there is none
    /// @param started the number of iterations begun so far, of which nothing is known
    /// @param in_before_hook of a run whose first decision is still to come
    loop_record(nanoseconds expected, clock_reading now, std::uint64_t started, bool in_before_hook) noexcept;

    /// Records that a run begins.
    /// @param restarted it follows another one, whose expectation it inherits
    void run_begins(bool restarted, clock_reading now) noexcept;
    /// Records the decision of a worker, after which its iteration waits for a retry or not.
    /// @param waited whether it did before
    void decided(bool waited, bool waits) noexcept;
    /// Returns what a run is doing that has taken its first step.
    [[nodiscard]] loop_state activity(std::uint32_t in_flight) const noexcept
    {
        if (in_before_hook_)
            return loop_state::before;
        if (in_flight == 0)
            return loop_state::waiting;
        return in_flight == backing_off_ ? loop_state::backing_off : loop_state::running;
    }
    /// Records the state, and since when, if it has changed.
    void enter(loop_state state, clock_reading now) noexcept;
    /// Records that a pause has ended, after which a success takes its time.
    void resumed(clock_reading now) noexcept;

    // Events; those that it does not need have no overload.

    void take(slot_decided const& e) noexcept;
    void take(retry_scheduled const& e) noexcept;
    /// @param error the text of the exception, which may be exchanged for the former one
    void take(attempt_ended const& e, clock_reading now, std::string& error) noexcept;
    void take(hook_failed const& e, clock_reading now, std::string& error) noexcept;
    void take(run_ended const& e, clock_reading now, std::string& error) noexcept;

    // The expectation.

    [[nodiscard]] bool expects() const noexcept { return expected_ != never; }
    /// The moment, on the steady clock, from which on there was no success for too long.
    [[nodiscard]] nanoseconds overdue_at() const noexcept
    {
        return saturating_add(expected_from_, expected_);
    }
    /// The moment of a run's first look: when the loop is overdue, which may have passed. No later than
    /// `expect` from now, because the loop may follow another clock from now on.
    [[nodiscard]] nanoseconds first_look(nanoseconds steady) const noexcept
    {
        return (std::min)(overdue_at(), saturating_add(steady, expected_));
    }
    /// The same for the look after one, at which the loop may have been overdue, or paused.
    [[nodiscard]] nanoseconds next_look(nanoseconds steady) const noexcept
    {
        return overdue_at() > steady ? first_look(steady) : saturating_add(steady, expected_);
    }
    /// Records that the loop is overdue.
    /// @returns the event; empty if it has been reported since the last success
    [[nodiscard]] std::optional<overdue> report_overdue(std::string_view loop) noexcept;

    /// Fills in what is remembered.
    void describe(loop_status& s) const;

private:
    void keep_error(std::string& text, clock_reading now) noexcept;

    bool in_before_hook_;           ///< until the first decision
    std::uint32_t backing_off_ = 0; ///< iterations
    loop_state state_ = loop_state::idle;
    time_point since_;
    std::optional<time_point> run_since_;
    std::uint64_t iterations_;
    std::uint64_t known_from_; ///< the number of the first iteration of this run that was seen from its start
    std::optional<last_attempt> last_;
    std::optional<last_error> error_;
    std::uint64_t retries_ = 0;
    std::uint64_t ran_ = 0;
    std::uint64_t coalesced_ = 0;
    std::uint64_t requested_ = 0;
    std::array<std::uint64_t, 8> missed_{};

    nanoseconds const expected_;
    nanoseconds expected_from_; ///< on the steady clock
    std::optional<time_point> last_success_;
    bool succeeded_ = false;
    bool reported_ = false; ///< that it is overdue
};

/// The text of the error that an event brings; empty if it brings none.
[[nodiscard]] std::string error_text(attempt_ended const& e) noexcept;
[[nodiscard]] std::string error_text(hook_failed const& e) noexcept;
[[nodiscard]] std::string error_text(run_ended const& e) noexcept;

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/loop_record.ipp>
#endif
