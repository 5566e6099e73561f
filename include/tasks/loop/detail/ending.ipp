// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/loop/detail/ending.hpp>

#include <algorithm>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL void end_count::one_ended() noexcept
{
    {
        std::scoped_lock lock{mutex_};
        if (--left_ != 0)
            return;
    }
    none_left();
}

/// A function that counts as one loop until it is called or destroyed.
class counted_until_called {
public:
    explicit counted_until_called(ref<end_count> count) noexcept
        : count_{std::move(count)}
    {
    }
    counted_until_called(counted_until_called&&) noexcept = default;
    counted_until_called& operator=(counted_until_called&&) = delete;
    ~counted_until_called()
    {
        if (count_)
            count_->one_ended();
    }
    void operator()() noexcept { std::exchange(count_, {})->one_ended(); }

private:
    ref<end_count> count_;
};

TASKS_DECL void count_when_reached(ref<end_count> count, asio::any_io_executor const& where) noexcept
{
    assert_unlocked();
    try {
        asio::post(where, counted_until_called{std::move(count)});
    } catch (...) {
        // No memory, or the context is being destroyed. The function object has been destroyed, which counts
        // as well.
    }
}

/// Joins one loop for the count.
class counting_joiner final : public joiner {
public:
    explicit counting_joiner(ref<end_count> count) noexcept
        : count_{std::move(count)}
    {
    }
    void complete(std::exception_ptr, asio::any_io_executor const& where) noexcept override
    {
        count_when_reached(std::exchange(count_, {}), where);
    }
    void abandon(std::exception_ptr) noexcept override
    {
        assert_unlocked();
        std::exchange(count_, {})->one_ended();
    }

private:
    ref<end_count> count_;
};

TASKS_DECL ending::ending(std::vector<ref<loop_core>> loops, ref<end_count> count)
    : loops_{std::move(loops)}
    , cancelled_(loops_.size(), false)
    , count_{std::move(count)}
{
    for (std::size_t i = 0; i != size(); ++i) {
        if (!has_ended(i) || !is_in_use(i) || loops_[i]->queue()->closed())
            continue;
        count_->one_more();
        count_when_reached(count_, loops_[i]->executor());
    }
}

TASKS_DECL bool ending::has_ended(std::size_t i) const noexcept
{
    return loops_[i]->gone() || !loops_[i]->is_running();
}

TASKS_DECL bool ending::all_ended() const noexcept
{
    for (std::size_t i = 0; i != size(); ++i)
        if (!has_ended(i))
            return false;
    return true;
}

/// Whether there are references to the loop besides the loop object and this list, such as that of a thread
/// that is ending its run.
TASKS_DECL bool ending::is_in_use(std::size_t i) const noexcept
{
    auto const here = std::count(loops_.begin(), loops_.end(), loops_[i]);
    return loops_[i].count() > static_cast<std::size_t>(here) + 1;
}

TASKS_DECL bool ending::request(way how)
{
    bool const join = count_->none();
    std::vector<std::size_t> running;
    for (std::size_t i = 0; i != size(); ++i)
        if (!has_ended(i))
            running.push_back(i);
    for (auto const i : running) {
        if (how == way::stop) {
            loops_[i]->stop();
        } else {
            cancelled_[i] = true;
            loops_[i]->cancel();
        }
    }
    if (join) {
        for (auto const i : running) {
            ref<joiner> const j{new counting_joiner{count_}};
            count_->one_more();
            loops_[i]->join(j);
        }
    }
    return !running.empty() || !count_->none();
}

} // namespace detail
TASKS_END_NAMESPACE
