// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/config.hpp>

#include <fstream>
#include <ios>
#include <iterator>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The last line of a compiled zone file (RFC 8536): the POSIX TZ string of the time after the last listed change.
/// Empty: it is no such file, or one of the first version, which has no such line.
[[nodiscard]] inline std::string_view zone_footer(std::string_view content) noexcept
{
    if (content.size() < 5 || !content.starts_with("TZif") || content[4] < '2' || content.back() != '\n')
        return {};
    content.remove_suffix(1);
    return content.substr(content.rfind('\n') +
                          1); // all of it if there is none: then no POSIX string is found
}

/// The footer of the system's file for the zone; empty if there is none. `name` is that of a zone which exists, so
/// not some other path.
[[nodiscard]] inline std::string zone_file_footer(std::string_view name)
{
    for (std::string folder :
         {"/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/", "/var/db/timezone/zoneinfo/"}) {
        std::ifstream file{folder.append(name), std::ios::binary};
        std::string const content{std::istreambuf_iterator<char>{file}, {}};
        if (auto const footer = zone_footer(content); !footer.empty())
            return std::string{footer};
    }
    return {};
}

} // namespace detail
TASKS_END_NAMESPACE
