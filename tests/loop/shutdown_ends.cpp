// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/shutdown.hpp>

#include <cmath>
#include <deque>
#include <limits>
#include <list>
#include <memory>

using namespace test;

// The ends of a loop that a shutdown recognizes, and the values of its limits.

namespace {

std::string in_words(tasks::shutdown_report const& r)
{
    auto const list = [](std::string const& title, std::vector<std::string> const& names) {
        std::string all;
        for (auto const& n : names)
            all += " " + n;
        return names.empty() ? "" : (title + all + "; ");
    };
    return list("completed", r.completed) + list("cancelled", r.cancelled) +
           list("still running", r.still_running);
}

/// Records the result of a shutdown.
auto noted(virtual_context& s)
{
    return [&s](std::exception_ptr const& e, tasks::shutdown_report const& r) {
        s.note(e ? tasks::what(e) : in_words(r));
    };
}

template <class... Loops>
void shut_down_noted(virtual_context& s, tasks::shutdown_limits limits, Loops&... loops)
{
    asio::co_spawn(s.io, tasks::async_shutdown(limits, loops...), noted(s));
    s.time.run_until_idle();
}

/// A coroutine that ignores its cancellation.
task deaf_pause(std::chrono::nanoseconds d)
{
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await pause(d);
}

} // namespace

TEST_CASE("shutdown: a loop that is destroyed meanwhile has ended, whatever it was doing")
{
    virtual_context s;
    auto loop = std::make_unique<tasks::loop<>>(s.io, tasks::options{.every = 1h, .name = "victim"},
                                                [] { return deaf_pause(10min); });
    SECTION("in the body")
    {
        CHECK(!loop->is_running()); // not started yet
    }
    SECTION("in the before hook")
    {
        loop->before_loop([] { return deaf_pause(10min); });
        CHECK(!loop->is_running());
    }
    SECTION("in the after hook")
    {
        loop->after_loop([] { return deaf_pause(20min); });
        loop->start();
        s.time.run_until_idle();
        loop->stop();
        s.time.advance(11min);
        CHECK(loop->is_running());
    }
    SECTION("before its first step")
    {
        loop->start();
        asio::co_spawn(s.io, tasks::async_shutdown(5s, *loop), noted(s));
        loop.reset();
        s.time.run_until_idle();
        CHECK(s.trace() == "0s completed victim; ");
        return;
    }
    if (!loop->is_running())
        loop->start();
    s.time.run_until_idle();
    auto const began = s.time.elapsed();
    shut_down_noted(s, 5s, *loop);
    SECTION("before the deadline")
    {
        s.time.advance(1s);
        loop.reset();
        s.time.run_until_idle();
        CHECK(s.trace() == text(began + 1s) + " completed victim; ");
    }
    SECTION("after it was cancelled")
    {
        s.time.advance(5500ms);
        loop.reset();
        s.time.run_until_idle();
        CHECK(s.trace() == text(began + 5500ms) + " cancelled victim; ");
    }
    s.time.advance(1h);
}

TEST_CASE("shutdown: a loop whose context dies meanwhile has ended")
{
    virtual_context s;
    auto elsewhere = std::make_unique<asio::io_context>();
    tasks::loop<> of_context{*elsewhere, {.every = 1h, .name = "a"}, [] { return deaf_pause(1h); }};
    tasks::loop<> on_strand{asio::make_strand(*elsewhere), {.every = 1h, .name = "b"}, [] {}};
    of_context.start();
    on_strand.start();
    elsewhere->poll();
    shut_down_noted(s, 5s, of_context, on_strand);
    elsewhere.reset();
    s.time.run_until_idle();
    CHECK(s.trace() == "0s completed a b; ");
}

TEST_CASE("shutdown: a loop that another one starts again meanwhile is stopped again")
{
    virtual_context s;
    int iterations = 0;
    tasks::loop<> other{s.io, {.every = 1h, .name = "other"}, [&]() -> task {
                            ++iterations;
                            co_await pause(500ms);
                        }};
    tasks::loop<> starter{s.io, {.every = 1h, .name = "starter"}, [&]() -> task {
                              co_await pause(2s);
                              other.restart();
                          }};
    starter.start();
    other.start();
    s.time.run_until_idle();
    shut_down_noted(s, 5s, other, starter);
    s.time.advance(10s);
    CHECK(s.trace() == "2500ms completed other starter; "); // what began at 2 s is finished
    CHECK(iterations == 2);
    CHECK(!other.is_running());
}

TEST_CASE("shutdown: … and cancelled again in the grace, if a cancelled body starts it")
{
    virtual_context s;
    tasks::loop<> other{s.io, {.every = 1h, .name = "other"}, [] { return pause(1h); }};
    tasks::loop<> starter{s.io, {.every = 1h, .name = "starter"}, [&]() -> task {
                              co_await asio::this_coro::throw_if_cancelled(false);
                              try {
                                  co_await pause(1h);
                              } catch (tasks::system_error const&) {
                              }
                              co_await deaf_pause(500ms);
                              other.restart();
                          }};
    starter.start();
    other.start();
    s.time.run_until_idle();
    shut_down_noted(s, tasks::shutdown_limits{1s, 10s}, other, starter);
    s.time.advance(60s);
    CHECK(s.trace() == "1500ms cancelled other starter; ");
    CHECK(!other.is_running());
}

TEST_CASE("shutdown: names of loops that are alike, or gone, are right")
{
    virtual_context s;
    auto first = std::make_unique<tasks::loop<>>(s.io, tasks::options{.every = 1h, .name = "same"},
                                                 [] { return deaf_pause(1h); });
    auto second = std::make_unique<tasks::loop<>>(s.io, tasks::options{.every = 1h, .name = "same"},
                                                  [] { return pause(1h); });
    auto third = std::make_unique<tasks::loop<>>(s.io, 1h, [] { return deaf_pause(1h); });
    first->start();
    second->start();
    third->start();
    s.time.run_until_idle();
    shut_down_noted(s, 5s, *first, *second, *third, *second);
    first.reset();
    s.time.advance(5s);
    second.reset();
    third.reset();
    s.time.run_until_idle();
    CHECK(s.trace() == "5s completed same; cancelled same #3 same; ");
}

TEST_CASE("shutdown: the longest duration means no deadline")
{
    virtual_context s;
    tasks::loop<> slow{s.io, {.every = 10h, .name = "slow"}, [] { return pause(9h); }};
    slow.start();
    s.time.run_until_idle();
    using seconds = std::chrono::duration<double>;
    SECTION("seconds")
    {
        shut_down_noted(s, std::chrono::seconds::max(), slow);
        CHECK(slow.is_running());
    }
    SECTION("hours")
    {
        shut_down_noted(s, std::chrono::hours::max(), slow);
        CHECK(slow.is_running());
    }
    SECTION("nanoseconds")
    {
        shut_down_noted(s, std::chrono::nanoseconds::max(), slow);
        CHECK(slow.is_running());
    }
    SECTION("infinity")
    {
        shut_down_noted(s, seconds{std::numeric_limits<double>::infinity()}, slow);
        CHECK(slow.is_running());
    }
    s.time.advance(24h);
    CHECK(s.trace() == "32400s completed slow; ");
}

TEST_CASE("shutdown: the longest duration means no end of the grace")
{
    virtual_context s;
    tasks::loop<> slow{s.io, {.every = 10h, .name = "slow"}, [] { return deaf_pause(9h); }};
    slow.start();
    s.time.run_until_idle();
    shut_down_noted(s, {1s, std::chrono::hours::max()}, slow);
    s.time.advance(24h);
    CHECK(s.trace() == "32400s cancelled slow; ");
}

TEST_CASE("shutdown: limits that are negative or no numbers are refused in the call")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 1h, [] {}};
    loop.start();
    auto const refused = [&](auto make) { return thrown<tasks::bad_option>(make); };
    CHECK(refused([&] { static_cast<void>(tasks::async_shutdown(-5s, loop)); }) ==
          "tasks: a deadline of -5s for a shutdown: must be 0 or more");
    CHECK(refused([&] { static_cast<void>(tasks::async_shutdown({5s, -1ms}, loop)); }) ==
          "tasks: a grace of -1ms for a shutdown: must be 0 or more");
    CHECK(refused([&] {
              static_cast<void>(tasks::async_shutdown(std::chrono::duration<double>{std::nan("")}, loop));
          }) == "tasks: a duration that is not a number");
    CHECK(refused([&] { tasks::shutdown(-5s, loop); }) ==
          "tasks: a deadline of -5s for a shutdown: must be 0 or more");
    tasks::shutdown_limits changed{5s};
    changed.grace = -1s;
    CHECK(has(refused([&] { static_cast<void>(tasks::async_shutdown(changed, loop)); }), "-1s"));
    CHECK(has(refused([&] { static_cast<void>(tasks::async_shutdown(changed, {&loop})); }), "-1s"));
    CHECK(has(refused([&] { tasks::shutdown(changed, loop); }), "-1s"));
    s.time.run_until_idle();
    CHECK(loop.is_running()); // nothing has been stopped
}

TEST_CASE("shutdown: containers of loops, and of pointers to loops")
{
    virtual_context s;
    auto const body = [] {};
    auto const shut_down_range = [&](auto&& loops) {
        asio::co_spawn(s.io, tasks::async_shutdown(5s, loops), noted(s));
        s.time.run_until_idle();
        CHECK(s.trace() == "0s completed a b; ");
    };
    tasks::options const a{.every = 1h, .name = "a"};
    tasks::options const b{.every = 1h, .name = "b"};
    SECTION("of loops")
    {
        std::deque<tasks::loop<>> deque;
        deque.emplace_back(s.io, a, body).start();
        deque.emplace_back(s.io, b, body).start();
        shut_down_range(deque);
        std::list<tasks::loop<>> list;
        list.emplace_back(s.io, a, body).start();
        list.emplace_back(s.io, b, body);
        shut_down_range(list);
    }
    SECTION("of pointers")
    {
        std::vector<std::unique_ptr<tasks::loop<>>> owning;
        owning.push_back(std::make_unique<tasks::loop<>>(s.io, a, body));
        owning.push_back(nullptr);
        owning.push_back(std::make_unique<tasks::loop<>>(s.io, b, body));
        owning.front()->start();
        shut_down_range(owning);
        shut_down_range(std::vector<tasks::loop_base*>{owning.front().get(), owning.back().get()});
        std::vector<std::shared_ptr<tasks::loop_base const>> const none;
        tasks::loop<>* const pointers[] = {owning.front().get(), nullptr, owning.back().get()};
        shut_down_range(pointers);
        asio::co_spawn(s.io, tasks::async_shutdown(5s, {owning.front().get(), nullptr}), noted(s));
        s.time.run_until_idle();
        CHECK(s.trace() == "0s completed a; ");
    }
}
