// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/mutex.hpp>
#include <tasks/detail/quiet_coroutines.hpp>
#include <tasks/detail/sleep_op.hpp>
#include <tasks/shutdown.hpp>

#include <mutex>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES
namespace detail {

/// Counts loops that are still running, and ends a sleep when there are none left.
class running_count final : public ref_counted {
public:
    explicit running_count(std::size_t running) noexcept
        : running_{running}
    {
    }

    void one_ended() noexcept
    {
        std::scoped_lock lock{mutex_};
        if (--running_ == 0 && sleep_)
            sleep_->wake();
    }

    /// Gives the sleep that is to end when no loop is running any more, unless it has ended already.
    void ends(ref<sleep_base> sleep, unsigned sleeps_before) noexcept
    {
        std::scoped_lock lock{mutex_};
        if (sleeps_ != sleeps_before)
            return;
        sleep_ = std::move(sleep);
        if (running_ == 0)
            sleep_->wake();
    }

    /// The sleep has ended. Not kept: it would keep its execution context busy.
    void sleep_ended() noexcept
    {
        std::scoped_lock lock{mutex_};
        ++sleeps_;
        sleep_ = {};
    }

    [[nodiscard]] unsigned sleeps() const noexcept
    {
        std::scoped_lock lock{mutex_};
        return sleeps_;
    }

    [[nodiscard]] bool none() const noexcept
    {
        std::scoped_lock lock{mutex_};
        return running_ == 0;
    }

private:
    mutable mutex mutex_;
    std::size_t running_;
    unsigned sleeps_ = 0; ///< that have ended
    ref<sleep_base> sleep_;
};

/// Joins one loop on behalf of the count.
class counting_joiner final : public joiner {
public:
    explicit counting_joiner(ref<running_count> count) noexcept
        : count_{std::move(count)}
    {
    }
    void complete(std::exception_ptr, asio::any_io_executor const&) noexcept override { one_ended(); }
    void abandon(std::exception_ptr) noexcept override { one_ended(); }

private:
    void one_ended() noexcept { std::exchange(count_, {})->one_ended(); }
    ref<running_count> count_;
};

/// A sleep that also ends when no loop is running any more.
struct initiate_shutdown_wait {
    template <class Handler>
    void operator()(Handler handler, running_count* running, nanoseconds at_most) const
    {
        // If many threads run the executor, the coroutine may go on, and end, before the sleep is handed over.
        ref const kept{running};
        auto const before = kept->sleeps();
        begin_operation<error_code>(handler,
                                    [&](Handler& h) { kept->ends(start_sleep(h, at_most), before); });
    }
};

/// Tells the count when its sleep has ended, however it did. (Not within the coroutine: GCC 12 cannot name a local class of one.)
class sleep_watch {
public:
    explicit sleep_watch(running_count& running) noexcept
        : running_{&running}
    {
    }
    sleep_watch(sleep_watch const&) = delete;
    sleep_watch& operator=(sleep_watch const&) = delete;
    ~sleep_watch() { running_->sleep_ended(); }

private:
    running_count* running_;
};

TASKS_DECL asio::awaitable<void> wait_for_none(ref<running_count> running, nanoseconds at_most)
{
    sleep_watch const on_exit{*running};
    if (!running->none())
        co_await asio::async_initiate<asio::use_awaitable_t<> const, void(error_code)>(
            initiate_shutdown_wait{}, asio::use_awaitable, running.get(), at_most);
}

TASKS_DECL asio::awaitable<shutdown_report> shut_down(shutdown_limits limits,
                                                      std::vector<ref<loop_core>> loops)
{
    ref const running{new running_count{loops.size()}};
    for (auto const& l : loops)
        l->stop();
    for (auto const& l : loops)
        l->join(ref<joiner>{new counting_joiner{running}});
    co_await wait_for_none(running, limits.deadline);

    std::vector<bool> late;
    for (auto const& l : loops)
        late.push_back(l->is_running());
    for (std::size_t i = 0; i != loops.size(); ++i)
        if (late[i])
            loops[i]->cancel();
    co_await wait_for_none(running, limits.grace);

    shutdown_report report;
    for (std::size_t i = 0; i != loops.size(); ++i) {
        auto& where = !late[i]                 ? report.completed
                      : loops[i]->is_running() ? report.still_running
                                               : report.cancelled;
        where.push_back(loops[i]->name().empty() ? "#" + std::to_string(i + 1) : loops[i]->name());
    }
    co_return report;
}

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
