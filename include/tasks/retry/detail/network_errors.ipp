// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/retry/detail/windows_network_errors.hpp>
#include <tasks/retry/network_errors.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Whether the code is a network error of the system that has no `std::errc`.
[[nodiscard]] inline bool is_further_network_error(std::error_code const& code) noexcept
{
    if (code.category() != std::generic_category() && code.category() != std::system_category())
        return false;
    switch (code.value()) {
#if defined(ESHUTDOWN)
    case ESHUTDOWN:
#endif
#if defined(EHOSTDOWN)
    case EHOSTDOWN:
#endif
#if defined(ENONET)
    case ENONET:
#endif
    case ECONNRESET: return true; // so that there is a case on every platform
    default: return false;
    }
}

/// Whether a TLS stream ended without a shutdown, as it does when most peers vanish. Compares the category's
/// name, so that TLS need not be linked.
[[nodiscard]] inline bool is_truncated_tls(std::error_code const& code) noexcept
{
    constexpr int stream_truncated = 1; // asio::ssl::error::stream_truncated
    return code.value() == stream_truncated && std::string_view{code.category().name()} == "asio.ssl.stream";
}

} // namespace detail

TASKS_DECL bool is_network_error(std::error_code const& given) noexcept
{
    // Compares names, not addresses, because Boost passes its categories to <system_error> through adapters.
    auto const is = [&](auto const& category) {
        return std::string_view{given.category().name()} == category.name();
    };
    // Older versions of Asio have their own system category, which maps few codes to conditions.
    auto const code = is(asio::error::get_system_category())
                          ? std::error_code{given.value(), std::system_category()}
                          : given;
#if defined(_WIN32)
    if (code.category() == std::system_category())
        return detail::is_windows_network_error(code.value());
#endif
    static constexpr std::array conditions{std::errc::connection_aborted,
                                           std::errc::connection_refused,
                                           std::errc::connection_reset,
                                           std::errc::broken_pipe,
                                           std::errc::host_unreachable,
                                           std::errc::network_unreachable,
                                           std::errc::network_down,
                                           std::errc::network_reset,
                                           std::errc::not_connected,
                                           std::errc::no_link,
                                           std::errc::timed_out,
                                           std::errc::no_buffer_space,
                                           std::errc::address_not_available,
                                           std::errc::too_many_files_open,
                                           std::errc::too_many_files_open_in_system,
                                           std::errc::resource_unavailable_try_again};
    if (std::any_of(conditions.begin(), conditions.end(), [&](std::errc c) { return code == c; }))
        return true;
    if (detail::is_further_network_error(code) || detail::is_truncated_tls(code))
        return true;
    if (is(asio::error::get_netdb_category()) || is(asio::error::get_addrinfo_category()))
        return true;
    return is(asio::error::get_misc_category()) && code.value() == static_cast<int>(asio::error::eof);
}

namespace detail {

TASKS_DECL std::optional<std::error_code> code_of(std::exception_ptr const& exception) noexcept
{
    auto const judged = first_of(exception);
    if (!judged)
        return std::nullopt;
    try {
        std::rethrow_exception(judged);
    } catch (system_error const& e) {
        return std::error_code{e.code()};
#if defined(TASKS_USE_BOOST_ASIO)
    } catch (std::system_error const& e) {
        return e.code();
#endif
    } catch (...) {
        return std::nullopt;
    }
}

} // namespace detail

TASKS_DECL bool is_network_error(std::exception_ptr const& exception) noexcept
{
    auto const code = detail::code_of(exception);
    return code && is_network_error(*code);
}

TASKS_END_NAMESPACE
