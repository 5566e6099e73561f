// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <exception>
#include <stdexcept>
#include <string>

TASKS_BEGIN_NAMESPACE

/// A value given to the library breaks a rule. The message names the value and the rule.
///
/// Thrown where the value is given: by constructors and by `change_interval`, never later, and with nothing changed.
struct bad_option : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

/// The call needs an idle loop, and the loop is not: `start()`, and the setters of hooks.
struct already_running : std::logic_error {
    using std::logic_error::logic_error;
};

/// What was waited for can no longer happen: the loop, or the execution context it ran on, is gone,
/// or a pending operation of the body destroyed its completion handler instead of calling it.
struct abandoned : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A schedule answered with an instant that is not after the one it was asked about. Ends the run as `failed`:
/// a loop never spins on such a schedule.
struct bad_schedule : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The text of any exception: `what()` of a `std::exception`, `"no exception"` of a null pointer, `"exception of type int"` of anything
/// else (`"unknown exception"` where the compiler cannot name the type).
///
/// An exception that nests another one (`std::throw_with_nested`) is followed by its cause: `"no configuration, caused by: no such file"`.
/// Of an `asio::multiple_exceptions` it is the text of the first exception.
[[nodiscard]] std::string what(std::exception_ptr const& exception);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/base/detail/errors.ipp>
#endif
