// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/parse.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/time/detail/local_zone.hpp>
#include <tasks/time/detail/posix_zone.hpp>
#include <tasks/time/detail/zone_database.ipp>
#include <tasks/time/time_zone.hpp>

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The text of one of our exceptions, for use in another one.
inline std::string reason_of(bad_option const& e)
{
    constexpr std::string_view ours = "tasks: ";
    std::string_view text = e.what();
    if (text.starts_with(ours))
        text.remove_prefix(ours.size());
    return std::string{text};
}

inline time_zone zone_of_name(std::string_view name)
{
    auto const offset = fixed_offset_of(name);
    return offset ? time_zone::fixed(*offset) : time_zone::named(name);
}

/// The zone of a POSIX TZ string; empty if the text is not one.
inline std::optional<time_zone> zone_of_posix(std::string const& text)
{
    auto const zone = posix_zone::parse(text);
    if (!zone)
        return std::nullopt;
    return zone->fixed_offset() ? time_zone::fixed(*zone->fixed_offset()) : time_zone::named(text);
}

/// The zone of a file that is in a zone directory, links to a file there, or is a copy of one; empty if the
/// file does not exist.
inline std::optional<time_zone> zone_of_path_or_copy(std::string const& path)
{
#if defined(_WIN32)
    std::string const name{zone_of_path(path)};
    return name.empty() ? std::nullopt : std::optional{zone_of_name(name)};
#else
    auto const name = zone_of_file(path, {});
    return name ? std::optional{zone_of_name(*name)} : std::nullopt;
#endif
}

/// Interprets the value of TZ, without the optional leading colon, as a C library does.
inline time_zone zone_of_tz_text(std::string const& text)
{
    if (text.empty())
        return time_zone::utc();
    if (text.front() == '/') {
        if (auto const zone = zone_of_path_or_copy(text))
            return *zone;
        throw bad_option{"tasks: no such file in a zone directory"};
    }
    if (text.front() == '+' || text.front() == '-')
        throw bad_option{"tasks: a POSIX TZ string needs a name before the offset"};
    try {
        return zone_of_name(text); // first, because EST5EDT is a file as well as a POSIX TZ string
    } catch (bad_option const&) {
        if (auto const zone = zone_of_posix(text))
            return *zone;
        if (posix_zone::parse(text + ",M3.2.0,M11.1.0"))
            throw bad_option{"tasks: it must say when daylight saving begins and ends, because C libraries "
                             "do not agree on "
                             "what is meant without"};
        throw;
    }
}

inline time_zone zone_of_tz(std::string const& value)
{
    try {
        return zone_of_tz_text(value.starts_with(':') ? value.substr(1) : value);
    } catch (bad_option const& e) {
        throw bad_option{"tasks: the environment variable TZ is " + detail::quoted(value) + ": " +
                         reason_of(e)};
    }
}

#if !defined(_WIN32)

inline time_zone zone_of_system(system_zone_files const& system = {})
{
    try {
        auto const name = zone_of_file(system.localtime, system);
        return name ? zone_of_name(*name) : time_zone::utc();
    } catch (bad_option const& e) {
        throw bad_option{"tasks: the system's time zone, by " + detail::quoted(system.localtime) + ": " +
                         reason_of(e)};
    }
}

#elif defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

inline time_zone zone_of_system()
{
    std::string reason;
    try {
        return zone_of_name(zone_database::current_zone()->name());
    } catch (bad_option const& e) {
        reason = reason_of(e);
    } catch (std::runtime_error const& e) {
        reason = e.what();
    }
    throw bad_option{"tasks: the system's time zone cannot be determined: " + reason +
                     "; set the environment variable TZ"};
}

#else

[[noreturn]] inline time_zone zone_of_system()
{
    throw bad_option{"tasks: this build has UTC and fixed offsets only and cannot determine the system's "
                     "time zone; set the environment variable TZ, or build with TASKS_TIME_ZONES=std or "
                     "TASKS_TIME_ZONES=date"};
}

#endif

} // namespace detail

TASKS_DECL time_zone time_zone::local()
{
    if (char const* const tz = std::getenv("TZ")) // NOLINT(concurrency-mt-unsafe): as documented
        return detail::zone_of_tz(tz);
    return detail::zone_of_system();
}

TASKS_END_NAMESPACE
