// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/schedule/detail/checked_duration.hpp>
#include <tasks/schedule/detail/checked_instant.hpp>
#include <tasks/schedule/detail/times_of_day.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <optional>
#include <string>

TASKS_BEGIN_NAMESPACE

/// A schedule: the instants of the wall clock at whole multiples of a period from an epoch, before and after
/// it. The same on every machine.
///
/// It knows no zone: `aligned(24h)` is midnight in UTC. For local midnight write `day_at(0h).in(zone)`.
///
/// @code
/// using namespace std::chrono_literals;
/// auto tens = tasks::aligned(10min); // 12:00, 12:10, 12:20, …
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class aligned {
public:
    /// A period in any unit. The epoch is 1970-01-01T00:00Z.
    /// @throws bad_option the period is not positive, or not a number of nanoseconds that fits into 64 bits
    template <class Rep, class Period>
    explicit aligned(std::chrono::duration<Rep, Period> period)
        : aligned{period, time_point{}}
    {
    }

    /// A period from this epoch, which may be in any unit of `system_clock` down to nanoseconds.
    /// @throws bad_option as above, or the epoch does not fit into 64-bit nanoseconds
    template <class Rep, class Period, detail::whole_nanoseconds Duration>
    aligned(std::chrono::duration<Rep, Period> period, std::chrono::sys_time<Duration> epoch)
        : period_{detail::checked_duration(period, "an aligned period")}
        , epoch_{detail::checked_instant(epoch, "aligned")}
    {
        check();
    }

    [[nodiscard]] std::chrono::nanoseconds period() const noexcept { return period_; }
    [[nodiscard]] time_point epoch() const noexcept { return epoch_; }

    /// The first instant of the schedule strictly after `after`; empty at the end of the range of
    /// `time_point`.
    [[nodiscard]] std::optional<time_point> next(time_point after) const noexcept;

    friend bool operator==(aligned const&, aligned const&) = default;

private:
    void check() const;

    std::chrono::nanoseconds period_;
    time_point epoch_;
};

namespace detail {

template <>
struct times_of_day<aligned> {
    [[nodiscard]] static bool in(aligned const& s) noexcept { return s.period() >= std::chrono::hours{1}; }
};

} // namespace detail

/// Returns, for example, `aligned(10min)` or `aligned(168h, 2024-01-15T12:00:00Z)`.
[[nodiscard]] std::string to_string(aligned const& s);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/aligned.ipp>
#endif
