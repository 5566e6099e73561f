// SPDX-License-Identifier: MIT
#pragma once

// A loop asked: what may be called from any thread and changes nothing.

#include <tasks/detail/loop_core.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL std::uint64_t loop_core::current_loop() const
{
    std::scoped_lock lock{mutex_};
    if (phase_ == phase::closing && count_reached() && !failed_ && !cancel_)
        return started_;
    return started_ == 0 ? 0 : started_ - 1;
}

TASKS_DECL std::optional<time_point> loop_core::next_iteration() const
{
    std::scoped_lock lock{mutex_};
    if (phase_ != phase::running || !timeline_->begun() || no_more_iterations())
        return std::nullopt;
    auto const next = timeline_->upcoming();
    if (!next)
        return std::nullopt;
    return on_the_wall(*next, timeline_->clock(), queue_->look());
}

TASKS_DECL bool loop_core::is_running() const
{
    std::scoped_lock lock{mutex_};
    return phase_ != phase::idle;
}

TASKS_DECL bool loop_core::failed() const
{
    std::scoped_lock lock{mutex_};
    return failed_;
}

TASKS_DECL std::exception_ptr loop_core::exception() const
{
    std::scoped_lock lock{mutex_};
    return exception_;
}

TASKS_DECL bool loop_core::is_being_cancelled() const
{
    std::scoped_lock lock{mutex_};
    return cancel_;
}

TASKS_DECL schedule loop_core::every() const
{
    std::scoped_lock lock{mutex_};
    return timeline_->when();
}

TASKS_DECL bool loop_core::count_reached() const noexcept
{
    return count_ != 0 && started_ >= static_cast<std::uint64_t>(count_);
}

TASKS_DECL bool loop_core::no_more_iterations() const noexcept
{
    return stop_ || cancel_ || failed_ || count_reached();
}

TASKS_DECL bool loop_core::is_watched() const noexcept
{
    return is_observed() || body_.takes_iteration;
}

TASKS_DECL moment loop_core::look(clock_kind clock) const noexcept
{
    // A second clock costs; an interval that nobody watches does without.
    if (clock == clock_kind::wall || is_watched())
        return queue_->look();
    return {.steady = queue_->steady()};
}

} // namespace detail
TASKS_END_NAMESPACE
