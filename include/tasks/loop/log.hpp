// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <exception>
#include <functional>
#include <string_view>

TASKS_BEGIN_NAMESPACE

/// An exception that nobody handles: a fatal error without an error hook, an exception thrown by a hook, or a
/// second fatal error.
struct log_record {
    std::string_view loop; ///< the loop's name, may be empty
    std::string_view what; ///< what happened, e.g. "fatal error, no error hook"
    std::exception_ptr exception;
};

/// Receives the records. Called synchronously on the executor of the reporting loop, by several threads at
/// once if loops run on several. No lock is held, so the sink may use loops and call `set_log_sink`. An
/// exception that it throws is discarded.
using log_sink = std::function<void(log_record const&)>;

/// Replaces the sink of the process and returns a copy of the previous one, which another thread may still be
/// calling. The default sink writes one line to standard error, with the text that `tasks::what` returns; an
/// empty function discards all records. Thread-safe.
log_sink set_log_sink(log_sink sink);

namespace detail {

void report(log_record const& record) noexcept;

} // namespace detail

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/log.ipp>
#endif
