// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/assert_unlocked.hpp>
#include <tasks/base/detail/clamped_duration.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/schedule/detail/checked_duration.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <string_view>
#include <utility>

TASKS_BEGIN_NAMESPACE

namespace detail {

template <class J>
concept draws_within_room = requires(J const& j, iteration const& it, std::chrono::nanoseconds room) {
    { j.next(it, room) } -> std::convertible_to<std::chrono::nanoseconds>;
};

} // namespace detail

/// A policy for the jitter of a slot: `next(iteration)` returns by how much the start of that iteration is
/// put off. A negative duration counts as 0, and one longer than nine tenths of the distance to the following
/// slot as that; `next(iteration, room)` is told that limit. If `next` throws, the run fails.
template <class J>
concept jitter_policy =
    std::copy_constructible<J> && (detail::draws_within_room<J> || requires(J const& j, iteration const& it) {
        { j.next(it) } -> std::convertible_to<std::chrono::nanoseconds>;
    });

/// A jitter that depends on a key only: the same for each slot and after a restart of the program, and
/// different between keys. Gives each of many hosts its own place within a period.
///
/// @code
/// tasks::loop report{io, {.every = 1h, .jitter = tasks::splay(host_name, 10min)}, send_report};
/// @endcode
class splay {
public:
    /// The place of `key` in [0, `period`): its 64-bit FNV-1a hash modulo the period.
    /// @throws bad_option the period is negative, NaN, infinite, or not representable in 64-bit nanoseconds
    template <class Rep, class Period>
    splay(std::string_view key, std::chrono::duration<Rep, Period> period)
        : delay_{place_of(key, detail::checked_duration(period, "the period of a splay"))}
    {
    }

    [[nodiscard]] std::chrono::nanoseconds delay() const noexcept { return delay_; }
    [[nodiscard]] std::chrono::nanoseconds next(iteration const&) const noexcept { return delay_; }

private:
    [[nodiscard]] static std::chrono::nanoseconds place_of(std::string_view key,
                                                           std::chrono::nanoseconds period) noexcept;

    std::chrono::nanoseconds delay_;
};

/// Puts off the start of each iteration that is waited for, so that many clients do not all begin at once.
/// The slots stay where they are. None by default.
class jitter {
public:
    /// None.
    jitter() noexcept = default;

    /// Draws uniformly from [0, `longest`], or up to nine tenths of the distance to the following slot if
    /// that is shorter.
    /// @throws bad_option `longest` is negative, NaN, infinite, or not representable in 64-bit nanoseconds
    template <class Rep, class Period>
    jitter(std::chrono::duration<Rep, Period> longest)
        : longest_{detail::checked_duration(longest, "a jitter")}
    {
    }

    /// Copies share the policy.
    template <class J>
        requires(!std::same_as<J, jitter> && jitter_policy<J>)
    jitter(J policy)
        : policy_{std::make_shared<model<J>>(std::move(policy))}
    {
    }

    /// Whether there is a jitter.
    explicit operator bool() const noexcept
    {
        return policy_ || longest_ != std::chrono::nanoseconds::zero();
    }

    /// Draws the jitter of a slot.
    /// @param it what is known of its iteration: the number, the slot and the cause
    /// @param room nine tenths of the distance to the following slot; the maximum of its type if none follows
    /// @returns a duration in [0, `room`]
    /// @throws any exception of the policy
    [[nodiscard]] std::chrono::nanoseconds draw(iteration const& it, std::chrono::nanoseconds room) const;

private:
    struct any {
        virtual ~any() = default;
        [[nodiscard]] virtual std::chrono::nanoseconds next(iteration const& it,
                                                            std::chrono::nanoseconds room) const = 0;
    };

    template <class J>
    struct model final : any {
        explicit model(J j)
            : policy{std::move(j)}
        {
        }
        std::chrono::nanoseconds next(iteration const& it,
                                      [[maybe_unused]] std::chrono::nanoseconds room) const override
        {
            if constexpr (detail::draws_within_room<J>)
                return detail::in_nanoseconds(policy.next(it, room));
            else
                return detail::in_nanoseconds(policy.next(it));
        }
        J policy;
    };

    std::chrono::nanoseconds longest_{0};
    std::shared_ptr<any const> policy_;
};

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/run/detail/jitter.ipp>
#endif
