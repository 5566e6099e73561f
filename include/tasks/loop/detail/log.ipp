// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/loop/log.hpp>
#include <tasks/retry/exception_text.hpp>

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Writes to standard error with one call, so that the lines of several threads do not mix.
TASKS_DECL void write_to_stderr(log_record const& record)
{
    std::string line{"tasks: "};
    if (!record.loop.empty())
        line.append("loop '").append(record.loop).append("': ");
    line.append(record.what).append(": ").append(tasks::what(record.exception)).append("\n");
    std::fwrite(line.data(), 1, line.size(), stderr);
}

struct log_target {
    detail::mutex mutex;
    std::shared_ptr<log_sink const> sink = std::make_shared<log_sink const>(&write_to_stderr);
};

/// Inline in a compiled library, too, so that a program that also has the header-only form has one target.
inline log_target& the_log()
{
    // Never destroyed, because loops owned by static objects may still report while the process exits.
    static auto* const target = new log_target;
    return *target;
}

TASKS_DECL void report(log_record const& record) noexcept
{
    try {
        auto& log = the_log();
        std::shared_ptr<log_sink const> sink;
        {
            std::scoped_lock lock{log.mutex};
            sink = log.sink;
        }
        assert_unlocked();
        if (*sink)
            (*sink)(record);
    } catch (...) {
        // Reporting is the last resort, so a failure of it is ignored.
    }
}

} // namespace detail

TASKS_DECL log_sink set_log_sink(log_sink sink)
{
    auto shared = std::make_shared<log_sink const>(std::move(sink));
    auto& log = detail::the_log();
    {
        std::scoped_lock lock{log.mutex};
        shared.swap(log.sink);
    }
    detail::assert_unlocked();
    return *shared; // a copy, because another thread may be calling it
}

TASKS_END_NAMESPACE
