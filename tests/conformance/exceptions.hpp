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

/// Replaces what the library handles by default by what the scenarios take for it.
void handle_default_types(loop_type& loop);

/// The name that a trace gives the exception's class: that of a scenario's class, "CancelledError", and for
/// the library's own errors the peers' names of them. Anything else is shown as it is, and so cannot pass for
/// one of these.
std::string class_name(std::exception_ptr const& exception);

bool is_cancellation(std::exception_ptr const& exception);

/// An invalid combination that this library's types rule out, so that only the runner can refuse it.
struct bad_combination : std::logic_error {
    using std::logic_error::logic_error;
};

} // namespace conformance
