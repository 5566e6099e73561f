// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/this_thread.hpp>
#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/loop/detail/ending.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/timer/detail/sleep_op.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES

TASKS_DECL void shutdown_limits::check() const
{
    auto const require_not_negative = [](char const* what, std::chrono::nanoseconds d) {
        if (d < std::chrono::nanoseconds::zero())
            throw bad_option{std::string{"tasks: a "} + what + " of " + detail::duration_text(d) +
                             " for a shutdown: must be 0 or more"};
    };
    require_not_negative("deadline", deadline);
    require_not_negative("grace", grace);
}

namespace detail {

/// Ends the sleep of a coroutine when all loops have ended.
class waking_count final : public end_count {
public:
    /// Passes the sleep that ends when all loops have ended, unless that sleep is over.
    void ends(ref<sleep_base> const& sleep, unsigned sleeps_before) noexcept
    {
        {
            std::scoped_lock lock{mutex_};
            if (sleeps_ != sleeps_before)
                return;
            sleep_ = sleep;
        }
        if (none())
            sleep->wake();
    }

    /// Records that the sleep has ended. Releases it, because it would keep its execution context busy.
    void sleep_ended() noexcept
    {
        ref<sleep_base> ended; // destroyed after the lock, because it owns a handler
        std::scoped_lock lock{mutex_};
        ++sleeps_;
        std::swap(ended, sleep_);
    }

    [[nodiscard]] unsigned sleeps() const noexcept
    {
        std::scoped_lock lock{mutex_};
        return sleeps_;
    }

private:
    void none_left() noexcept override
    {
        ref<sleep_base> sleep;
        {
            std::scoped_lock lock{mutex_};
            sleep = sleep_;
        }
        if (sleep)
            sleep->wake();
    }

    unsigned sleeps_ = 0; ///< number of sleeps that have ended
    ref<sleep_base> sleep_;
};

/// Begins a sleep that also ends when all loops have ended.
struct initiate_shutdown_wait {
    template <class Handler>
    void operator()(Handler handler, waking_count* count, nanoseconds at_most) const
    {
        // If several threads run the executor, the coroutine may resume, and end, before the sleep is passed
        // on.
        ref const kept{count};
        auto const before = kept->sleeps();
        initiate<error_code>(handler, [&](Handler& h) { kept->ends(start_sleep(h, at_most), before); });
    }
};

/// Tells the count that its sleep has ended, whether normally or by destruction. Outside the coroutine,
/// because GCC 12 cannot name a local class of a coroutine.
class sleep_watch {
public:
    explicit sleep_watch(waking_count& count) noexcept
        : count_{&count}
    {
    }
    sleep_watch(sleep_watch const&) = delete;
    sleep_watch& operator=(sleep_watch const&) = delete;
    ~sleep_watch() { count_->sleep_ended(); }

private:
    waking_count* count_;
};

TASKS_DECL asio::awaitable<void> sleep_until_none(ref<waking_count> count, nanoseconds at_most)
{
    sleep_watch const on_exit{*count};
    co_await asio::async_initiate<asio::use_awaitable_t<> const, void(error_code)>(
        initiate_shutdown_wait{}, asio::use_awaitable, count.get(), at_most);
}

TASKS_DECL asio::awaitable<void> end_within(ending& loops, ref<waking_count> count, ending::way how,
                                            nanoseconds limit)
{
    asio::any_io_executor const executor = co_await asio::this_coro::executor;
    auto const queue = timer_queue::of(ungated(executor));
    auto const due = saturating_add(queue->steady(), limit);
    do {
        if (!loops.request(how))
            co_return;
        co_await sleep_until_none(count, due - queue->steady());
    } while (queue->steady() < due);
}

/// Returns the final report.
TASKS_DECL shutdown_report report_of(ending const& loops)
{
    shutdown_report report;
    for (std::size_t i = 0; i != loops.size(); ++i) {
        auto& where = !loops.has_ended(i)      ? report.still_running
                      : loops.was_cancelled(i) ? report.cancelled
                                               : report.completed;
        auto const& name = loops.loop(i).name();
        where.push_back(name.empty() ? "#" + std::to_string(i + 1) : name);
    }
    return report;
}

TASKS_DECL asio::awaitable<shutdown_report> shut_down(shutdown_limits limits, loop_list list)
{
    ref const count{new waking_count};
    ending loops{std::move(list), ref<end_count>{count.get()}};
    co_await end_within(loops, count, ending::way::stop, limits.deadline);
    if (!loops.all_ended())
        co_await end_within(loops, count, ending::way::cancel, limits.grace);
    co_return report_of(loops);
}

/// Wakes a thread when all loops have ended.
class blocking_count final : public end_count {
public:
    /// Returns when all loops have ended, or at `due`.
    void wait_until(nanoseconds due)
    {
        std::unique_lock lock{mutex_};
        auto const none_left = [this] { return left_ == 0; };
        if (due == never)
            changed_.wait(lock, none_left);
        else
            changed_.wait_until(lock, to_time_point(due), none_left);
    }

    [[nodiscard]] static nanoseconds now() noexcept
    {
        return std::chrono::steady_clock::now().time_since_epoch();
    }

private:
    [[nodiscard]] static std::chrono::steady_clock::time_point to_time_point(nanoseconds t) noexcept
    {
        return std::chrono::steady_clock::time_point{
            std::chrono::duration_cast<std::chrono::steady_clock::duration>(t)};
    }
    void none_left() noexcept override { changed_.notify_all(); }

    std::condition_variable_any changed_;
};

TASKS_DECL void block_until_ended(ending& loops, blocking_count& count, ending::way how, nanoseconds limit)
{
    auto const due = saturating_add(blocking_count::now(), limit);
    do {
        if (!loops.request(how))
            return;
        count.wait_until(due);
    } while (blocking_count::now() < due);
}

TASKS_DECL shutdown_report shut_down_and_wait(shutdown_limits const& limits, loop_list list)
{
    limits.check();
    for (auto const& l : list)
        if (!l->queue()->closed() && runs_in_this_thread(l->executor()))
            throw std::logic_error{
                "tasks: loop '" + l->name() +
                "': shutdown() on a thread that runs the loop's context would wait for itself; "
                "await async_shutdown() there"};
    ref const count{new blocking_count};
    ending loops{std::move(list), ref<end_count>{count.get()}};
    block_until_ended(loops, *count, ending::way::stop, limits.deadline);
    if (!loops.all_ended())
        block_until_ended(loops, *count, ending::way::cancel, limits.grace);
    return report_of(loops);
}

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
