// SPDX-License-Identifier: MIT
// The timer queue on its own, with real clocks: each wait ends once, or is removed, whatever other threads
// do.
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/timer/detail/timer_queue.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <random>
#include <thread>

using namespace std::chrono_literals;
using tasks::detail::clock_kind;
using tasks::detail::timer_queue;

namespace {

/// Waits repeatedly, and blocks occasionally.
class restless final : public tasks::detail::waiter {
public:
    void begin(timer_queue& queue, std::atomic<int>& left, unsigned seed)
    {
        queue_ = &queue;
        left_ = &left;
        random_.seed(seed);
        wait();
    }

    /// Removes it from the queue and lets it wait again, if it waits. May be called on any thread.
    void interrupt()
    {
        if (!queue_->remove(*this))
            return;
        ++removed;
        wait();
    }
    void wake() { queue_->wake(*this); }

    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    std::atomic<int> removed{0};

private:
    void wait()
    {
        ++begun;
        auto const clock = random_() % 2 == 0 ? clock_kind::steady : clock_kind::wall;
        auto const length = std::chrono::microseconds{random_() % 2'000};
        queue_->wait(*this, clock, queue_->now().on(clock) + length);
    }
    void ready() noexcept override
    {
        ++ended;
        if (random_() % 64 == 0)
            std::this_thread::sleep_for(2ms); // a body that blocks; others take over
        if (left_->fetch_sub(1) > 0)
            wait();
    }
    void discard() noexcept override {}

    timer_queue* queue_ = nullptr;
    std::atomic<int>* left_ = nullptr;
    std::minstd_rand random_;
};

} // namespace

TEST_CASE("timer queue: with many threads each wait ends once, or is removed")
{
    constexpr int threads = 3;
    constexpr std::size_t many = 200;
    net::thread_pool pool{threads};
    auto const executor = pool.get_executor();
    auto const queue = timer_queue::of(executor);
    std::atomic<int> left{20'000};
    std::array<restless, many> waiters;
    for (std::size_t i = 0; i < many; ++i)
        queue->work_started(executor);
    for (std::size_t i = 0; i < many; ++i)
        waiters[i].begin(*queue, left, static_cast<unsigned>(i + 1));
    std::minstd_rand random{1};
    while (left > 0) {
        auto& one = waiters[random() % many];
        if (random() % 2 == 0)
            one.interrupt();
        else
            one.wake();
    }
    while (queue->anybody_waits())
        std::this_thread::yield();
    for (std::size_t i = 0; i < many; ++i)
        queue->work_finished();
    pool.join();
    for (auto const& w : waiters)
        CHECK(w.begun == w.ended + w.removed);
}
