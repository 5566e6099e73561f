// SPDX-License-Identifier: MIT
// A body that blocks its thread delays no loop that another thread of the context could run, from the first
// round on.
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

/// Counts the runs of other loops, for a body that blocks until they have run.
class progress_of_others {
public:
    void one_more()
    {
        std::scoped_lock lock{mutex_};
        ++count_;
        changed_.notify_all();
    }
    [[nodiscard]] int count()
    {
        std::scoped_lock lock{mutex_};
        return count_;
    }
    /// Blocks until they have run `more` more times. Returns false if they have not within a minute, which is
    /// enough for thousands of runs.
    bool blocks_until(int more) { return blocks_until_there_are(count() + more); }
    bool blocks_until_there_are(int wanted)
    {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 60s, [&] { return count_ >= wanted; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

/// Runs a context in several threads until nothing is left to do.
void run(net::io_context& io, int threads)
{
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i)
        others.emplace_back([&io] { io.run(); });
    io.run();
    for (auto& t : others)
        t.join();
}

} // namespace

TEST_CASE("blocking: an early body does not keep another loop from a thread that has had nothing to do yet")
{
    // The iteration does not matter, nor whether the other thread has been seen before.
    auto const blocking = GENERATE(1, 2, 3);
    for (int round = 0; round < 5; ++round) {
        net::io_context io;
        progress_of_others others;
        tasks::loop<> quick{io, 1ms, [&] { others.one_more(); }};
        int bodies = 0;
        bool served = false;
        tasks::loop<> slow{io, {.every = 3ms, .count = blocking}, [&] {
                               if (++bodies == blocking) {
                                   served = others.blocks_until(3);
                                   quick.stop();
                               }
                           }};
        quick.start();
        slow.start();
        run(io, 2);
        CHECK(served);
    }
}

TEST_CASE("blocking: of many loops that are due together, the body of one keeps none of the others waiting")
{
    constexpr int many = 40;
    int const threads = GENERATE(2, 3);
    net::io_context io;
    progress_of_others others;
    std::deque<tasks::loop<>> loops;
    int bodies = 0;
    bool served = false;
    loops.emplace_back(io, tasks::options{.every = 5ms, .count = 3}, [&] {
        if (++bodies == 3) {
            served = others.blocks_until(10 * many);
            for (auto& l : loops)
                l.stop();
        }
    });
    for (int i = 0; i < many; ++i)
        loops.emplace_back(io, 5ms, [&] { others.one_more(); });
    for (auto& l : loops)
        l.start();
    run(io, threads);
    CHECK(served);
}

TEST_CASE("blocking: a loop that is due together with a body that blocks can be stopped and cancelled")
{
    constexpr int many = 20;
    net::io_context io;
    progress_of_others ended;
    std::deque<tasks::loop<>> loops;
    bool all_ended = false;
    loops.emplace_back(io, tasks::options{.every = 5ms, .count = 2}, [&, n = 0]() mutable {
        if (++n != 2)
            return;
        for (auto& l : loops)
            (&l - &loops.front()) % 2 != 0 ? l.stop() : l.cancel();
        all_ended = ended.blocks_until_there_are(many);
    });
    for (int i = 0; i < many; ++i) {
        loops.emplace_back(io, 5ms, [] {});
        loops.back().after_loop([&] { ended.one_more(); });
    }
    for (auto& l : loops)
        l.start();
    run(io, 2);
    CHECK(all_ended);
}

TEST_CASE("blocking: while the only loop's body blocks, a loop that another thread starts is served")
{
    net::io_context io;
    progress_of_others others;
    bool served = false;
    tasks::loop<> second{io, 1ms, [&] { others.one_more(); }};
    tasks::loop<> only{io, {.every = 1ms, .count = 2}, [&, n = 0]() mutable {
                           if (++n != 2)
                               return;
                           std::thread{[&] { second.start(); }}.join();
                           served = others.blocks_until(3);
                           second.stop();
                       }};
    only.start();
    run(io, 2);
    CHECK(served);
}

TEST_CASE("blocking: a body that runs its context meanwhile sees other loops go on")
{
    bool const on_a_strand = GENERATE(false, true);
    bool const started_by_it = GENERATE(false, true);
    CAPTURE(on_a_strand, started_by_it);
    net::io_context io;
    auto const executor = [&]() -> net::any_io_executor {
        if (on_a_strand)
            return net::make_strand(io);
        return io.get_executor();
    };
    int ticks = 0;
    bool served = false;
    tasks::loop<> tick{executor(), 1ms, [&] { ++ticks; }};
    tasks::loop<> pump{executor(), {.every = 3ms, .count = 2}, [&, n = 0]() mutable {
                           if (++n != 2)
                               return;
                           if (started_by_it)
                               tick.start();
                           auto const before = ticks;
                           auto const end = std::chrono::steady_clock::now() + 60s;
                           while (ticks < before + 3 && std::chrono::steady_clock::now() < end)
                               io.run_one_for(10s);
                           served = ticks >= before + 3;
                           tick.stop();
                       }};
    if (!started_by_it)
        tick.start();
    pump.start();
    io.run();
    CHECK(served);
}
