// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/ref.hpp>
#include <tasks/timer/detail/waiter.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

class worker;

/// The time-out of a worker's attempts (rule 35).
///
/// Its wait may end on any thread while the attempt ends on the loop's executor. The object is then left to
/// that thread, and the worker gets another one for its next attempt.
class attempt_timer final : public ref_counted, public waiter {
public:
    /// Starts to measure an attempt of the worker.
    /// @throws std::bad_alloc
    static void start(worker& w, nanoseconds due);
    /// Ends it, because the attempt has ended. On the loop's executor.
    static void stop(worker& w) noexcept;

private:
    friend void expire_attempt(ref<attempt_timer> t);
    friend void discard_attempt_timer(attempt_timer& t) noexcept;

    void ready() noexcept override;
    void discard() noexcept override;

    ref<attempt_timer> self_; ///< while it is in the queue
    ref<worker> worker_;      ///< likewise
    nanoseconds due_{0};
    // on the loop's executor
    bool measures_ = false; ///< an attempt
    bool stopped_ = false;  ///< that has ended, while the wait was ending, too
};

} // namespace detail
TASKS_END_NAMESPACE
