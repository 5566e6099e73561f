// SPDX-License-Identifier: MIT
// Executors that run two functions at once, where a loop must not.
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/loop/ticker.hpp>
#include <tasks/timer/sleep.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/system_context.hpp>
#else
#include <asio/system_context.hpp>
#endif

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

using namespace std::chrono_literals;

namespace {

/// A loop with several iterations in flight, which all access data that only one thread may use at a time.
template <class Where>
void loop_on(Where where)
{
    int bodies = 0; // protected by the loop's executor
    std::atomic<int> inside{0};
    std::atomic<bool> together{false};
    auto const touch = [&] {
        if (inside.fetch_add(1) != 0)
            together = true;
        ++bodies;
        inside.fetch_sub(1);
    };
    tasks::loop<> loop{
        where,
        {.every = 1us, .count = 500, .missed = tasks::missed::catch_up(tasks::unlimited), .overlap = 4},
        [&]() -> net::awaitable<void> {
            touch();
            co_await net::post(net::use_awaitable);
            touch();
            co_await tasks::async_sleep_for(10us);
            touch();
        }};
    loop.before_loop(touch).after_loop(touch);
    loop.async_run(net::use_future).get();
    CHECK(bodies == 3 * 500 + 2);
    CHECK_FALSE(together);
}

template <class Executor>
void loop_on_forms_of(Executor const& executor)
{
    using namespace net::execution;
    loop_on(executor);
    loop_on(net::any_io_executor{executor});
    loop_on(net::require(executor, blocking.never));
    loop_on(net::prefer(executor, relationship.continuation));
    loop_on(
        net::any_io_executor{net::require(net::prefer(executor, relationship.continuation), blocking.never)});
    loop_on(net::prefer(net::any_io_executor{executor}, blocking.possibly));
    // any_io_executor hides the type of these.
    loop_on(net::require(executor, allocator(std::allocator<char>{})));
}

} // namespace

TEST_CASE("executors: a loop on the executor of a pool has a strand of its own")
{
    net::thread_pool pool{3};
    loop_on_forms_of(pool.get_executor());
    loop_on(net::any_io_executor{net::prefer(pool.get_executor(), net::execution::outstanding_work.tracked)});
    pool.join();
}

TEST_CASE("executors: a loop on the system executor has a strand of its own")
{
    loop_on_forms_of(net::system_executor{});
}

TEST_CASE("executors: a loop made in a coroutine of a pool has a strand of its own")
{
    net::thread_pool pool{3};
    int bodies = 0;
    net::co_spawn(
        pool,
        [&]() -> net::awaitable<void> {
            auto const executor =
                co_await net::this_coro::executor; // GCC 12 frees temporaries beside it twice
            tasks::loop<> loop{
                executor, {.every = 1us, .count = 300, .overlap = 3}, [&]() -> net::awaitable<void> {
                    ++bodies;
                    co_await net::post(net::use_awaitable);
                    ++bodies;
                }};
            co_await loop.async_run();
        },
        net::use_future)
        .get();
    pool.join();
    CHECK(bodies == 600);
}

TEST_CASE("executors: tickers, sleeps and a shutdown on the executor of a pool")
{
    net::thread_pool pool{3};
    std::atomic<int> ticks{0};
    std::size_t ended = 0;
    tasks::ticker ticker{pool.get_executor(), tasks::options{.every = 100us}};
    auto const pull = [&]() -> net::awaitable<void> {
        while (co_await ticker.async_tick())
            ++ticks;
    };
    auto pulled = net::co_spawn(pool.get_executor(), pull, net::use_future);
    auto const control = [&]() -> net::awaitable<void> {
        for (int i = 0; i < 50; ++i) {
            co_await tasks::async_sleep_for(100us);
            ticker.change_interval(50us);
        }
        while (ticks < 10)
            co_await tasks::async_sleep_for(100us);
        ticker.stop();
        for (int i = 0; i < 20; ++i) {
            tasks::loop<> a{pool.get_executor(), 50us, [] {}};
            tasks::loop<> b{net::any_io_executor{pool.get_executor()}, 50us, [] {}};
            a.start();
            b.start();
            co_await tasks::async_sleep_for(100us);
            auto const report = co_await tasks::async_shutdown(60s, a, b);
            ended += report.completed.size();
        }
    };
    net::co_spawn(pool.get_executor(), control, net::use_future).get();
    pulled.get();
    pool.join();
    CHECK(ticks >= 10);
    CHECK(ended == 40);
}
