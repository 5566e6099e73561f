// SPDX-License-Identifier: MIT
#pragma once

// Observers of attempts, retries, hooks and runs, as text.

#include "virtual_context.hpp"

#include <tasks/loop/observer.hpp>

#include <string>

namespace test {

/// Notes each run's beginning and end on the context: `run`, `rerun`, `ended(completed)`, `ended(failed:
/// boom)`.
struct run_log {
    virtual_context& s;

    void on_run_started(tasks::run_started const& e) const { s.note(e.restarted ? "rerun" : "run"); }
    void on_run_ended(tasks::run_ended const& e) const
    {
        std::string const reason{to_string(e.reason)};
        s.note("ended(" + reason + (e.exception ? ": " + tasks::what(e.exception) : "") + ")");
    }
};

/// Notes retries, hook failures and the outcome of attempts besides.
struct full_log : run_log {
    void on_attempt_ended(tasks::attempt_ended const& e) const
    {
        s.note(e.what == tasks::outcome::succeeded   ? "succeeded"
               : e.what == tasks::outcome::cancelled ? "cancelled"
                                                     : "failed");
    }
    void on_retry(tasks::retry_scheduled const& e) const
    {
        s.note("retry " + std::to_string(e.failures) + " in " + text(e.delay));
    }
    void on_hook_failed(tasks::hook_failed const& e) const
    {
        s.note(std::string{to_string(e.which)} + " failed: " + tasks::what(e.exception));
    }
};

} // namespace test
