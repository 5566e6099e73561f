// SPDX-License-Identifier: MIT
#pragma once

// The zone of the process: the meaning of the environment variable TZ and of the system's files.

#include <tasks/base/detail/config.hpp>
#include <tasks/base/detail/parse.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/time/detail/tzif_footer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if !defined(_WIN32)
#include <unistd.h>
#endif

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The offset of a zone that is an alias of UTC (`Etc/UTC`, `GMT0`) or one of `Etc/GMT-14` to `Etc/GMT+12`,
/// which count westward; empty for any other name.
[[nodiscard]] inline std::optional<std::chrono::hours> fixed_offset_of(std::string_view name)
{
    constexpr std::string_view utc[] = {"UTC",   "UCT",       "GMT",       "GMT0", "GMT+0",
                                        "GMT-0", "Greenwich", "Universal", "Zulu"};
    bool const is_etc = name.starts_with("Etc/");
    if (is_etc)
        name.remove_prefix(4);
    if (std::find(std::begin(utc), std::end(utc), name) != std::end(utc))
        return std::chrono::hours{0};
    if (!is_etc || !name.starts_with("GMT") || name.size() < 5 || name.size() > 6 || name[4] == '0')
        return std::nullopt;
    bool const west = name[3] == '+';
    auto rest = name.substr(4);
    auto const first = take_digit(rest);
    auto const second = take_digit(rest);
    int const n = first && second ? 10 * *first + *second : first.value_or(99);
    if (!rest.empty() || (!west && name[3] != '-') || n > (west ? 12 : 14))
        return std::nullopt;
    return std::chrono::hours{west ? -n : n};
}

/// The name of the zone whose file the path denotes; empty if the path does not lead into a zone directory.
[[nodiscard]] inline std::string_view zone_of_path(std::string_view path)
{
    constexpr std::string_view folder = "/zoneinfo/";
    auto const at = path.rfind(folder);
    if (at == path.npos)
        return {};
    path.remove_prefix(at + folder.size());
    path.remove_prefix((std::min)(path.find_first_not_of('/'), path.size()));
    constexpr std::string_view same_zones = "posix/"; // the other tree, "right/", counts leap seconds
    if (path.starts_with(same_zones))
        path.remove_prefix(same_zones.size());
    return path;
}

#if !defined(_WIN32)

/// The files from which the system's zone is determined.
struct system_zone_files {
    std::string localtime = "/etc/localtime"; // a link to the zone's file, or a copy of it
    std::string timezone = "/etc/timezone";   // its name, on some systems
    std::vector<std::string> folders{zone_folders.begin(), zone_folders.end()};
};

/// The target of a symbolic link as an absolute path; empty if the path is not a link.
[[nodiscard]] inline std::string target_of_link(std::string const& path)
{
    std::array<char, 4096> buffer{};
    auto const n = ::readlink(path.c_str(), buffer.data(), buffer.size());
    if (n <= 0 || static_cast<std::size_t>(n) == buffer.size())
        return {};
    std::string target{buffer.data(), static_cast<std::size_t>(n)};
    return target.starts_with('/') ? target : path.substr(0, path.rfind('/') + 1) + target;
}

/// The names of all zones in a table such as zone1970.tab, which lists them in its third column.
[[nodiscard]] inline std::vector<std::string> zones_of_table(std::string_view table)
{
    std::vector<std::string> names;
    while (!table.empty()) {
        auto line = table.substr(0, table.find('\n'));
        table.remove_prefix((std::min)(line.size() + 1, table.size()));
        if (line.starts_with('#'))
            continue;
        for (int column = 0; column < 2 && !line.empty(); ++column)
            line.remove_prefix((std::min)(line.find('\t'), line.size() - 1) + 1);
        if (auto const name = line.substr(0, line.find('\t')); !name.empty())
            names.emplace_back(name);
    }
    return names;
}

/// The name of the zone that a file represents: the file is in a zone directory, links to a file there, or is
/// a copy of one. Empty if the file does not exist.
[[nodiscard]] inline std::optional<std::string> zone_of_file(std::string const& file,
                                                             system_zone_files const& system)
{
    auto path = file;
    for (int links = 0; links < 40 && !path.empty(); ++links) { // as many as Linux follows
        if (auto const name = zone_of_path(path); !name.empty())
            return std::string{name};
        path = target_of_link(path);
    }
    auto const content = read_file(file);
    if (!content)
        return std::nullopt;

    // A copy. The name in `timezone` is tried first, because the files of several zones may be equal.
    auto given = read_file(system.timezone).value_or(std::string{});
    given.erase((std::min)(given.find_first_of(" \t\r\n"), given.size()));
    std::vector<std::string> names{given};
    for (auto const& folder : system.folders)
        for (auto const* const table : {"zone1970.tab", "zone.tab"})
            for (auto& name : zones_of_table(read_file(folder + table).value_or(std::string{})))
                names.push_back(std::move(name));
    names.emplace_back("UTC");
    for (int hours = 1; hours <= 14; ++hours)
        for (char const sign : {'-', '+'})
            names.push_back(std::string{"Etc/GMT"} + sign + std::to_string(hours));
    bool given_exists = false;
    for (auto const& folder : system.folders)
        for (auto const& name : names) {
            auto const candidate = name.empty() ? std::nullopt : read_file(folder + name);
            if (candidate == content)
                return name;
            given_exists = given_exists || (candidate && name == given);
        }
    if (given_exists)
        return given; // the database has been updated, but not the copy
    throw bad_option{"tasks: " + detail::quoted(file) +
                     " is a copy of no known file in a zone directory, so the zone has no name; " +
                     "make it a link to one, or set the environment variable TZ"};
}

#endif

} // namespace detail
TASKS_END_NAMESPACE
