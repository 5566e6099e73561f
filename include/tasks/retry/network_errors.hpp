// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <exception>
#include <optional>
#include <system_error>

TASKS_BEGIN_NAMESPACE

/// Stands for all network errors in a loop's list of handled exception types. A loop retries these by
/// default; `remove_exception_type<tasks::network_errors>()` removes them.
struct network_errors {};

/// Whether an error code is a network error, one that reconnecting later may fix.
///
/// These are the following conditions (so equivalent codes of other categories count): `connection_aborted`,
/// `connection_refused`, `connection_reset`, `broken_pipe`, `host_unreachable`, `network_unreachable`,
/// `network_down`, `network_reset`, `not_connected`, `no_link`, `timed_out`, `no_buffer_space`,
/// `address_not_available`, `resource_unavailable_try_again`, `too_many_files_open`,
/// `too_many_files_open_in_system`; where the system has them, the numbers `ESHUTDOWN`, `EHOSTDOWN` and
/// `ENONET`; Asio's `eof`, `stream_truncated` of its TLS streams, and all errors of its name resolution
/// (`netdb` and `addrinfo` categories). Not included are `operation_aborted`, bad arguments and permissions.
/// On Windows, codes of the system category are compared by number.
[[nodiscard]] bool is_network_error(std::error_code const& code) noexcept;

/// Whether the exception carries such a code: a `std::system_error`, or the `system_error` of the Asio in
/// use. For an `asio::multiple_exceptions` its first exception counts. False for a null pointer.
[[nodiscard]] bool is_network_error(std::exception_ptr const& exception) noexcept;

namespace detail {

/// The error code that an exception (or the first of several) carries, if any.
[[nodiscard]] std::optional<std::error_code> code_of(std::exception_ptr const& exception) noexcept;

} // namespace detail

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/retry/detail/network_errors.ipp>
#endif
