// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/errors.hpp>
#include <tasks/loop/log.hpp>
#include <tasks/retry/exception_text.hpp>

#include <string>
#include <utility>
#include <vector>

namespace test {

/// Captures the log during its lifetime.
class captured_log {
public:
    captured_log()
        : former_{tasks::set_log_sink([this](tasks::log_record const& r) {
            lines.push_back(std::string{r.loop} + ": " + std::string{r.what} + ": " +
                            tasks::what(r.exception));
            if (on_record)
                on_record(r);
        })}
    {
    }
    captured_log(captured_log const&) = delete;
    captured_log& operator=(captured_log const&) = delete;
    ~captured_log() { tasks::set_log_sink(std::move(former_)); }

    std::vector<std::string> lines;
    tasks::log_sink on_record;

    /// Whether there is exactly one record, and it contains the text.
    [[nodiscard]] bool only_record_has(std::string const& text) const
    {
        return lines.size() == 1 && lines[0].find(text) != std::string::npos;
    }

private:
    tasks::log_sink former_;
};

} // namespace test
