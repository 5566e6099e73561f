// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/time/offset_span.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

TASKS_BEGIN_NAMESPACE

namespace detail {

class zone_table;

} // namespace detail

/// A time zone: the offset from UTC at each instant.
///
/// UTC and fixed offsets always exist. Depending on the build (`TASKS_TIME_ZONES`), named zones come from the
/// time zone database of the standard library, from Howard Hinnant's date library, or do not exist. A named
/// zone is looked up on first use and kept for the life of the process. Its changes are read on demand, so
/// the database must not be erased from the list that `std::chrono` or `date` keeps. Changes are known to the
/// end of the year 2261.
///
/// Cheap to copy, because copies share the immutable table of the zone.
///
/// @code
/// auto zone = tasks::time_zone::named("Europe/Berlin");
/// assert(zone.at(std::chrono::sys_days{std::chrono::July / 1 / 2024}).offset == std::chrono::hours{2});
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads. The static functions: safe.
class time_zone {
public:
    /// UTC.
    time_zone();

    // no move operations, because a zone is never empty
    time_zone(time_zone const&) = default;
    time_zone& operator=(time_zone const&) = default;
    ~time_zone() = default;

    [[nodiscard]] static time_zone utc() { return {}; }

    /// The zone at a constant offset east of Greenwich; a negative one is west. Its name has the form
    /// `+09:00` or `-00:44:30`; for 0 it is `UTC`.
    /// @throws bad_option the offset is 24 hours or more, in either direction
    [[nodiscard]] static time_zone fixed(std::chrono::seconds east);

    /// The zone with this name: a name or link of the IANA database (`Europe/Berlin`, `Asia/Calcutta`),
    /// spelled exactly; `UTC` or `Z`; an offset `+HH:MM` or `+HH:MM:SS`, with `-` for west; or a POSIX TZ
    /// string with rules for daylight saving (`CET-1CEST,M3.5.0,M10.5.0/3`).
    /// @throws bad_option there is no such zone, or the build has no named zones
    [[nodiscard]] static time_zone named(std::string_view name);

    /// The zone of the process: that of the environment variable TZ, or else the system's, or else UTC.
    ///
    /// TZ is read as the C library reads it: a name of the database, a path into the system's zone directory,
    /// or a POSIX TZ string, with or without a leading `:`; if it is empty, the zone is UTC. The system's
    /// zone is the target of the link `/etc/localtime`; if that is a copy, its name is found by comparing
    /// files. On Windows, the database of the build determines the system's zone. Aliases of UTC (`Etc/UTC`)
    /// and names such as `Etc/GMT+5` become `utc()` and fixed offsets. A build without named zones knows only
    /// these and POSIX TZ strings.
    ///
    /// Each call reads TZ and the files again; existing zones do not change.
    ///
    /// Safe to call from several threads as long as none changes the environment.
    /// @throws bad_option TZ or the system names a zone that does not exist or that the build does not have
    [[nodiscard]] static time_zone local();

    /// The name as given to `named()`; for UTC and fixed offsets the form that `fixed()` describes.
    [[nodiscard]] std::string const& name() const noexcept;

    /// The period of constant offset that contains `t`. The first lookup in a decade reads the changes of the
    /// next ten years from the database; any other takes no lock and does not allocate.
    /// @throws std::bad_alloc, or an exception of the database; never for UTC and fixed offsets
    [[nodiscard]] offset_span at(time_point t) const;

    /// Zones are equal if their names are; two links to the same zone are not.
    friend bool operator==(time_zone const& a, time_zone const& b) noexcept { return a.name() == b.name(); }

private:
    explicit time_zone(std::shared_ptr<detail::zone_table const> table) noexcept
        : table_{std::move(table)}
    {
    }

    std::shared_ptr<detail::zone_table const> table_;
};

/// Returns the name of the zone; `time_zone::named` reads it back.
[[nodiscard]] std::string to_string(time_zone const& zone);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/time/detail/local_zone.ipp>
#include <tasks/time/detail/time_zone.ipp>
#endif
