// SPDX-License-Identifier: MIT
//
// The exception classes of the scenarios as C++ classes of the same hierarchy. The cancellation is
// system_error(operation_aborted), as in every Asio program.
#pragma once

#include <tasks/loop.hpp>

#include "scenario.hpp"

#include <exception>
#include <string>
#include <string_view>

namespace conformance {

using loop_type = tasks::loop<void(arguments)>;

bool is_exception_name(std::string_view name);

/// Throws an exception of this class.
[[noreturn]] void raise(std::string_view name);

void add_exception_type(loop_type& loop, std::string_view name);
bool remove_exception_type(loop_type& loop, std::string_view name);

/// Replaces the exception types that the library handles by default with those of the scenarios.
void handle_default_types(loop_type& loop);

/// Returns the name of the exception's class in a trace: that of a scenario's class, "CancelledError", or for
/// the library's own errors the name used by the peers. Other exceptions are shown literally, so that they
/// cannot be mistaken for one of these.
std::string class_name(std::exception_ptr const& exception);

bool is_cancellation(std::exception_ptr const& exception);

/// An invalid combination that the library's types exclude, so that only the runner can reject it.
struct bad_combination : std::logic_error {
    using std::logic_error::logic_error;
};

} // namespace conformance
