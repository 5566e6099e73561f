// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Decides which requests a page on a private port answers. Any site that a browser shows may send requests
/// to that port; the guard makes sure that such a site can neither read an answer nor control a loop.
///
/// @par Thread safety
/// Safe for concurrent use.
class request_guard {
public:
    /// @param host the address that the server is bound to
    /// @param names further names by which browsers reach it, with the port if it is not the scheme's own:
    /// `status.example.org`, `build-7:8080`
    request_guard(std::string const& host, int port, std::vector<std::string> const& names);

    /// Why a request must be refused, by its header `Host`; empty if it is fine. A site that lets its own
    /// name resolve to this machine (DNS rebinding) would otherwise be of the same origin as the page.
    [[nodiscard]] std::optional<std::string> refuses_host(std::string_view host) const;

    /// Why a request that controls a loop must be refused, by its headers `X-Tasks` and `Origin`. A form of
    /// another site cannot send the first, and a script there needs the permission of this server, which
    /// gives none. Browsers add the second; other clients need not.
    [[nodiscard]] std::optional<std::string> refuses_control(std::string_view x_tasks,
                                                             std::string_view origin) const;

private:
    [[nodiscard]] bool knows(std::string_view authority) const;

    std::vector<std::string> authorities_; // in lower case
};
