// SPDX-License-Identifier: MIT
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

using namespace std::chrono_literals;

namespace {

/// What has happened, for threads that wait for it.
class progress {
public:
    void body_on_this_thread()
    {
        std::scoped_lock lock{mutex_};
        ++bodies_;
        threads_.insert(std::this_thread::get_id());
        changed_.notify_all();
    }
    [[nodiscard]] bool seen_here() const
    {
        std::scoped_lock lock{mutex_};
        return threads_.contains(std::this_thread::get_id());
    }
    /// Blocks until bodies have run on so many threads.
    bool wait_for_threads(std::size_t wanted)
    {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 60s, [&] { return threads_.size() >= wanted; });
    }
    /// Blocks until so many further bodies have run.
    bool wait_for_bodies(int wanted)
    {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 60s, [&, end = bodies_ + wanted] { return bodies_ >= end; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::thread::id> threads_;
    int bodies_ = 0;
};

} // namespace

TEST_CASE("a body that blocks its thread does not keep other loops from those that are free")
{
    net::io_context io;
    auto work = net::make_work_guard(io);
    progress seen;
    tasks::loop<> quick{io, 1ms, [&] { seen.body_on_this_thread(); }};
    quick.start();
    std::thread one{[&] { io.run(); }};
    std::thread other{[&] { io.run(); }};

    // The loop must have met both threads, so each is kept busy until the other one has run a body.
    REQUIRE(seen.wait_for_threads(1));
    std::function<void()> const keep_busy = [&] {
        if (seen.seen_here())
            seen.wait_for_threads(2);
        else
            net::post(io, keep_busy);
    };
    net::post(io, keep_busy);
    REQUIRE(seen.wait_for_threads(2));
    REQUIRE(seen.wait_for_bodies(1));

    int bodies = 0;
    bool others_ran = false;
    tasks::loop<> slow{io, {.every = 1ms, .count = 2}, [&] {
                           if (++bodies == 2) // which the timer wakes up
                               others_ran = seen.wait_for_bodies(5);
                       }};
    slow.start();
    slow.async_join(net::use_future).get();
    CHECK(others_ran);

    quick.stop();
    quick.async_join(net::use_future).get();
    work.reset();
    one.join();
    other.join();
}
