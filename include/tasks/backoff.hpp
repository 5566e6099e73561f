// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/config.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <utility>

TASKS_BEGIN_NAMESPACE

/// A policy for the delay before a retry: `next(k)` is the delay after the k-th consecutive failure, k = 1, 2, …
/// A negative delay counts as none. `next` may throw, which fails the run.
template <class B>
concept backoff_policy = std::copy_constructible<B> && requires(B const& b, unsigned failures) {
    { b.next(failures) } -> std::convertible_to<std::chrono::nanoseconds>;
};

/// The default back-off: after the k-th consecutive failure a delay drawn uniformly from [0, min(2^k seconds, `max`)].
///
/// The randomness ("full jitter") keeps many clients that lost the same server from returning in step.
struct exponential_backoff {
    /// The bound stops growing here.
    std::chrono::nanoseconds max = std::chrono::seconds{1024};

    /// The largest delay that `next(failures)` may draw.
    [[nodiscard]] std::chrono::nanoseconds bound(unsigned failures) const noexcept;
    /// Draws a delay. Thread-safe.
    [[nodiscard]] std::chrono::nanoseconds next(unsigned failures) const;
};

/// Any `backoff_policy` as a value; `exponential_backoff{}` by default.
class backoff {
public:
    backoff() noexcept = default;

    template <class B>
        requires(!std::same_as<B, backoff> && backoff_policy<B>)
    backoff(B policy)
        : policy_{std::make_shared<model<B>>(std::move(policy))}
    {
    }

    /// The delay after the given number of consecutive failures, never negative.
    [[nodiscard]] std::chrono::nanoseconds next(unsigned failures) const
    {
        auto const delay = policy_ ? policy_->next(failures) : exponential_backoff{}.next(failures);
        return delay < std::chrono::nanoseconds::zero() ? std::chrono::nanoseconds::zero() : delay;
    }

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
        std::chrono::nanoseconds next(unsigned failures) const override { return policy.next(failures); }
        B policy;
    };

    std::shared_ptr<any const> policy_;
};

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/impl/backoff.ipp>
#endif
