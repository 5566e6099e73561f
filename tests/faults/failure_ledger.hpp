// SPDX-License-Identifier: MIT
#pragma once

// The events of failing loops: an observer and a log sink that never lack memory themselves.

#include "support/allocations.hpp"
#include "support/ledger.hpp"
#include "support/virtual_context.hpp"

#include <tasks/base/errors.hpp>
#include <tasks/loop/log.hpp>
#include <tasks/retry/exception_text.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace test {

/// An observer, and also the log sink during its lifetime.
class failure_ledger : public ledger {
public:
    failure_ledger()
        : former_{tasks::set_log_sink([this](tasks::log_record const& r) {
            enough_memory const e;
            log.push_back(std::string{r.what} + ": " + tasks::what(r.exception));
        })}
    {
    }
    ~failure_ledger() { tasks::set_log_sink(std::move(former_)); }

    std::vector<std::string> log;

private:
    tasks::log_sink former_;
};

/// Lets the time pass, whatever comes out of the context; what that was, last.
inline std::string pass_despite_exceptions(virtual_context& c, std::chrono::nanoseconds by)
{
    std::string escaped;
    auto const until = c.time.elapsed() + by;
    while (c.time.elapsed() < until) {
        try {
            c.time.advance(until - c.time.elapsed());
        } catch (std::exception const& e) {
            enough_memory const m;
            escaped = e.what();
        }
    }
    return escaped;
}

} // namespace test
