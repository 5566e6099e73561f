// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"

#include <tasks/loop.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/timer/sleep.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <thread>

using namespace std::chrono_literals;

// Threads run these contexts, on the real clock; no result depends on their speed.

namespace {

namespace net = tasks::asio;
using name_list = std::vector<std::string>;

/// A context with a thread that runs it.
struct running_context {
    net::io_context io;
    net::executor_work_guard<net::io_context::executor_type> work{io.get_executor()};
    std::thread thread{[this] { io.run(); }};

    running_context() = default;
    running_context(running_context const&) = delete;
    running_context& operator=(running_context const&) = delete;
    ~running_context()
    {
        io.stop();
        thread.join();
    }
};

/// A body that waits longer than any test, and records that it has begun.
struct long_body {
    std::promise<void> begun{};
    bool deaf = false;

    net::awaitable<void> run()
    {
        begun.set_value();
        if (deaf)
            co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
        co_await tasks::async_sleep_for(24h);
    }
};

constexpr auto without_limit = std::chrono::seconds::max();

} // namespace

TEST_CASE("blocking shutdown: returns when all loops have ended, not at the deadline")
{
    running_context context;
    tasks::loop<> a{context.io, {.every = 24h, .name = "a"}, [] {}};
    tasks::loop<> b{context.io, {.every = 24h}, [] {}};
    a.start();
    auto const report = tasks::shutdown(without_limit, a, b);
    CHECK(report.completed == name_list{"a", "#2"});
    CHECK(report.all_ended());
    CHECK(!a.is_running());
}

TEST_CASE("blocking shutdown: cancels at the deadline, and gives up after the grace")
{
    running_context context;
    long_body waiting;
    tasks::loop<> loop{context.io, {.every = 24h, .name = "loop"}, &long_body::run, &waiting};
    SECTION("cancelled")
    {
        loop.start();
        waiting.begun.get_future().wait();
        CHECK(tasks::shutdown({0s, without_limit}, loop).cancelled == name_list{"loop"});
        CHECK(!loop.is_running());
    }
    SECTION("still running")
    {
        waiting.deaf = true;
        loop.start();
        waiting.begun.get_future().wait();
        CHECK(tasks::shutdown({0s, 0s}, loop).still_running == name_list{"loop"});
        CHECK(loop.is_running());
        context.io.stop(); // so that the loop is destroyed while its context is not run
        context.thread.join();
        context.thread = std::thread{[] {}};
    }
}

TEST_CASE("blocking shutdown: a loop on a context that nobody runs is waited for no longer than the limits")
{
    net::io_context io;
    tasks::loop<> idle{io, {.every = 24h, .name = "idle"}, [] {}};
    tasks::loop<> running{io, {.every = 24h, .name = "running"}, [] {}};
    CHECK(tasks::shutdown(without_limit, idle).completed == name_list{"idle"});
    running.start();
    auto const report = tasks::shutdown({0s, 0s}, idle, running);
    CHECK(report.completed == name_list{"idle"});
    CHECK(report.still_running == name_list{"running"});
}

TEST_CASE("blocking shutdown: of a container, and of nothing")
{
    running_context context;
    std::deque<tasks::loop<>> loops;
    for (int i = 0; i < 3; ++i)
        loops.emplace_back(context.io, 24h, [] {}).start();
    std::vector<std::unique_ptr<tasks::loop<>>> pointers;
    pointers.push_back(nullptr);
    pointers.push_back(std::make_unique<tasks::loop<>>(context.io, 24h, [] {}));
    CHECK(tasks::shutdown(without_limit, loops).completed == name_list{"#1", "#2", "#3"});
    CHECK(tasks::shutdown(without_limit, pointers).completed == name_list{"#1"});
    CHECK(tasks::shutdown(without_limit, {&loops[0], &loops[1]}).completed == name_list{"#1", "#2"});
    CHECK(tasks::shutdown(without_limit).completed.empty());
}

TEST_CASE("blocking shutdown: on a thread that runs the loops' context it throws, and stops nothing")
{
    net::io_context io;
    net::thread_pool pool{1};
    auto const on_io = [&](tasks::loop<>& loop) {
        loop.start();
        std::string text = "(was not called)";
        net::post(io, [&] { text = test::thrown<std::logic_error>([&] { tasks::shutdown(0s, loop); }); });
        io.restart();
        io.poll();
        CHECK(loop.is_running());
        return text;
    };
    std::string const message =
        "tasks: loop 'l': shutdown() on a thread that runs the loop's context would wait "
        "for itself; await async_shutdown() there";
    tasks::options const o{.every = 24h, .name = "l"};
    auto const body = [] {};
    SECTION("of a context")
    {
        tasks::loop<> loop{io, o, body};
        CHECK(on_io(loop) == message);
    }
    SECTION("of an executor")
    {
        tasks::loop<> loop{io.get_executor(), o, body};
        CHECK(on_io(loop) == message);
    }
    SECTION("of strands")
    {
        tasks::loop<> loop{net::make_strand(io), o, body};
        CHECK(on_io(loop) == message);
        tasks::loop<> behind_any{net::make_strand(net::any_io_executor{net::make_strand(io)}), o, body};
        CHECK(on_io(behind_any) == message);
    }
    SECTION("of a thread pool, also if only one of the loops is concerned")
    {
        tasks::loop<> of_pool{pool, o, body};
        tasks::loop<> on_strand{net::make_strand(pool), o, body};
        tasks::loop<> other{io, {.every = 24h, .name = "other"}, body};
        other.start();
        std::promise<std::string> first;
        std::promise<std::string> second;
        net::post(pool, [&] {
            first.set_value(test::thrown<std::logic_error>([&] { tasks::shutdown(0s, other, of_pool); }));
            second.set_value(test::thrown<std::logic_error>([&] { tasks::shutdown(0s, on_strand); }));
        });
        CHECK(first.get_future().get() == message);
        CHECK(second.get_future().get() == message);
        io.poll();
        CHECK(other.is_running());
    }
    SECTION("in the loop's own body")
    {
        std::string text;
        tasks::loop<> loop{
            io, o, [&] { text = test::thrown<std::logic_error>([&] { tasks::shutdown(0s, loop); }); }};
        loop.start();
        io.poll();
        CHECK(text == message);
    }
    SECTION("but not on a thread that runs another one")
    {
        running_context context;
        tasks::loop<> loop{context.io, o, body};
        loop.start();
        name_list completed;
        net::post(io, [&] { completed = tasks::shutdown(without_limit, loop).completed; });
        io.poll();
        CHECK(completed == name_list{"l"});
    }
}

TEST_CASE("blocking shutdown: arguments and hooks of the ended run are gone when it returns")
{
    running_context context;
    auto const argument = std::make_shared<int>(1);
    tasks::loop loop{context.io, 24h, [](std::shared_ptr<int> const&) {}};
    std::atomic<bool> after = false;
    loop.after_loop([&] { after = true; });
    for (int i = 0; i < 200; ++i) {
        after = false;
        loop.start(argument);
        CHECK(tasks::shutdown(without_limit, loop).completed.size() == 1);
        CHECK(after);
        REQUIRE(argument.use_count() == 1);
    }
}
