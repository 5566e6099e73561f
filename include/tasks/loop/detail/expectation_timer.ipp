// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/post.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/expectation_timer.hpp>
#include <tasks/loop/detail/loop_core.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL expectation_timer::expectation_timer(ref<loop_core> core) noexcept
    : core_{std::move(core)}
{
}

TASKS_DECL void expectation_timer::wait_until(nanoseconds due) noexcept
{
    due_ = due;
    self_ = ref{this};
    core_->queue()->wait(*this, clock_kind::steady, due);
}

TASKS_DECL void expectation_timer::stop() noexcept
{
    if (core_->queue()->remove(*this))
        discard();
}

TASKS_DECL void expectation_due(ref<expectation_timer> t)
{
    t->core_->look_at_expectation(*t);
}

TASKS_DECL void discard_expectation_timer(expectation_timer&) noexcept {}

/// Looks on the loop's executor.
using expectation_due_op = posted_op<expectation_timer, expectation_due, discard_expectation_timer>;

TASKS_DECL void expectation_timer::ready() noexcept
{
    auto self = std::exchange(self_, {});
    if (core_->queue()->steady() < due_) { // woken too early
        self_ = std::move(self);
        core_->queue()->wait_again(*this, clock_kind::steady, due_);
        return;
    }
    if (core_->try_here([&self] { expectation_due(self); }))
        return;
    try {
        post_or_throw(this, core_->executor(), expectation_due_op{self});
    } catch (abandoned const&) {
        // The executor destroys the functions given to it.
    } catch (...) {
        self_ = self;
        core_->queue()->wait_for_memory(*this);
    }
}

TASKS_DECL void expectation_timer::discard() noexcept
{
    auto const self = std::exchange(self_, {});
}

} // namespace detail
TASKS_END_NAMESPACE
