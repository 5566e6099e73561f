// SPDX-License-Identifier: MIT
#include "control.hpp"
#include "fatal.hpp"
#include "support/catch.hpp"

#include <tasks/tasks.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#else
#include <asio/thread_pool.hpp>
#include <asio/use_future.hpp>
#endif

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <vector>

// Several threads control, query and destroy loops of a pool at once. The number of calls is limited, not the
// time; the checks hold for any interleaving.

using namespace std::chrono_literals;

namespace {

namespace net = tasks::asio;

/// A loop with bodies that switch between threads, and the observations of it.
class watched_loop {
public:
    explicit watched_loop(net::thread_pool& pool)
        : pool_{pool}
        , loop_{std::in_place, pool,
                tasks::options{.every = 50us, .backoff = test::no_delay{}, .name = "watched"},
                &watched_loop::body, this}
    {
        loop_->before_loop([this] { ++begun; })
            .after_loop([this] { ++ended; })
            .error([this](std::exception_ptr const&) { ++errors; })
            .observe(*this);
    }

    /// Destroys the loop on its executor, as required.
    void destroy()
    {
        auto const executor = loop_->get_executor();
        net::post(executor, net::use_future([this] {
                      loop_.reset();
                      gone = true;
                  }))
            .get();
    }

    void on_run_started(tasks::run_started const&)
    {
        last_slot_.reset();
        next_number_ = 0;
    }
    void on_slot(tasks::slot_decided const& e)
    {
        if (e.last < e.first || e.count == 0 || e.lateness < 0ns)
            faults |= 1;
        bool const requested = e.what == tasks::decision::requested;
        if ((e.what == tasks::decision::ran || requested) && e.number != next_number_++)
            faults |= 2; // an iteration is missing, or decided twice
        if (requested)
            return;
        // Slots of an interval are reported on the wall clock, from readings of two clocks that may differ a
        // little.
        if (last_slot_ && e.first < *last_slot_ - 100ms)
            faults |= 16;
        last_slot_ = e.last;
    }
    void on_run_ended(tasks::run_ended const&) { ++runs; }

    std::optional<tasks::loop<>>& operator()() { return loop_; }

    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    std::atomic<int> runs{0};
    std::atomic<int> errors{0};
    std::atomic<int> bodies{0};
    std::atomic<int> faults{0};
    std::atomic<bool> gone{false};

private:
    net::awaitable<void> body(tasks::iteration const& it)
    {
        if (inside_.exchange(true))
            faults |= 4; // two bodies at once
        if (gone)
            faults |= 8; // after the destructor
        ++bodies;
        struct leave {
            std::atomic<bool>& inside;
            ~leave() { inside = false; }
        } const on_exit{inside_};
        co_await net::post(pool_, net::use_awaitable); // completes on any thread of the pool
        if (it.number % 7 == 3 && it.attempt == 0)
            throw tasks::system_error{net::error::connection_reset};
        if (it.number % 31 == 30)
            test::throw_fatal();
        if (it.number % 5 == 4)
            co_await tasks::async_sleep_for(100us);
    }

    net::thread_pool& pool_;
    std::atomic<bool> inside_{false};
    std::optional<tasks::time_point> last_slot_;
    std::uint64_t next_number_ = 0;
    std::optional<tasks::loop<>> loop_;
};

void control(watched_loop& w, unsigned what)
{
    auto& l = *w();
    if (test::control_run(l, what % 16) || test::control_iterations(l, what % 16 - 10))
        return;
    switch (what % 16) {
    case 6: l.change_interval(std::chrono::microseconds{what % 200 + 1}); break;
    case 7: l.change_interval(tasks::day_at("12:00")); break;
    case 8:
        static_cast<void>(l.next_iteration());
        static_cast<void>(l.upcoming(2));
        static_cast<void>(l.current_loop());
        static_cast<void>(l.failed());
        static_cast<void>(l.is_being_cancelled());
        static_cast<void>(to_string(l));
        break;
    default: l.async_join([](std::exception_ptr const&) {}); break;
    }
}

} // namespace

TEST_CASE("loops of a pool under the control of many threads keep their promises")
{
    net::thread_pool pool{4};
    std::vector<std::unique_ptr<watched_loop>> loops;
    for (int i = 0; i < 6; ++i)
        loops.push_back(std::make_unique<watched_loop>(pool));

    std::vector<std::thread> controllers;
    for (unsigned t = 0; t < 4; ++t) {
        controllers.emplace_back([&loops, t] {
            std::mt19937 random{t};
            for (int i = 0; i < 8000; ++i) {
                auto const which = random() % loops.size();
                control(*loops[which], static_cast<unsigned>(random()));
                if (i % 16 == 0)
                    std::this_thread::yield();
            }
        });
    }
    for (auto& c : controllers)
        c.join();

    // Half of them end in order, the others at any point.
    for (std::size_t i = 0; i < loops.size(); i += 2) {
        (*loops[i])()->stop();
        try {
            (*loops[i])()->async_join(net::use_future).get();
        } catch (std::exception const&) {
            CHECK((*loops[i])()->failed());
        }
        CHECK_FALSE((*loops[i])()->is_running());
        CHECK(loops[i]->begun == loops[i]->ended);
        CHECK(loops[i]->runs >= loops[i]->ended);
    }
    for (auto const& l : loops)
        l->destroy();
    pool.join();
    for (auto const& l : loops) {
        CHECK(l->faults == 0);
        CHECK(l->begun - l->ended <= 1);
        CHECK(l->bodies > 0);
    }
}

TEST_CASE("loops are made, run and destroyed by many threads of one pool")
{
    net::thread_pool pool{4};
    std::atomic<int> bodies{0};
    std::vector<std::thread> makers;
    for (int t = 0; t < 4; ++t) {
        makers.emplace_back([&] {
            for (int i = 0; i < 150; ++i) {
                auto l = std::make_unique<tasks::loop<>>(pool, tasks::options{.every = 10us, .count = 3},
                                                         [&]() -> net::awaitable<void> {
                                                             ++bodies;
                                                             co_await tasks::async_sleep_for(20us);
                                                         });
                if (i % 3 == 0)
                    l->async_run(net::use_future).get();
                else
                    l->start();
                auto const executor = l->get_executor();
                net::post(executor, net::use_future([&] { l.reset(); })).get();
            }
        });
    }
    for (auto& m : makers)
        m.join();
    pool.join();
    CHECK(bodies >= 4 * 50 * 3); // of the loops that were waited for
}
