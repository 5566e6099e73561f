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

/// A time zone: for each instant, what the clocks there show.
///
/// UTC and fixed offsets always exist. Named zones come from the time zone database of the standard
/// library, or from Howard Hinnant's date library, or are left out, as the build says (`TASKS_TIME_ZONES`).
/// A named zone is looked up when it is first asked for and kept for the life of the process; its changes are read as they
/// are needed, so the database must not be erased from the list that `std::chrono` or `date` keeps of them. Changes are
/// known to the end of the year 2261.
///
/// A cheap value: copies share the immutable table of the zone.
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

    // no moves: a zone is never empty
    time_zone(time_zone const&) = default;
    time_zone& operator=(time_zone const&) = default;
    ~time_zone() = default;

    [[nodiscard]] static time_zone utc() { return {}; }

    /// The zone that is always so far east of Greenwich; negative: west. Its name is of the form `+09:00`
    /// or `-00:44:30`, that of 0 is `UTC`.
    /// @throws bad_option 24 hours or more, in either direction.
    [[nodiscard]] static time_zone fixed(std::chrono::seconds east);

    /// The zone of this name: one of the IANA database, links included (`Europe/Berlin`, `Asia/Calcutta`),
    /// in its exact spelling; `UTC` or `Z`; an offset `+HH:MM` or `+HH:MM:SS`, with `-` for west; or a POSIX TZ string with
    /// rules for daylight saving (`CET-1CEST,M3.5.0,M10.5.0/3`).
    /// @throws bad_option there is no such zone, or the build has no named zones.
    [[nodiscard]] static time_zone named(std::string_view name);

    /// The zone that the process is in: what the environment variable TZ says, else what the system is set to, else UTC.
    ///
    /// TZ is read as the C library reads it: a name of the database, a path into the system's zone directory, or a POSIX
    /// TZ string, with or without a `:` in front; empty, it means UTC. The system's zone is what `/etc/localtime` links to;
    /// of a copy the name is found by comparing files. On Windows, the database of the build says what the system is set
    /// to. UTC by another name (`Etc/UTC`) and `Etc/GMT+5` and its like become `utc()` and fixed offsets, which are all
    /// that a build without named zones knows, besides POSIX TZ strings.
    ///
    /// Each call reads TZ and the files anew; a zone that is in use does not change.
    ///
    /// Safe to call from several threads, as long as none changes the environment.
    /// @throws bad_option TZ or the system names a zone that does not exist, or that the build does not have.
    [[nodiscard]] static time_zone local();

    /// As given to `named()`; for UTC and fixed offsets the one form that `fixed()` describes.
    [[nodiscard]] std::string const& name() const noexcept;

    /// The stretch of constant offset that `t` is in. The first look-up in a decade reads the changes of the next ten years
    /// from the database; any other takes no lock and no memory.
    /// @throws std::bad_alloc, or what the database throws; never for UTC and fixed offsets.
    [[nodiscard]] offset_span at(time_point t) const;

    /// Zones are equal when their names are; two links to one zone are not.
    friend bool operator==(time_zone const& a, time_zone const& b) noexcept { return a.name() == b.name(); }

private:
    explicit time_zone(std::shared_ptr<detail::zone_table const> table) noexcept
        : table_{std::move(table)}
    {
    }

    std::shared_ptr<detail::zone_table const> table_;
};

/// The name of the zone; `time_zone::named` reads it back.
[[nodiscard]] std::string to_string(time_zone const& zone);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/time/detail/local_zone.ipp>
#include <tasks/time/detail/time_zone.ipp>
#endif
