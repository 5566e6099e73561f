// SPDX-License-Identifier: MIT
#pragma once

// Time for tests that run handler by handler: each step performs one action in a context.

#include "fake_clock.hpp"

#include <tasks/asio/detail/asio.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>
#include <memory>

namespace test {

class stepped_time {
public:
    using nanoseconds = std::chrono::nanoseconds;

    /// Controls the time of a context. Must outlive everything that waits there, but not the context.
    explicit stepped_time(nanoseconds wall) { clock_.reading.wall = wall; }

    void attach(tasks::asio::io_context& io)
    {
        queue_ = tasks::detail::timer_queue::of(io.get_executor());
        queue_->use(&clock_);
    }

    /// Ends one wait that is due, or else runs one handler that is ready, or else advances time to the next
    /// wait. Returns false if nothing is left to do.
    bool step(tasks::asio::io_context& io)
    {
        if (queue_->fire(1) != 0)
            return true;
        io.restart();
        if (io.poll_one() != 0)
            return true;
        auto const due = queue_->next_due();
        if (!due)
            return false;
        if (*due > clock_.steady())
            pass(*due - clock_.steady());
        return true;
    }

    void pass(nanoseconds by) { clock_.pass(by); }
    [[nodiscard]] tasks::detail::clock_reading now() const noexcept { return clock_.now(); }
    [[nodiscard]] nanoseconds steady() const noexcept { return clock_.steady(); }

private:
    fake_clock clock_;
    std::shared_ptr<tasks::detail::timer_queue> queue_;
};

} // namespace test
