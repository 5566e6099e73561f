// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/always_false.hpp>
#include <tasks/base/errors.hpp>

#include <concepts>
#include <cstdint>
#include <limits>

TASKS_BEGIN_NAMESPACE

/// Means "no limit", for `overlap` and for `missed::catch_up`.
struct unlimited_t {
    explicit unlimited_t() = default;
};
inline constexpr unlimited_t unlimited{};

/// The policy for slots that passed while the loop was busy or the machine was suspended. It applies when two
/// or more slots are overdue; a single overdue slot is only late and runs, except under `forbid` and after
/// the grace period of the loop.
class missed {
public:
    enum class policy : std::uint8_t { coalesce, skip, catch_up, delay, forbid };

    /// `coalesce`, the default.
    constexpr missed() noexcept = default;

    /// Rejects the function `catch_up` without its call.
    template <std::same_as<missed> M>
    constexpr missed(M (*)(std::int64_t))
    {
        static_assert(detail::always_false<M>, "tasks: missed::catch_up needs its maximum; write "
                                               "missed::catch_up(3) or missed::catch_up(tasks::unlimited)");
    }

    static missed const coalesce; ///< one iteration, for the latest of them
    static missed const skip;     ///< no iteration; the next slot is strictly after now
    static missed const delay;    ///< one iteration; its start is its slot, and an interval counts from there
    /// As `coalesce`, but a slot that comes due while the maximum number of iterations is in flight is
    /// missed, even if it is the only one.
    static missed const forbid;

    /// Runs all of them in order, back to back. If more than `max` are overdue, the oldest are dropped.
    /// @throws bad_option `max` is below 1
    [[nodiscard]] static missed catch_up(std::int64_t max);
    /// Runs all of them, however many.
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
inline constexpr missed missed::forbid{policy::forbid, 1};

/// What a fatal exception of the body ends.
enum class on_error : std::uint8_t {
    end_run,  ///< the run, which fails
    next_slot ///< its iteration only: the error hook runs, then the loop goes on
};

/// The limit of iterations in flight at once: a number from 1, or `tasks::unlimited`.
class overlap {
public:
    /// One at a time.
    constexpr overlap() noexcept = default;
    constexpr overlap(unlimited_t) noexcept
        : limit_{0}
    {
    }
    /// @throws bad_option `limit` is below 1
    overlap(int limit);

    /// The limit; 0 means none.
    [[nodiscard]] constexpr int limit() const noexcept { return limit_; }
    [[nodiscard]] constexpr bool is_unlimited() const noexcept { return limit_ == 0; }
    /// Whether another iteration may start while `in_flight` others are in flight.
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
