// SPDX-License-Identifier: MIT
// The strand of a loop that is made from a context.

#include "support/catch.hpp"

#include <tasks/asio/detail/executor_or_context.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace net = tasks::asio;

namespace {

/// Records a number when it is called, and counts its instances.
class noting {
public:
    noting(std::vector<int>& calls, int number, std::shared_ptr<int> alive)
        : calls_{&calls}
        , number_{number}
        , alive_{std::move(alive)}
    {
    }
    void operator()() const { calls_->push_back(number_); }

private:
    std::vector<int>* calls_;
    int number_;
    std::shared_ptr<int> alive_;
};

} // namespace

TEST_CASE("strand: functions are called in the order in which they were posted")
{
    net::io_context io;
    auto const executor = tasks::detail::executor_for(io);
    std::vector<int> calls;
    for (int i = 0; i < 200; ++i)
        net::post(executor, [&calls, i] { calls.push_back(i); });
    CHECK(calls.empty());
    io.run();
    REQUIRE(calls.size() == 200);
    for (int i = 0; i < 200; ++i)
        CHECK(calls[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("strand: other work of the context has its turn after 64 functions")
{
    net::io_context io;
    auto const executor = tasks::detail::executor_for(io);
    int calls = 0;
    int seen = -1;
    for (int i = 0; i < 200; ++i)
        net::post(executor, [&] { ++calls; });
    net::post(io, [&] { seen = calls; });
    io.run();
    CHECK(calls == 200);
    CHECK(seen == 64);
}

TEST_CASE("strand: dispatch calls at once in a thread of the context, and posts outside of it")
{
    net::io_context io;
    auto const executor = tasks::detail::executor_for(io);
    std::vector<int> calls;
    net::dispatch(executor, [&] { calls.push_back(1); });
    CHECK(calls.empty());
    net::post(io, [&] {
        net::post(executor, [&] { calls.push_back(2); });
        net::dispatch(executor, [&] { calls.push_back(3); }); // after the function that is still queued
        CHECK(calls == std::vector{1});
        net::post(io, [&] {
            net::dispatch(executor, [&] {
                calls.push_back(4);
                net::dispatch(executor, [&] { calls.push_back(5); }); // inside already
                net::post(executor, [&] { calls.push_back(7); });
                calls.push_back(6);
            });
            CHECK(calls == std::vector{1, 2, 3, 4, 5, 6});
        });
    });
    io.run();
    CHECK(calls == std::vector{1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("strand: a function that throws does not leave it locked")
{
    net::io_context io;
    auto const executor = tasks::detail::executor_for(io);
    int calls = 0;
    net::post(executor, [] { throw std::runtime_error{"posted"}; });
    net::post(executor, [&] { ++calls; });
    CHECK_THROWS_AS(io.run(), std::runtime_error);
    io.run();
    CHECK(calls == 1);

    io.restart();
    net::post(io, [&] { net::dispatch(executor, [] { throw std::logic_error{"dispatched"}; }); });
    CHECK_THROWS_AS(io.run(), std::logic_error);
    net::post(executor, [&] { ++calls; });
    io.restart();
    io.run();
    CHECK(calls == 2);
}

TEST_CASE("strand: a context that goes away destroys what was posted, and what that posts")
{
    auto const alive = std::make_shared<int>();
    std::vector<int> calls;
    struct posts_when_destroyed {
        net::any_io_executor executor;
        noting last;
        bool armed = true;

        posts_when_destroyed(net::any_io_executor e, noting n)
            : executor{std::move(e)}
            , last{std::move(n)}
        {
        }
        posts_when_destroyed(posts_when_destroyed&& other) noexcept
            : executor{other.executor}
            , last{other.last}
            , armed{std::exchange(other.armed, false)}
        {
        }
        posts_when_destroyed& operator=(posts_when_destroyed&&) = delete;
        ~posts_when_destroyed()
        {
            if (armed)
                net::post(executor, last);
        }
        void operator()() const {}
    };
    {
        net::io_context io;
        auto const executor = tasks::detail::executor_for(io);
        net::post(executor, noting{calls, 1, alive});
        net::post(executor, posts_when_destroyed{executor, noting{calls, 2, alive}});
        CHECK(alive.use_count() == 3);
    }
    CHECK(calls.empty());
    CHECK(alive.use_count() == 1);
}

TEST_CASE("strand: work on its executor keeps the context busy")
{
    net::io_context io;
    auto const executor = tasks::detail::executor_for(io);
    auto work = std::make_unique<net::executor_work_guard<net::any_io_executor>>(executor);
    io.poll();
    CHECK_FALSE(io.stopped());
    auto const other = *work;
    work.reset();
    io.poll();
    CHECK_FALSE(io.stopped());
    auto const untracked = net::prefer(other.get_executor(), net::execution::outstanding_work.untracked);
    CHECK(untracked == executor);
}

TEST_CASE("strand: on a pool, never two at once, and each one once")
{
    constexpr int threads = 4;
    constexpr int each = 2000;
    net::thread_pool pool{threads};
    auto const executor = tasks::detail::executor_for(pool);
    std::atomic<int> inside{0};
    std::atomic<bool> together{false};
    int calls = 0; // protected by it
    auto const function = [&] {
        if (inside.fetch_add(1) != 0)
            together = true;
        ++calls;
        inside.fetch_sub(1);
    };
    for (int t = 0; t < threads; ++t) {
        net::post(pool, [&] {
            for (int i = 0; i < each; ++i) {
                net::post(executor, function);
                net::dispatch(executor, function);
            }
        });
    }
    pool.join();
    CHECK_FALSE(together);
    CHECK(calls == threads * each * 2);
}
