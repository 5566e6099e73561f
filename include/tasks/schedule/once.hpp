// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/checked_instant.hpp>
#include <tasks/schedule/detail/times_of_day.hpp>
#include <tasks/time/detail/instant_text.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <optional>
#include <string>

TASKS_BEGIN_NAMESPACE

/// A schedule: one instant.
///
/// @code
/// using namespace std::chrono_literals;
/// auto launch = tasks::once(start) | tasks::once(start + 24h);
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class once {
public:
    /// This instant, in any unit of `system_clock` down to nanoseconds.
    /// @throws bad_option it does not fit into 64-bit nanoseconds
    template <detail::whole_nanoseconds Duration>
    explicit once(std::chrono::sys_time<Duration> at)
        : at_{detail::checked_instant(at, "once")}
    {
    }

    [[nodiscard]] time_point at() const noexcept { return at_; }

    /// The instant, if it is strictly after `after`.
    [[nodiscard]] std::optional<time_point> next(time_point after) const noexcept
    {
        return after < at_ ? std::optional{at_} : std::nullopt;
    }

    friend bool operator==(once const&, once const&) = default;

private:
    time_point at_;
};

namespace detail {

/// It does not repeat, so a clock that is set back a little does not make it come twice.
template <>
struct times_of_day<once> {
    [[nodiscard]] static constexpr bool in(once const&) noexcept { return true; }
};

} // namespace detail

/// Returns, for example, `once(2024-01-15T12:00:00Z)`.
[[nodiscard]] inline std::string to_string(once const& s)
{
    return "once(" + detail::instant_text(s.at()) + ')';
}

TASKS_END_NAMESPACE
