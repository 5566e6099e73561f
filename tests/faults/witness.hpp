// SPDX-License-Identifier: MIT
#pragma once

// The events of failing loops: an observer and a log sink that never lack memory themselves.

#include "support/allocations.hpp"

#include <tasks/base/errors.hpp>
#include <tasks/base/log.hpp>
#include <tasks/loop/observer.hpp>

#include <string>
#include <utility>
#include <vector>

namespace test {

/// An observer, and also the log sink during its lifetime.
class witness {
public:
    witness()
        : former_{tasks::set_log_sink([this](tasks::log_record const& r) {
            enough_memory const e;
            log.push_back(std::string{r.what} + ": " + tasks::what(r.exception));
        })}
    {
    }
    witness(witness const&) = delete;
    witness& operator=(witness const&) = delete;
    ~witness() { tasks::set_log_sink(std::move(former_)); }

    void on_run_started(tasks::run_started const&) { ++begun; }
    void on_attempt_begun(tasks::attempt_begun const&) { ++attempts; }
    void on_run_ended(tasks::run_ended const& e)
    {
        ++ended;
        if (e.reason == tasks::exit_reason::failed)
            ++failed;
        if ((e.reason == tasks::exit_reason::failed) != (e.exception != nullptr))
            ++inconsistent;
    }

    std::vector<std::string> log;
    int begun = 0;
    int ended = 0;
    int failed = 0;
    int attempts = 0;
    int inconsistent = 0;

private:
    tasks::log_sink former_;
};

} // namespace test
