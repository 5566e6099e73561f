// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/virtual_context.hpp"

#include <tasks/group/group.hpp>
#include <tasks/loop/run_all.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace test;

namespace {

struct three_loops : virtual_context {
    tasks::loop<> poll{io, {.every = 1s, .name = "poll"}, [] {}};
    tasks::loop<> clean{io, {.every = 2s, .name = "clean"}, [] {}};
    tasks::loop<> report{io, {.every = 3s, .name = "report"}, [] {}};
    tasks::group jobs{poll, clean, report};

    [[nodiscard]] std::string names() const
    {
        std::string all;
        for (auto const& l : jobs)
            all += l.name() + " ";
        return all;
    }
    [[nodiscard]] int running() const
    {
        return static_cast<int>(poll.is_running()) + static_cast<int>(clean.is_running()) +
               static_cast<int>(report.is_running());
    }
};

} // namespace

TEST_CASE("group: loops are found by name, and come in the order in which they were added")
{
    three_loops s;
    CHECK(s.jobs.size() == 3);
    CHECK(s.names() == "poll clean report ");
    CHECK(s.jobs.find("clean") == &s.clean);
    CHECK(s.jobs.find("nobody") == nullptr);
    CHECK(s.jobs.remove("clean"));
    CHECK(!s.jobs.remove("clean"));
    CHECK(s.names() == "poll report ");
    CHECK(tasks::group{}.empty());
}

TEST_CASE("group: made from containers of loops or pointers, null pointers left out")
{
    virtual_context s;
    std::vector<std::unique_ptr<tasks::loop<>>> owned;
    owned.push_back(std::make_unique<tasks::loop<>>(s.io, tasks::options{.every = 1s, .name = "a"}, [] {}));
    owned.push_back(nullptr);
    owned.push_back(std::make_unique<tasks::loop<>>(s.io, tasks::options{.every = 1s, .name = "b"}, [] {}));
    tasks::group const jobs{owned};
    CHECK(jobs.size() == 2);
    CHECK(jobs.find("b") == owned[2].get());

    tasks::group const other{std::vector<tasks::loop_base*>{owned[0].get()}};
    CHECK(other.size() == 1);
}

TEST_CASE("group: names must be there and unique")
{
    virtual_context s;
    tasks::loop<> a{s.io, {.every = 1s, .name = "a"}, [] {}};
    tasks::loop<> twin{s.io, {.every = 1s, .name = "a"}, [] {}};
    tasks::loop<> nameless{s.io, 1s, [] {}};
    CHECK(has(thrown<tasks::bad_option>([&] { tasks::group const g{a, twin}; }), "second loop 'a'"));
    tasks::group jobs{a};
    CHECK(has(thrown<tasks::bad_option>([&] { jobs.add(nameless); }), "must have a name"));
    CHECK_THROWS_AS(jobs.add(twin), tasks::bad_option);
    CHECK_THROWS_AS(jobs.add(a), tasks::bad_option);
    CHECK(jobs.size() == 1);
}

TEST_CASE("group: a loop that is destroyed vanishes, and its name is free again")
{
    virtual_context s;
    tasks::group jobs;
    auto const alive = std::make_shared<int>(0);
    {
        tasks::loop<> a{s.io, {.every = 1s, .name = "a"}, [alive] {}};
        jobs.add(a);
        a.start();
        CHECK(alive.use_count() == 2);
    }
    s.time.advance(0s);
    CHECK(alive.use_count() == 1); // the group does not keep its body
    CHECK(jobs.empty());
    CHECK(jobs.find("a") == nullptr);
    CHECK(jobs.snapshot().empty());
    CHECK(!jobs.with("a", [](tasks::controlled_loop&) {}));
    tasks::loop<> a{s.io, {.every = 1s, .name = "a"}, [] {}};
    jobs.add(a);
    CHECK(jobs.find("a") == &a);
}

TEST_CASE("group: copies share their loops")
{
    three_loops s;
    auto const copy = s.jobs;
    s.jobs.remove("poll");
    CHECK(copy.size() == 2);
}

TEST_CASE("group: iteration is over a copy")
{
    three_loops s;
    int seen = 0;
    for (auto const& l : s.jobs) {
        s.jobs.remove(l.name());
        ++seen;
    }
    CHECK(seen == 3);
    CHECK(s.jobs.empty());
}

TEST_CASE("group: control of all loops")
{
    three_loops s;
    s.clean.start();
    s.jobs.start(); // leaves alone what runs
    CHECK(s.running() == 3);
    s.time.advance(1s);
    s.jobs.pause();
    for (auto const& l : s.jobs)
        CHECK(l.is_paused());
    s.jobs.resume();
    for (auto const& l : s.jobs)
        CHECK(!l.is_paused());
    CHECK(s.jobs.trigger() == 3);
    s.time.advance(0s);
    s.jobs.stop();
    s.time.advance(0s);
    CHECK(s.running() == 0);
    CHECK(s.jobs.trigger() == 0);

    s.jobs.start();
    s.time.advance(0s);
    s.jobs.cancel();
    s.time.advance(0s);
    CHECK(s.running() == 0);
}

TEST_CASE("group: a loop with arguments is started by itself, or none is")
{
    virtual_context s;
    tasks::loop<> a{s.io, {.every = 1s, .name = "a"}, [] {}};
    tasks::loop<void(int)> b{s.io, {.every = 1s, .name = "b"}, [](int) {}};
    tasks::group const jobs{a, b};
    CHECK(has(thrown<std::logic_error>([&] { jobs.start(); }), "loop 'b'"));
    CHECK(!a.is_running());
    b.start(7);
    jobs.start();
    CHECK(a.is_running());
    CHECK(jobs.with("b", [](tasks::controlled_loop& l) {
        CHECK(has(thrown<std::logic_error>([&] { l.restart(); }), "loop 'b'"));
        CHECK(l.takes_arguments());
    }));
}

TEST_CASE("group: with() can start, restart and stop")
{
    virtual_context s;
    int runs = 0;
    tasks::loop<> a{s.io, {.every = 1s, .name = "a"}, [] {}};
    a.after_loop([&] { ++runs; });
    tasks::group const jobs{a};
    CHECK(jobs.with("a", [](tasks::controlled_loop& l) {
        CHECK(l.start_if_idle());
        CHECK(!l.start_if_idle());
        CHECK_THROWS_AS(l.start(), tasks::already_running);
    }));
    s.time.advance(1s);
    CHECK(jobs.with("a", [](tasks::controlled_loop& l) { l.restart(); }));
    s.time.advance(1s);
    CHECK(runs == 1);
    CHECK(a.is_running());
    CHECK(jobs.with("a", [](tasks::controlled_loop& l) { l.stop(); }));
    s.time.advance(1s);
    CHECK(!a.is_running());
    CHECK_THROWS_AS(jobs.with("a", [](tasks::controlled_loop&) { throw std::runtime_error{"f"}; }),
                    std::runtime_error);
}

TEST_CASE("group: with() may see the loop destroyed")
{
    virtual_context s;
    auto a = std::make_unique<tasks::loop<>>(s.io, tasks::options{.every = 1s, .name = "a"}, [] {});
    tasks::group const jobs{*a};
    CHECK(jobs.with("a", [&](tasks::controlled_loop& l) {
        a.reset();
        l.stop();
        CHECK_THROWS_AS(l.start(), tasks::abandoned);
        CHECK(l.name() == "a");
    }));
    CHECK(jobs.empty());
}

TEST_CASE("group: a loop that with() passes can be added to another group, which refers to the user's object")
{
    virtual_context s;
    auto a = std::make_unique<tasks::loop<>>(s.io, tasks::options{.every = 1s, .name = "a"}, [] {});
    tasks::group const jobs{*a};
    tasks::group others;
    CHECK(jobs.with("a", [&](tasks::controlled_loop& l) { others.add(l); }));
    CHECK(others.find("a") == a.get());
    CHECK(jobs.with("a", [&](tasks::controlled_loop& l) {
        a.reset();
        tasks::loop_ref const gone{l};
        CHECK(gone.get() == nullptr);
        CHECK(!gone.status());
    }));
    CHECK(others.empty());
}

TEST_CASE("group: async_shutdown ends all loops")
{
    three_loops s;
    s.jobs.start();
    s.time.advance(1s);
    tasks::shutdown_report report;
    asio::co_spawn(s.io, [&]() -> task { report = co_await s.jobs.async_shutdown(5s); }, asio::detached);
    s.time.advance(1s);
    CHECK(report.completed == std::vector<std::string>{"poll", "clean", "report"});
    CHECK(s.running() == 0);
    CHECK_THROWS_AS(s.jobs.async_shutdown(-1s), tasks::bad_option);
}

TEST_CASE("group: it is a range of loops")
{
    three_loops s;
    tasks::shutdown_report report;
    bool ended = false;
    asio::co_spawn(
        s.io,
        [&]() -> task {
            co_await tasks::run_all(s.jobs);
            ended = true;
        },
        asio::detached);
    s.time.advance(1s);
    CHECK(s.running() == 3);
    asio::co_spawn(
        s.io, [&]() -> task { report = co_await tasks::async_shutdown(5s, s.jobs); }, asio::detached);
    s.time.advance(1s);
    CHECK(ended);
    CHECK(report.completed.size() == 3);
}
