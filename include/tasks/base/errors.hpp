// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <stdexcept>
#include <string>
#include <system_error>

TASKS_BEGIN_NAMESPACE

/// Reports that a value given to the library breaks a rule. The message names the value and the rule.
///
/// Thrown by the call that takes the value (a constructor, `change_interval`), never later. Nothing has
/// changed then.
struct bad_option : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

/// Thrown by calls that need an idle loop (`start()`, the setters of hooks) if the loop is running.
struct already_running : std::logic_error {
    using std::logic_error::logic_error;
};

/// Reports that `async_trigger()` made no request, where `trigger()` would return false.
struct not_running : std::logic_error {
    using std::logic_error::logic_error;
};

/// The failure of an attempt that was cancelled because its time was up. Its code is `std::errc::timed_out`,
/// so that it is retried like a network error.
struct timed_out : std::system_error {
    explicit timed_out(std::string const& what)
        : std::system_error{std::make_error_code(std::errc::timed_out), what}
    {
    }
};

/// Thrown by a body that has nothing to do: its iteration ends without failure, and is not retried.
///
/// @code
/// if (queue.empty())
///     throw tasks::skipped{"the queue is empty"};
/// @endcode
struct skipped : std::runtime_error {
    explicit skipped(std::string const& reason = "nothing to do")
        : std::runtime_error{reason}
    {
    }
};

/// Reports that an awaited event can no longer happen, because the loop or its execution context is gone, or
/// because a pending operation of the body destroyed its completion handler instead of calling it.
struct abandoned : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Reports that a schedule returned an instant that is not after the one it was given. Ends the run as
/// `failed`, so that a loop never spins on such a schedule.
struct bad_schedule : std::runtime_error {
    using std::runtime_error::runtime_error;
};

TASKS_END_NAMESPACE
