// SPDX-License-Identifier: MIT
#pragma once

// The promises that a loop must keep during outages, checked event by event, and the figures of the report.

#include "net.hpp"
#include "support/ledger.hpp"

#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <random>
#include <string>

namespace reconnect {

/// The checks of a program. All are counted; failed ones are printed.
class verdicts {
public:
    void check(bool holds, std::string const& what)
    {
        ++(holds ? passed_ : failed_);
        if (!holds)
            std::printf("FAILED: %s\n", what.c_str());
    }
    [[nodiscard]] int passed() const { return passed_; }
    [[nodiscard]] int failed() const { return failed_; }

private:
    int passed_ = 0;
    int failed_ = 0;
};

/// At most 5 ms, 10 ms, 20 ms, … 100 ms. The delay is random below that, so that retries are not in step.
struct short_backoff {
    std::chrono::nanoseconds shortest = 5ms;
    std::chrono::nanoseconds longest = 100ms;
    std::mt19937_64* random;

    [[nodiscard]] std::chrono::nanoseconds bound(unsigned failures) const;
    [[nodiscard]] std::chrono::nanoseconds next(unsigned failures) const;
};

/// A ledger that knows the back-off, and records the commands that the body sends.
class outage_ledger : public test::ledger {
public:
    explicit outage_ledger(short_backoff const& backoff)
        : backoff_{backoff}
    {
    }

    void on_slot(tasks::slot_decided const& e);
    void on_attempt_begun(tasks::attempt_begun const& e);
    void on_attempt_ended(tasks::attempt_ended const& e);
    void on_retry(tasks::retry_scheduled const& e);
    void on_run_ended(tasks::run_ended const& e);

    /// Records that the body is about to send its command.
    void sending(tasks::iteration const& it);
    /// Records the server's count of the commands received for this iteration since its start.
    void counted(tasks::iteration const& it, std::int64_t count);

    /// Records the begin of an outage.
    void expect_failure();
    /// The time of the first success after a failure in this outage; nothing until then.
    [[nodiscard]] std::optional<clock::time_point> recovered() const { return recovered_; }

    std::uint64_t iterations = 0;
    std::uint64_t failures = 0;
    std::uint64_t retries = 0;
    std::uint64_t slots = 0;
    std::uint64_t slots_without_iteration = 0;
    std::map<std::string, std::uint64_t> errors;

private:
    using ledger::fault;
    void fault(tasks::iteration const& it, std::string const& what);

    short_backoff backoff_;
    std::optional<std::uint64_t> number_; ///< of the latest iteration
    unsigned attempt_ = 0;                ///< its latest attempt
    bool in_an_attempt_ = false;
    bool retry_is_due_ = false;
    unsigned failures_in_a_row_ = 0;
    clock::time_point not_before_;
    std::optional<tasks::time_point> slot_; ///< the latest decided
    std::int64_t sent_ = 0;                 ///< commands for the latest iteration
    bool expecting_ = false;
    bool failed_ = false;
    std::optional<clock::time_point> recovered_;
};

} // namespace reconnect
