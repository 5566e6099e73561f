// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <exception>
#include <optional>
#include <system_error>

TASKS_BEGIN_NAMESPACE

/// Stands for all errors of the network kind where a loop's handled exception types are named. It is what a loop retries by
/// default; `remove_exception_type<tasks::network_errors>()` takes it away.
struct network_errors {};

/// Whether an error code is of the network kind: something that reconnecting later may mend.
///
/// These are, compared as conditions (so equivalent codes of other categories count):
/// `connection_aborted`, `connection_refused`, `connection_reset`, `broken_pipe`, `host_unreachable`,
/// `network_unreachable`, `network_down`, `network_reset`, `not_connected`, `no_link`, `timed_out`, `no_buffer_space`,
/// `address_not_available`, `resource_unavailable_try_again`, `too_many_files_open`,
/// `too_many_files_open_in_system`; where the system has them, the numbers `ESHUTDOWN`, `EHOSTDOWN` and `ENONET`; of Asio: `eof`, the
/// `stream_truncated` of its TLS streams, and all errors of its name resolution (`netdb` and `addrinfo` categories).
/// Not: `operation_aborted`, bad arguments, permissions. On Windows, codes of the system's category are compared by number.
[[nodiscard]] bool is_network_error(std::error_code const& code) noexcept;

/// Whether the exception carries such a code: a `std::system_error`, or the one of the Asio in use; of an
/// `asio::multiple_exceptions`, whether its first exception does. False for a null pointer.
[[nodiscard]] bool is_network_error(std::exception_ptr const& exception) noexcept;

namespace detail {

/// The error code that an exception, or the first of several, carries, if it carries one.
[[nodiscard]] std::optional<std::error_code> code_of(std::exception_ptr const& exception) noexcept;

} // namespace detail

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/retry/detail/network_errors.ipp>
#endif
