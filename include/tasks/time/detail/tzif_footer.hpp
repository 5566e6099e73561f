// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The directories in which systems keep their compiled zone files.
inline constexpr std::array<std::string_view, 3> zone_folders{
    "/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/", "/var/db/timezone/zoneinfo/"};

/// Reads a file of up to 1 MiB, more than any zone file has; empty if it cannot be read.
[[nodiscard]] inline std::optional<std::string> read_file(std::string const& path)
{
    struct close {
        void operator()(std::FILE* f) const noexcept { static_cast<void>(std::fclose(f)); }
    };
    constexpr std::size_t limit = std::size_t{1} << 20;
    std::unique_ptr<std::FILE, close> const file{std::fopen(path.c_str(), "rb")};
    if (!file)
        return std::nullopt;
    std::string content;
    std::array<char, 4096> part{};
    while (auto const n = std::fread(part.data(), 1, part.size(), file.get())) {
        content.append(part.data(), n);
        if (content.size() > limit)
            return std::nullopt;
    }
    return std::ferror(file.get()) != 0 ? std::nullopt : std::optional{content};
}

/// The last line of a compiled zone file (RFC 8536): the POSIX TZ string for the time after the last listed
/// change. Empty if it is not such a file, or has version 1 of the format, which has no such line.
[[nodiscard]] inline std::string_view zone_footer(std::string_view content) noexcept
{
    if (content.size() < 5 || !content.starts_with("TZif") || content[4] < '2' || content.back() != '\n')
        return {};
    content.remove_suffix(1);
    auto const line_end = content.rfind('\n');
    return line_end == content.npos ? std::string_view{} : content.substr(line_end + 1);
}

/// The footer of the system's file for the zone; empty if there is none. Precondition: `name` is the name of
/// an existing zone, so that it cannot be some other path.
[[nodiscard]] inline std::string zone_file_footer(std::string_view name)
{
    for (auto const folder : zone_folders) {
        auto const content = read_file(std::string{folder}.append(name));
        if (auto const footer = content ? zone_footer(*content) : std::string_view{}; !footer.empty())
            return std::string{footer};
    }
    return {};
}

} // namespace detail
TASKS_END_NAMESPACE
