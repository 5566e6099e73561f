// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/clamped_duration.hpp>
#include <tasks/base/detail/config.hpp>
#include <tasks/base/detail/assert_unlocked.hpp>

#include <chrono>
#include <concepts>
#include <limits>
#include <memory>
#include <utility>

TASKS_BEGIN_NAMESPACE

/// A policy for the delay before a retry: `next(k)` is the delay after the k-th consecutive failure, k = 1, 2, …
/// A negative delay counts as none. `next` may throw, which fails the run.
///
/// It may have a member `reset_after`, a duration: an attempt that lasted so long before it failed counts as a success, so that the
/// failures are counted anew from that one. Without the member it is 5 minutes; with the longest value of its type, never.
template <class B>
concept backoff_policy = std::copy_constructible<B> && requires(B const& b, unsigned failures) {
    { b.next(failures) } -> std::convertible_to<std::chrono::nanoseconds>;
};

/// The default back-off: after the k-th consecutive failure a delay drawn uniformly from [0, min(2^k seconds, `max`)].
///
/// The randomness ("full jitter") keeps many clients that lost the same server from returning in step.
struct exponential_backoff {
    /// The bound stops growing here. 0 or more.
    detail::clamped_duration max = std::chrono::seconds{1024};
    /// See `backoff_policy`: a session that lived so long shows that the server does not refuse. 0 or more.
    detail::clamped_duration reset_after = std::chrono::minutes{5};

    /// The largest delay that `next(failures)` may draw.
    [[nodiscard]] std::chrono::nanoseconds bound(unsigned failures) const noexcept;
    /// Draws a delay. Thread-safe.
    [[nodiscard]] std::chrono::nanoseconds next(unsigned failures) const;
};

namespace detail {

/// @throws bad_option `max` is negative
void check(exponential_backoff const& policy);
/// Checks the `reset_after` of a policy; throws `bad_option`.
[[nodiscard]] std::chrono::nanoseconds checked_reset_after(std::chrono::nanoseconds reset_after);

/// How many failures in a row there are with one more, of an attempt that lasted so long.
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

    /// @throws bad_option a duration in the policy is negative: `reset_after`, or `max` of an `exponential_backoff`
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

    /// The delay after the given number of consecutive failures, never negative.
    [[nodiscard]] std::chrono::nanoseconds next(unsigned failures) const
    {
        detail::assert_unlocked();
        auto const delay = policy_ ? policy_->next(failures) : exponential_backoff{}.next(failures);
        return delay < std::chrono::nanoseconds::zero() ? std::chrono::nanoseconds::zero() : delay;
    }

    /// How long an attempt must have lasted to count as a success.
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
