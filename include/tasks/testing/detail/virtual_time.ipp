// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/testing/virtual_time.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace testing {

class virtual_time::source final : public detail::clock_source {
public:
    explicit source(time_point start) noexcept
        : wall_{start.time_since_epoch()}
    {
    }

    [[nodiscard]] detail::clock_reading now() const noexcept override
    {
        return {.steady = steady_, .wall = wall_};
    }
    [[nodiscard]] nanoseconds steady() const noexcept override { return steady_; }
    [[nodiscard]] bool passes_by_itself() const noexcept override { return false; }
    [[nodiscard]] bool may_have_stepped() const noexcept override { return step_unnoticed_; }

    [[nodiscard]] nanoseconds wake_offset(nanoseconds wait) noexcept override
    {
        if (offsets_.empty())
            return nanoseconds::zero();
        auto const offset = offsets_[(std::min)(next_offset_, offsets_.size() - 1)];
        if (wait <= -offset)
            return nanoseconds::zero();
        ++next_offset_;
        return offset;
    }

    /// The time that can pass until one of the clocks reaches its end.
    [[nodiscard]] nanoseconds left() const noexcept
    {
        return detail::never - (std::max)({steady_, wall_, nanoseconds::zero()});
    }

    void pass(nanoseconds by) noexcept
    {
        by = (std::min)(by, left());
        steady_ += by;
        wall_ += by;
    }

    void step(nanoseconds by) noexcept
    {
        wall_ = detail::distance(-(std::max)(by, -detail::never), wall_); // saturating sum
        step_unnoticed_ = true;
        stepped_at_ = steady_;
    }

    /// Called when every due wait has ended, so that after 30 s each wait has read the wall clock.
    void wall_clock_was_read() noexcept
    {
        if (steady_ - stepped_at_ >= std::chrono::seconds{30})
            step_unnoticed_ = false;
    }

    void set_offsets(std::vector<nanoseconds> offsets) noexcept
    {
        offsets_ = std::move(offsets);
        next_offset_ = 0;
    }

private:
    nanoseconds steady_{0};
    nanoseconds wall_;
    nanoseconds stepped_at_{0};
    bool step_unnoticed_ = false;
    std::vector<nanoseconds> offsets_;
    std::size_t next_offset_ = 0;
};

TASKS_DECL time_point virtual_time::default_start() noexcept
{
    using namespace std::chrono;
    return sys_days{year{2024} / January / 1};
}

TASKS_DECL virtual_time::virtual_time(asio::io_context& io, time_point start)
    : io_{io}
    , queue_{detail::timer_queue::of(io.get_executor())}
    , source_{std::make_unique<source>(start)}
    , work_{asio::prefer(asio::any_io_executor{io.get_executor()}, asio::execution::outstanding_work.tracked)}
{
    if (queue_->anybody_waits())
        throw std::logic_error{
            "tasks: virtual_time must be constructed before the first loop, ticker or sleep of its context; "
            "something on this context already waits for the system's clocks"};
    queue_->use(source_.get());
}

TASKS_DECL virtual_time::~virtual_time()
{
    queue_->use(nullptr);
}

TASKS_DECL time_point virtual_time::now() const noexcept
{
    return time_point{source_->now().wall};
}

TASKS_DECL std::chrono::nanoseconds virtual_time::elapsed() const noexcept
{
    return source_->steady();
}

TASKS_DECL std::size_t virtual_time::run_until_idle()
{
    constexpr std::size_t limit = 100'000'000;
    io_.restart();
    std::size_t total = 0;
    for (;;) {
        auto done = queue_->fire(1); // everything that it causes runs before the next wait ends
        while (!io_.stopped() && total + done < limit && io_.poll_one() != 0)
            ++done;
        total += done;
        if (done == 0 || io_.stopped())
            break;
        if (total >= limit)
            throw std::runtime_error{
                "tasks: virtual time cannot move: 100000000 handlers were ready at one instant "
                "(a loop with an interval of 0 and no count?)"};
    }
    source_->wall_clock_was_read();
    return total;
}

TASKS_DECL void virtual_time::move_to(nanoseconds steady) noexcept
{
    source_->pass((std::max)(steady - source_->steady(), nanoseconds::zero()));
}

TASKS_DECL void virtual_time::advance(nanoseconds by)
{
    auto const target = source_->steady() + (std::min)(by, source_->left());
    run_until_idle();
    while (!io_.stopped()) {
        auto const due = queue_->next_due();
        if (!due || *due > target)
            break;
        move_to(*due);
        run_until_idle();
    }
    if (io_.stopped())
        return;
    move_to(target);
    run_until_idle();
}

TASKS_DECL bool virtual_time::advance_to_next()
{
    run_until_idle();
    while (!io_.stopped()) {
        auto const due = queue_->next_due();
        if (!due || detail::distance(source_->steady(), *due) > source_->left())
            break;
        move_to(*due);
        if (run_until_idle() != 0)
            return true;
    }
    return false;
}

TASKS_DECL void virtual_time::step_wall_clock(nanoseconds by) noexcept
{
    source_->step(by);
}

TASKS_DECL void virtual_time::suspend(nanoseconds duration)
{
    source_->pass(duration);
    run_until_idle();
}

TASKS_DECL void virtual_time::wake_offsets(std::vector<nanoseconds> offsets)
{
    source_->set_offsets(std::move(offsets));
}

} // namespace testing
TASKS_END_NAMESPACE
