// SPDX-License-Identifier: MIT
// Loops that are due at the same instant are taken out of the timer queue together. The effects of the first
// one on the others must still count.
#include "support/catch.hpp"
#include "support/stepped_time.hpp"

#include <tasks/asio/detail/coroutine.hpp>
#include <tasks/loop.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

using namespace std::chrono_literals;

namespace {

/// Ends everything that is due now, in batches, in the context.
void go(tasks::asio::io_context& io)
{
    tasks::asio::post(io, [&io] { tasks::detail::timer_queue::of(io.get_executor())->fire(64); });
    io.restart();
    io.poll();
}

/// Two loops of 1 s. When both are due, the first acts on the second.
struct pair_of_loops {
    test::stepped_time time{0s};
    tasks::asio::io_context io{1};
    std::function<void()> action;
    int bodies = 0; ///< of the second
    std::optional<tasks::loop<>> first;
    std::optional<tasks::loop<>> second;

    pair_of_loops()
    {
        time.attach(io);
        first.emplace(io.get_executor(), 1s, [this] {
            if (action)
                action();
        });
        second.emplace(io.get_executor(), 1s, [this] { ++bodies; });
        first->start();
        second->start();
        io.poll();
    }
    ~pair_of_loops()
    {
        first.reset();
        second.reset();
        go(io);
    }

    void go_at_next_slot()
    {
        time.pass(1s);
        go(io);
    }
};

} // namespace

TEST_CASE("of loops that are due together, the first may do anything to the others")
{
    pair_of_loops loops;
    REQUIRE(loops.bodies == 1);
    loops.go_at_next_slot();
    REQUIRE(loops.bodies == 2);

    SECTION("destroy it")
    {
        loops.action = [&] { loops.second.reset(); };
        loops.go_at_next_slot();
        loops.go_at_next_slot();
        CHECK(loops.bodies == 2);
    }
    SECTION("cancel it")
    {
        loops.action = [&] { loops.second->cancel(); };
        loops.go_at_next_slot();
        CHECK(loops.bodies == 2);
        CHECK_FALSE(loops.second->is_running());
    }
    SECTION("stop it")
    {
        loops.action = [&] { loops.second->stop(); };
        loops.go_at_next_slot();
        CHECK(loops.bodies == 2);
        CHECK_FALSE(loops.second->is_running());
    }
    SECTION("restart it")
    {
        loops.action = [&] { loops.second->restart(); };
        loops.go_at_next_slot();
        CHECK(loops.bodies == 3); // the first of the new run
        CHECK(loops.second->current_loop() == 0);
    }
    SECTION("give it another interval")
    {
        loops.action = [&] { loops.second->change_interval(2s); };
        loops.go_at_next_slot();
        CHECK(loops.bodies == 2);
        loops.action = nullptr;
        loops.go_at_next_slot();
        CHECK(loops.bodies == 3);
        loops.go_at_next_slot();
        CHECK(loops.bodies == 3);
    }
}

TEST_CASE("a loop that is destroyed while it waits is gone at once")
{
    test::stepped_time time{0s};
    tasks::asio::io_context io{1};
    time.attach(io);
    auto const owned = std::make_shared<int>(0);
    {
        tasks::loop<> loop{io.get_executor(), 1s, [owned] {}};
        loop.start();
        io.poll();
        CHECK(owned.use_count() == 2);
    }
    if constexpr (tasks::detail::unwinds_anywhere) {
        CHECK(owned.use_count() == 1);
        CHECK_FALSE(tasks::detail::timer_queue::of(io.get_executor())->next_due());
    }
    go(io);
    CHECK(owned.use_count() == 1);
}
