// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/detail/clock_reading.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The clock that `run_state` takes. Reads the wall clock only if the schedule or an observer needs it.
struct queue_clocks {
    timer_queue const& queue;
    bool watched;

    [[nodiscard]] clock_reading read(clock_kind kind) const noexcept
    {
        if (kind == clock_kind::wall || watched)
            return queue.now();
        return {.steady = queue.steady()};
    }
    [[nodiscard]] clock_reading read_both() const noexcept { return queue.now(); }
    [[nodiscard]] nanoseconds steady() const noexcept { return queue.steady(); }
};

} // namespace detail
TASKS_END_NAMESPACE
