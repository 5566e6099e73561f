// SPDX-License-Identifier: MIT
#include "request_guard.hpp"

#include <algorithm>

namespace {

std::string lower(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

/// Whether this machine reaches the address by its loopback interface: the wildcards include it.
bool is_local(std::string_view host)
{
    return host == "localhost" || host.starts_with("127.") || host == "::1" || host == "0.0.0.0" ||
           host == "::";
}

} // namespace

request_guard::request_guard(std::string const& host, int port, std::vector<std::string> const& names)
{
    std::vector<std::string> hosts{host.find(':') == std::string::npos ? host : '[' + host + ']'};
    if (is_local(host))
        hosts.insert(hosts.end(), {"localhost", "127.0.0.1", "[::1]"});
    for (auto const& h : hosts) {
        authorities_.push_back(lower(h) + ':' + std::to_string(port));
        if (port == 80) // browsers leave it out
            authorities_.push_back(lower(h));
    }
    for (auto const& name : names)
        authorities_.push_back(lower(name));
}

bool request_guard::knows(std::string_view authority) const
{
    return std::ranges::find(authorities_, lower(authority)) != authorities_.end();
}

std::optional<std::string> request_guard::refuses_host(std::string_view host) const
{
    if (knows(host))
        return std::nullopt;
    return "'" + std::string{host} + "' is not a name of this server";
}

std::optional<std::string> request_guard::refuses_control(std::string_view x_tasks,
                                                          std::string_view origin) const
{
    if (x_tasks != "1")
        return "the header 'X-Tasks: 1' is missing";
    if (origin.empty())
        return std::nullopt;
    for (std::string_view const scheme : {"http://", "https://"})
        if (origin.starts_with(scheme) && knows(origin.substr(scheme.size())))
            return std::nullopt;
    return "the origin '" + std::string{origin} + "' is another site";
}
