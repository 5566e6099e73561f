// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <algorithm>
#include <array>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Whether a Windows error code, as returned by `GetLastError` and `WSAGetLastError`, is a network error.
///
/// Compares numbers, because Asio's name resolution has no category of its own on Windows, and the standard
/// library maps few of these codes to conditions. The names would need windows.h.
[[nodiscard]] constexpr bool is_windows_network_error(int code) noexcept
{
    constexpr std::array codes{
        4,     // ERROR_TOO_MANY_OPEN_FILES
        64,    // ERROR_NETNAME_DELETED: how completion ports report a reset
        109,   // ERROR_BROKEN_PIPE
        121,   // ERROR_SEM_TIMEOUT: how completion ports report a time-out
        232,   // ERROR_NO_DATA: the pipe is being closed
        1225,  // ERROR_CONNECTION_REFUSED
        1226,  // ERROR_GRACEFUL_DISCONNECT
        1231,  // ERROR_NETWORK_UNREACHABLE
        1232,  // ERROR_HOST_UNREACHABLE
        1233,  // ERROR_PROTOCOL_UNREACHABLE
        1234,  // ERROR_PORT_UNREACHABLE: how completion ports report a refused UDP packet
        1236,  // ERROR_CONNECTION_ABORTED
        1237,  // ERROR_RETRY: Asio's try_again
        1460,  // ERROR_TIMEOUT
        10024, // WSAEMFILE
        10035, // WSAEWOULDBLOCK
        10044, // WSAESOCKTNOSUPPORT, of name resolution
        10049, // WSAEADDRNOTAVAIL
        10050, // WSAENETDOWN
        10051, // WSAENETUNREACH
        10052, // WSAENETRESET
        10053, // WSAECONNABORTED
        10054, // WSAECONNRESET
        10055, // WSAENOBUFS
        10057, // WSAENOTCONN
        10058, // WSAESHUTDOWN
        10060, // WSAETIMEDOUT
        10061, // WSAECONNREFUSED
        10064, // WSAEHOSTDOWN
        10065, // WSAEHOSTUNREACH
        10101, // WSAEDISCON
        10109, // WSATYPE_NOT_FOUND, of name resolution
        11001, // WSAHOST_NOT_FOUND
        11002, // WSATRY_AGAIN
        11003, // WSANO_RECOVERY
        11004, // WSANO_DATA
    };
    return std::binary_search(codes.begin(), codes.end(), code);
}

} // namespace detail
TASKS_END_NAMESPACE
