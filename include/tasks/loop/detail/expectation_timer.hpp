// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/ref.hpp>
#include <tasks/timer/detail/waiter.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

class loop_core;

/// Looks, on the loop's executor, whether a run is overdue (rule 53). It looks again and again, so that a
/// success need not tell it anything.
///
/// A run has its own, because the last look of the former one may be on its way to the executor.
class expectation_timer final : public ref_counted, public waiter {
public:
    explicit expectation_timer(ref<loop_core> core) noexcept;

    /// Begins to wait for the next look.
    void wait_until(nanoseconds due) noexcept;
    /// Ends the wait, from any thread.
    void stop() noexcept;

    bool at_rest = false; ///< until the end of a pause; with the core's mutex

private:
    friend void expectation_due(ref<expectation_timer> t);
    friend void discard_expectation_timer(expectation_timer& t) noexcept;

    void ready() noexcept override;
    void discard() noexcept override;

    ref<loop_core> core_;         ///< until the end
    ref<expectation_timer> self_; ///< while it is in the queue
    nanoseconds due_{0};
};

} // namespace detail
TASKS_END_NAMESPACE
