// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/detail/duration_text.hpp>
#include <tasks/schedule/detail/checked_duration.hpp>

#include <chrono>
#include <string>

TASKS_BEGIN_NAMESPACE

/// A schedule without a grid: the next slot is a delay after the end of the last iteration. Converts to
/// `schedule`.
///
/// A delay of zero is the same schedule as an interval of zero.
///
/// @code
/// tasks::schedule const s = tasks::fixed_delay(5s);
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class fixed_delay {
public:
    /// A delay in any unit.
    /// @throws bad_option the delay is negative, NaN, infinite, not representable in 64-bit nanoseconds, or
    /// positive and below 1 ns
    template <class Rep, class Period>
    explicit fixed_delay(std::chrono::duration<Rep, Period> delay)
        : delay_{detail::checked_duration(delay, "a fixed delay")}
    {
    }

    [[nodiscard]] std::chrono::nanoseconds delay() const noexcept { return delay_; }

    friend bool operator==(fixed_delay const&, fixed_delay const&) noexcept = default;

private:
    std::chrono::nanoseconds delay_;
};

/// Returns, for example, `fixed_delay 5s`; for a delay of 0, `every 0s`.
[[nodiscard]] inline std::string to_string(fixed_delay const& s)
{
    bool const none = s.delay() == std::chrono::nanoseconds::zero();
    return (none ? "every " : "fixed_delay ") + detail::duration_text(s.delay());
}

/// The type of `on_trigger`.
struct on_trigger_t {
    explicit on_trigger_t() noexcept = default;
};

/// A schedule without slots that never ends, because its iterations come from requests alone. Converts to
/// `schedule`.
inline constexpr on_trigger_t on_trigger{};

/// Returns `on trigger`.
[[nodiscard]] inline std::string to_string(on_trigger_t)
{
    return "on trigger";
}

TASKS_END_NAMESPACE
