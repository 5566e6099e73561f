// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/always_false.hpp>
#include <tasks/base/errors.hpp>

#include <concepts>
#include <cstdint>
#include <limits>

TASKS_BEGIN_NAMESPACE

/// Says that there is no limit: to an `overlap`, to what is caught up with.
struct unlimited_t {
    explicit unlimited_t() = default;
};
inline constexpr unlimited_t unlimited{};

/// What happens to slots that passed while the loop was busy or the machine asleep. A single overdue slot is
/// merely late and is always run; the policy decides as soon as two or more are overdue.
class missed {
public:
    enum class policy : std::uint8_t { coalesce, skip, catch_up, delay };

    /// One iteration for the latest of them; the default.
    constexpr missed() noexcept = default;

    /// The function `catch_up` itself is no policy.
    template <std::same_as<missed> M>
    constexpr missed(M (*)(std::int64_t))
    {
        static_assert(detail::always_false<M>, "tasks: missed::catch_up needs its maximum; write "
                                               "missed::catch_up(3) or missed::catch_up(tasks::unlimited)");
    }

    static missed const coalesce; ///< one iteration, for the latest of them
    static missed const skip;     ///< none; the next slot is strictly after now
    static missed const delay; ///< one iteration, whose start is the slot from which an interval counts anew

    /// All of them in order, back to back; whenever more than `max` are overdue the oldest are dropped.
    /// @throws bad_option `max` is below 1.
    [[nodiscard]] static missed catch_up(std::int64_t max);
    /// All of them, however many.
    [[nodiscard]] static constexpr missed catch_up(unlimited_t) noexcept
    {
        return {policy::catch_up, no_limit};
    }

    [[nodiscard]] constexpr policy kind() const noexcept { return kind_; }
    [[nodiscard]] constexpr std::int64_t(max)() const noexcept { return max_; }
    /// Whether no slot is ever missed.
    [[nodiscard]] constexpr bool never_drops() const noexcept
    {
        return kind_ == policy::catch_up && max_ == no_limit;
    }
    friend constexpr bool operator==(missed, missed) noexcept = default;

private:
    static constexpr auto no_limit = (std::numeric_limits<std::int64_t>::max)();

    constexpr missed(policy kind, std::int64_t max) noexcept
        : max_{max}
        , kind_{kind}
    {
    }

    std::int64_t max_ = 1;
    policy kind_ = policy::coalesce;
};

inline constexpr missed missed::coalesce{policy::coalesce, 1};
inline constexpr missed missed::skip{policy::skip, 0};
inline constexpr missed missed::delay{policy::delay, 1};

/// How many iterations may be in flight at once: a number from 1, or `tasks::unlimited`.
class overlap {
public:
    /// One at a time.
    constexpr overlap() noexcept = default;
    constexpr overlap(unlimited_t) noexcept
        : limit_{0}
    {
    }
    /// @throws bad_option below 1.
    overlap(int limit);

    /// The limit; 0 if there is none.
    [[nodiscard]] constexpr int limit() const noexcept { return limit_; }
    [[nodiscard]] constexpr bool is_unlimited() const noexcept { return limit_ == 0; }
    /// Whether another iteration may start beside `in_flight` others.
    [[nodiscard]] constexpr bool allows(std::uint64_t in_flight) const noexcept
    {
        return is_unlimited() || in_flight < static_cast<std::uint64_t>(limit_);
    }

private:
    int limit_ = 1;
};

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/run/detail/policies.ipp>
#endif
