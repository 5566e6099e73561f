// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/iteration.hpp>
#include <tasks/time/detail/clock_reading.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// An instant of one of the clocks.
struct moment {
    clock_kind clock = clock_kind::steady;
    nanoseconds at{0};

    /// The time until then; negative if it has passed.
    [[nodiscard]] constexpr nanoseconds until(clock_reading now) const noexcept
    {
        return distance(now.on(clock), at);
    }
};

/// Returns the earlier one, by the present difference of the clocks.
[[nodiscard]] constexpr moment earlier(moment a, moment b, clock_reading now) noexcept
{
    return b.until(now) < a.until(now) ? b : a;
}

/// Returns when to look again if the earlier of two moments is waited for. A waiter waits on one clock. If
/// the moments belong to different ones, that is the steady clock, for no longer than the wall clock may
/// remain unread (rule 11).
[[nodiscard]] constexpr moment next_look(moment a, moment b, clock_reading now) noexcept
{
    using namespace std::chrono_literals;
    auto const first = earlier(a, b, now);
    if (a.clock == b.clock || a.at == never || b.at == never)
        return first;
    auto const wait = std::clamp<nanoseconds>(first.until(now), 0ns, 30s);
    return {.clock = clock_kind::steady, .at = saturating_add(now.steady, wait)};
}

/// Returns an iteration that exists for a request only, at its start. If the wall clock has been set back
/// behind the moment of the request, its slot is its start.
[[nodiscard]] inline iteration requested_iteration(moment request, std::uint64_t number,
                                                   clock_reading now) noexcept
{
    return {.number = number,
            .slot = (std::min)(to_wall_time(request.at, request.clock, now), time_point{now.wall}),
            .start = time_point{now.wall},
            .lateness = (std::max)(-request.until(now), nanoseconds{0}),
            .attempt = 0,
            .coalesced = 0,
            .cause = cause::requested};
}

/// The iterations that are wanted outside the schedule (rules 39 to 41). One iteration serves all requests
/// whose moment has come, so only the earliest is kept.
class requests {
public:
    /// Adds a request for now.
    void add(clock_reading now) noexcept { add({.at = now.steady}, now); }
    /// Replaces the alarm. If its moment is not ahead, the request is one for now.
    void set_alarm(moment m, clock_reading now) noexcept
    {
        ripen(now);
        alarm_ = m;
        if (m.until(now) <= nanoseconds::zero()) {
            alarm_.reset();
            add(now);
        }
    }
    /// Makes a request of the alarm if its moment has come.
    void ripen(clock_reading now) noexcept
    {
        if (alarm_ && alarm_->until(now) <= nanoseconds::zero())
            add(*std::exchange(alarm_, std::nullopt), now);
    }
    /// Forgets the requests, because an iteration serves them.
    void serve() noexcept { pending_.reset(); }

    [[nodiscard]] bool empty() const noexcept { return !pending_ && !alarm_; }
    /// The moment of the earliest request whose moment has come.
    [[nodiscard]] std::optional<moment> const& pending() const noexcept { return pending_; }
    [[nodiscard]] std::optional<moment> const& alarm() const noexcept { return alarm_; }

private:
    void add(moment m, clock_reading now) noexcept { pending_ = pending_ ? earlier(*pending_, m, now) : m; }

    std::optional<moment> pending_;
    std::optional<moment> alarm_;
};

} // namespace detail
TASKS_END_NAMESPACE
