// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/config.hpp>

#include <fstream>
#include <ios>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The last line of the system's compiled file (RFC 8536) for the zone: the POSIX TZ string of the time
/// after the last listed change. Empty: there is no such file, or it is of the first version, which has no
/// such line. `name` is that of a zone which exists, so not some other path.
[[nodiscard]] inline std::string zone_file_footer(std::string_view name)
{
    for (std::string folder :
         {"/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/", "/var/db/timezone/zoneinfo/"}) {
        std::ifstream file{folder.append(name), std::ios::binary};
        std::string const content{std::istreambuf_iterator<char>{file}, {}};
        if (content.size() < 5 || !content.starts_with("TZif") || content[4] < '2' || content.back() != '\n')
            continue;
        auto const end = content.size() - 1;
        auto const begin =
            content.rfind('\n', end - 1) + 1; // 0 if there is none: then no POSIX string is found
        return content.substr(begin, end - begin);
    }
    return {};
}

} // namespace detail
TASKS_END_NAMESPACE
