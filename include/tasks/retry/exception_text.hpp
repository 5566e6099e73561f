// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <exception>
#include <string>

TASKS_BEGIN_NAMESPACE

/// Returns the text of any exception: `what()` of a `std::exception`, `"no exception"` for a null pointer,
/// `"exception of type int"` for anything else (`"unknown exception"` if the compiler cannot name the type).
///
/// If the exception nests another one (`std::throw_with_nested`), the cause follows: `"no configuration,
/// caused by: no such file"`. For an `asio::multiple_exceptions` the text is that of the first exception.
[[nodiscard]] std::string what(std::exception_ptr const& exception);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/retry/detail/exception_text.ipp>
#endif
