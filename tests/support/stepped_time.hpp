// SPDX-License-Identifier: MIT
#pragma once

// Time for tests that run handler by handler: each step performs one action in a context.

#include <tasks/asio/detail/asio.hpp>
#include <tasks/time/detail/clock_source.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>
#include <memory>

namespace test {

class stepped_time final : public tasks::detail::clock_source {
public:
    using nanoseconds = std::chrono::nanoseconds;

    /// Controls the time of a context. Must outlive everything that waits there, but not the context.
    explicit stepped_time(nanoseconds wall)
        : now_{.steady = nanoseconds{0}, .wall = wall}
    {
    }

    void attach(tasks::asio::io_context& io)
    {
        queue_ = tasks::detail::timer_queue::of(io.get_executor());
        queue_->use(this);
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
        if (*due > now_.steady)
            pass(*due - now_.steady);
        return true;
    }

    void pass(nanoseconds by)
    {
        now_.steady += by;
        now_.wall += by;
    }

    [[nodiscard]] tasks::detail::clock_reading now() const noexcept override { return now_; }
    [[nodiscard]] nanoseconds steady() const noexcept override { return now_.steady; }
    [[nodiscard]] bool passes_by_itself() const noexcept override { return false; }
    [[nodiscard]] bool may_have_stepped() const noexcept override { return false; }
    [[nodiscard]] nanoseconds wake_offset(nanoseconds) noexcept override { return nanoseconds{0}; }

private:
    tasks::detail::clock_reading now_;
    std::shared_ptr<tasks::detail::timer_queue> queue_;
};

} // namespace test
