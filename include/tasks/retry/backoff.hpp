// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/assert_unlocked.hpp>
#include <tasks/base/detail/clamped_duration.hpp>
#include <tasks/base/detail/config.hpp>

#include <chrono>
#include <concepts>
#include <limits>
#include <memory>
#include <utility>

TASKS_BEGIN_NAMESPACE

/// A policy for the delay before a retry: `next(k)` returns the delay after the k-th consecutive failure,
/// counted from 1. A negative delay counts as 0. If `next` throws, the run fails.
///
/// A policy may have a member `reset_after`, a duration: an attempt that lasted this long before it failed
/// counts as a success, so that counting restarts with its failure. Without the member it is 5 minutes; with
/// the longest value of its type, counting never restarts.
template <class B>
concept backoff_policy = std::copy_constructible<B> && requires(B const& b, unsigned failures) {
    { b.next(failures) } -> std::convertible_to<std::chrono::nanoseconds>;
};

/// The default back-off: the delay after the k-th consecutive failure is drawn uniformly from [0, min(2^k
/// seconds, `max`)].
///
/// It is random ("full jitter") so that many clients that lost the same server do not all return at once.
struct exponential_backoff {
    /// The largest value of the bound. 0 or more.
    detail::clamped_duration max = std::chrono::seconds{1024};
    /// See `backoff_policy`: a session that lasted this long shows that the server does not refuse. 0 or
    /// more.
    detail::clamped_duration reset_after = std::chrono::minutes{5};

    /// The largest delay that `next(failures)` may draw.
    [[nodiscard]] std::chrono::nanoseconds bound(unsigned failures) const noexcept;
    /// Draws a delay. Thread-safe.
    [[nodiscard]] std::chrono::nanoseconds next(unsigned failures) const;
};

namespace detail {

/// @throws bad_option if `max` is negative
void check(exponential_backoff const& policy);
/// Returns the `reset_after` of a policy. @throws bad_option if it is negative
[[nodiscard]] std::chrono::nanoseconds checked_reset_after(std::chrono::nanoseconds reset_after);

/// The number of consecutive failures after another one, of an attempt that lasted `lasted`.
[[nodiscard]] constexpr unsigned failures_in_a_row(unsigned before, std::chrono::nanoseconds lasted,
                                                   std::chrono::nanoseconds reset_after) noexcept
{
    if (lasted >= reset_after)
        return 1;
    return before == (std::numeric_limits<unsigned>::max)() ? before : before + 1;
}

} // namespace detail

/// Any `backoff_policy` as a value; `exponential_backoff{}` by default. Copies share the policy.
class backoff {
public:
    backoff() noexcept = default;

    /// @throws bad_option a duration in the policy is negative: `reset_after`, or `max` of an
    /// `exponential_backoff`
    template <class B>
        requires(!std::same_as<B, backoff> && backoff_policy<B>)
    backoff(B policy)
    {
        if constexpr (std::same_as<B, exponential_backoff>)
            detail::check(policy);
        if constexpr (requires { policy.reset_after; })
            reset_after_ = detail::checked_reset_after(detail::in_nanoseconds(policy.reset_after));
        policy_ = std::make_shared<model<B>>(std::move(policy));
    }

    /// Whether this is `exponential_backoff{}`, by default.
    [[nodiscard]] bool is_default() const noexcept { return !policy_; }
    /// The delay after the given number of consecutive failures, never negative.
    [[nodiscard]] std::chrono::nanoseconds next(unsigned failures) const
    {
        detail::assert_unlocked();
        auto const delay = policy_ ? policy_->next(failures) : exponential_backoff{}.next(failures);
        return delay < std::chrono::nanoseconds::zero() ? std::chrono::nanoseconds::zero() : delay;
    }

    /// The duration from which on a failed attempt counts as a success.
    [[nodiscard]] std::chrono::nanoseconds reset_after() const noexcept { return reset_after_; }

private:
    struct any {
        virtual ~any() = default;
        [[nodiscard]] virtual std::chrono::nanoseconds next(unsigned failures) const = 0;
    };

    template <class B>
    struct model final : any {
        explicit model(B b)
            : policy{std::move(b)}
        {
        }
        std::chrono::nanoseconds next(unsigned failures) const override
        {
            return detail::in_nanoseconds(policy.next(failures));
        }
        B policy;
    };

    std::shared_ptr<any const> policy_;
    std::chrono::nanoseconds reset_after_ = exponential_backoff{}.reset_after;
};

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/retry/detail/backoff.ipp>
#endif
