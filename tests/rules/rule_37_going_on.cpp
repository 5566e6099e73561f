// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"
#include "support/run_log.hpp"

#include <memory>
#include <set>

using namespace test;

namespace {

tasks::options going_on(tasks::schedule every = 10s)
{
    return {.every = std::move(every), .on_error = tasks::on_error::next_slot};
}

/// Fails the iterations with these numbers.
std::function<void(tasks::iteration const&)> fail_in(std::set<std::uint64_t> numbers)
{
    return [numbers = std::move(numbers)](tasks::iteration const& it) {
        if (numbers.count(it.number) != 0)
            throw std::runtime_error{"boom " + std::to_string(it.number)};
    };
}

std::string text_of(std::exception_ptr const& e)
{
    return e ? tasks::what(e) : "none";
}

} // namespace

TEST_CASE(
    "rule 37: a fatal exception of the body ends its iteration only, and the error hook runs in its place")
{
    noted_loop f{going_on()};
    note_hooks(f.s, f.loop);
    f.then = fail_in({0, 2});
    f.start();
    f.advance(35s);
    CHECK(f.trace() == "0s before, 0s 0s, 0s error(boom 0), 10s 10s, 20s 20s, 20s error(boom 2), 30s 30s");
    CHECK(f.loop.is_running());
    f.loop.stop();
    f.advance(1s);
    CHECK(f.trace() == "35s after");
}

TEST_CASE("rule 37: the default is end_run")
{
    CHECK(tasks::options{}.on_error == tasks::on_error::end_run);
    noted_loop f{{.every = 10s}};
    note_hooks(f.s, f.loop);
    f.then = fail_in({0});
    f.start();
    f.advance(15s);
    CHECK(f.trace() == "0s before, 0s 0s, 0s error(boom 0), 0s after");
    CHECK(f.loop.failed());
}

TEST_CASE("rule 37: the run does not fail by it, and joiners get no exception")
{
    virtual_context s;
    run_log log{s};
    auto o = going_on();
    o.count = 2;
    bool const cancels = GENERATE(false, true);
    tasks::loop<> loop{s.io, std::move(o), [&]() -> task {
                           co_await pause(1s);
                           throw std::runtime_error{"boom"};
                       }};
    loop.observe(log).error([](std::exception_ptr const&) {});
    loop.start();
    loop.async_join([&](std::exception_ptr const& e) { s.note("joined: " + text_of(e)); });
    s.time.advance(5s);
    CHECK(!loop.failed());
    CHECK(!loop.exception());
    if (cancels)
        loop.cancel();
    s.time.advance(30s);
    CHECK(s.trace() == (cancels ? "0s run, 5s ended(cancelled), 5s joined: none"
                                : "0s run, 11s ended(completed), 11s joined: none"));
    CHECK(!loop.failed());
    CHECK(!loop.exception());
    CHECK(text_of(loop.last_error()) == "boom");
}

TEST_CASE("rule 37: without an error hook the exception goes to the log, each time")
{
    captured_log const log;
    auto o = going_on();
    o.name = "mail";
    noted_loop f{std::move(o)};
    f.then = fail_in({0, 1});
    f.start();
    f.advance(25s);
    REQUIRE(log.lines.size() == 2);
    CHECK(log.lines[0].find("mail") == 0);
    CHECK(log.lines[0].find("boom 0") != std::string::npos);
    CHECK(log.lines[1].find("boom 1") != std::string::npos);
    CHECK(f.trace() == "0s 0s, 10s 10s, 20s 20s");
}

TEST_CASE("rule 37: what the error hook throws goes to the log, and the loop goes on")
{
    captured_log const log;
    noted_loop f{going_on()};
    f.loop.error([&](std::exception_ptr const&) -> task {
        co_await pause(1s);
        throw std::runtime_error{"hook"};
    });
    f.then = fail_in({0});
    f.start();
    f.advance(25s);
    CHECK(log.only_record_has("hook"));
    CHECK(f.trace() == "0s 0s, 10s 10s, 20s 20s");
    CHECK(!f.loop.failed());
    CHECK(text_of(f.loop.last_error()) == "boom 0");
    CHECK(f.loop.failures() == 0); // iteration 1 succeeded

    virtual_context s;
    full_log told{{s}};
    tasks::loop<> loop{s.io, going_on(), [] { throw std::runtime_error{"boom"}; }};
    loop.observe(told).error([](std::exception_ptr const&) { throw std::runtime_error{"hook"}; });
    loop.start();
    s.time.advance(5s);
    CHECK(s.trace() == "0s run, 0s failed, 0s error hook failed: hook");
}

TEST_CASE("rule 37: the hook is never interrupted")
{
    noted_loop f{going_on()};
    f.loop.error([&](std::exception_ptr const&) -> task {
        co_await pause(5s);
        f.s.note("hook ended");
    });
    f.loop.after_loop([&] { f.s.note("after"); });
    f.then = fail_in({0});
    f.start();
    f.advance(2s);
    CHECK(f.loop.is_running());
    SECTION("cancel")
    {
        f.loop.cancel();
        CHECK(f.loop.is_being_cancelled());
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 5s hook ended, 5s after");
        CHECK(!f.loop.failed());
    }
    SECTION("stop")
    {
        f.loop.stop();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 5s hook ended, 5s after");
    }
    SECTION("restart")
    {
        f.loop.restart();
        f.then = nullptr;
        f.advance(4s);
        CHECK(f.trace() == "0s 0s, 5s hook ended, 5s after, 5s 5s");
    }
}

TEST_CASE("rule 37: the hook is part of the iteration, and rule 12 decides about what became due meanwhile")
{
    noted_loop f{going_on()};
    f.loop.error([](std::exception_ptr const&) { return pause(34s); });
    f.takes = {1s};
    f.then = fail_in({0});
    f.start();
    f.advance(45s);
    CHECK(f.trace() == "0s 0s, 35s 30s, 40s 40s");
    CHECK(f.slots() == "0s ran, 10s coalesced, 20s coalesced, 30s ran, 40s ran");
}

TEST_CASE("rule 37: in the hook next_iteration() and current_loop() are as in the body")
{
    auto o = going_on();
    o.count = 3;
    noted_loop f{std::move(o)};
    std::string seen;
    f.loop.error([&](std::exception_ptr const&) -> task {
        seen += std::to_string(f.loop.current_loop()) + ":" + f.next() + ":" +
                std::to_string(f.loop.failures()) + ":" + text_of(f.loop.last_error()) + " ";
        co_await pause(12s);
        seen += f.next() + " | ";
    });
    f.loop.after_loop([&] { seen += std::to_string(f.loop.current_loop()); });
    f.then = fail_in({0, 1, 2});
    f.start();
    f.advance(100s);
    CHECK(seen == "0:10s:1:boom 0 10s | 1:20s:2:boom 1 20s | 2:none:3:boom 2 none | 3");
}

TEST_CASE("rule 37: the iteration counts for count")
{
    auto o = going_on();
    o.count = 2;
    noted_loop f{std::move(o)};
    note_hooks(f.s, f.loop);
    f.then = fail_in({0, 1});
    f.start();
    f.advance(60s);
    CHECK(f.trace() == "0s before, 0s 0s, 0s error(boom 0), 10s 10s, 10s error(boom 1), 10s after");
}

TEST_CASE("rule 37: with overlap the others are not concerned, and hooks may run at the same time")
{
    auto o = going_on();
    o.overlap = 3;
    noted_loop f{std::move(o)};
    f.loop.error([&](std::exception_ptr const& e) -> task {
        f.s.note("hook of " + text_of(e));
        co_await pause(15s);
        f.s.note("end of " + text_of(e));
    });
    f.takes = {1s, 1s, 14s};
    f.then = fail_in({0, 1});
    f.start();
    f.advance(39s);
    CHECK(f.trace() == "0s 0s, 1s hook of boom 0, 10s 10s, 11s hook of boom 1, 16s end of boom 0, 20s 20s, "
                       "26s end of boom 1, 30s 30s");
    CHECK(f.loop.failures() == 0);
}

TEST_CASE("rule 37: a hook keeps its place")
{
    auto o = going_on();
    o.overlap = 2;
    noted_loop f{std::move(o)};
    f.loop.error([](std::exception_ptr const&) { return pause(25s); });
    f.then = fail_in({0, 1});
    f.start();
    f.advance(34s);
    // hooks of 0 and 1 are in flight until 25 and 35 s
    CHECK(f.trace() == "0s 0s, 10s 10s, 25s 20s, 30s 30s");
}

TEST_CASE("rule 37: a fatal exception after cancel() runs the hook, and the run is cancelled")
{
    virtual_context s;
    run_log log{s};
    bool const suspends = GENERATE(false, true);
    tasks::loop<> loop{s.io, going_on(), [&]() -> task {
                           loop.cancel();
                           if (suspends) {
                               try {
                                   co_await pause(5s);
                               } catch (tasks::system_error const&) {
                                   s.note("caught");
                               }
                           }
                           throw std::runtime_error{"boom"};
                       }};
    loop.observe(log).error([&](std::exception_ptr const& e) -> task {
        s.note("error(" + tasks::what(e) + ")");
        co_await pause(3s); // a cancellation that the body did not come to does not reach it
        s.note("error ends");
    });
    loop.start();
    s.time.advance(20s);
    CHECK(s.trace() == std::string{"0s run"} + (suspends ? ", 0s caught" : "") +
                           ", 0s error(boom), 3s error ends, 3s ended(cancelled)");
    CHECK(!loop.failed());
    CHECK(loop.failures() == 1);
    CHECK(text_of(loop.last_error()) == "boom");
}

TEST_CASE("rule 37: a handled exception after cancel() is dropped as before, and calls no hook")
{
    virtual_context s;
    run_log log{s};
    tasks::loop<> loop{s.io, going_on(), [&] {
                           loop.cancel();
                           connection_lost();
                       }};
    loop.observe(log).error([&](std::exception_ptr const&) { s.note("error"); });
    loop.start();
    s.time.advance(20s);
    CHECK(s.trace() == "0s run, 0s ended(cancelled)");
    CHECK(loop.failures() == 0);
}

TEST_CASE("rule 37: exceptions that are not the body's still fail the run")
{
    captured_log const log;
    struct broken {
        [[nodiscard]] static std::chrono::nanoseconds next(unsigned) { throw std::runtime_error{"back-off"}; }
    };
    struct broken_jitter_of_37 {
        [[nodiscard]] static std::chrono::nanoseconds next(tasks::iteration const&)
        {
            throw std::runtime_error{"jitter"};
        }
    };
    struct broken_schedule {
        [[nodiscard]] static std::optional<tasks::time_point> next(tasks::time_point)
        {
            throw std::runtime_error{"schedule"};
        }
    };
    auto const failed_with = [](tasks::options o, auto prepare) {
        noted_loop f{std::move(o)};
        f.then = [](tasks::iteration const&) { connection_lost(); };
        f.loop.error([&](std::exception_ptr const&) { f.s.note("error"); });
        prepare(f);
        f.start();
        f.advance(20s);
        CHECK(f.loop.failed());
        CHECK(!f.loop.is_running());
        CHECK(f.trace().find("error") != std::string::npos);
        return text_of(f.loop.exception());
    };
    auto const nothing = [](noted_loop&) {};
    CHECK(failed_with(going_on(), [](noted_loop& f) {
              f.loop.before_loop([] { throw std::runtime_error{"before"}; });
          }) == "before");
    CHECK(failed_with(going_on(broken_schedule{}), nothing) == "schedule");
    auto o = going_on();
    o.backoff = broken{};
    CHECK(failed_with(std::move(o), nothing) == "back-off");
    o = going_on();
    o.jitter = broken_jitter_of_37{};
    o.retries = 0;
    CHECK(failed_with(std::move(o), [](noted_loop& f) { f.then = nullptr; }) == "jitter");
    CHECK(failed_with(going_on(), [](noted_loop& f) {
              f.loop.clear_exception_types();
              f.loop.retry_if(
                  [](std::exception_ptr const&) -> bool { throw std::runtime_error{"predicate"}; });
          }) == "predicate");
}

TEST_CASE("rule 37: an exception of the after hook still ends the run as failed")
{
    captured_log const log;
    auto o = going_on();
    o.count = 1;
    noted_loop f{std::move(o)};
    f.then = fail_in({0});
    f.loop.error([](std::exception_ptr const&) {}).after_loop([] { throw std::runtime_error{"after"}; });
    f.start();
    f.advance(1s);
    CHECK(text_of(f.loop.exception()) == "after");
    CHECK(text_of(f.loop.last_error()) == "boom 0");
}

TEST_CASE("rule 37: failures() counts iterations that ended with a fatal exception in a row")
{
    auto o = going_on();
    o.backoff = constant_backoff{1s};
    noted_loop f{std::move(o)};
    f.loop.error([](std::exception_ptr const&) {});
    std::string seen;
    f.first = [&](tasks::iteration const&) {
        seen += std::to_string(f.loop.failures()) + ":" + text_of(f.loop.last_error()) + " ";
    };
    f.then = [&](tasks::iteration const& it) {
        if (it.number == 3 && it.attempt == 0)
            connection_lost(); // handled: no failure of the iteration
        fail_in({0, 1, 4})(it);
    };
    f.start();
    f.advance(55s);
    CHECK(seen == "0:none 1:boom 0 2:boom 1 0:boom 1 0:boom 1 0:boom 1 1:boom 4 ");
    CHECK(f.loop.failures() == 0); // 5 succeeded
    CHECK(text_of(f.loop.last_error()) == "boom 4");
    f.loop.stop();
    f.advance(1s);
    CHECK(text_of(f.loop.last_error()) == "boom 4"); // kept until the next start
    f.start();
    CHECK(f.loop.failures() == 0);
    CHECK(text_of(f.loop.last_error()) == "none");
}

TEST_CASE("rule 37: both are kept under end_run, too, until the next start")
{
    captured_log const log;
    noted_loop f{{.every = 10s}};
    f.then = fail_in({1});
    f.start();
    f.advance(20s);
    CHECK(f.loop.failures() == 1);
    CHECK(text_of(f.loop.last_error()) == "boom 1");
    f.loop.pause(); // nothing else than a start changes them
    f.loop.resume();
    f.loop.change_interval(5s);
    CHECK(f.loop.failures() == 1);
    f.then = nullptr;
    f.start();
    CHECK(f.loop.failures() == 0);
    CHECK(!f.loop.last_error());
    f.loop.cancel();
    f.advance(1s);
}

TEST_CASE("rule 37: once the run has failed, a success does not reset failures()")
{
    captured_log const log;
    noted_loop f{{.every = 10s, .overlap = 3}};
    f.takes = {30s, 5s, 25s};
    f.then = fail_in({1, 2});
    f.start();
    f.advance(16s);
    CHECK(f.loop.failures() == 1);
    f.advance(20s); // iteration 0 succeeds at 30 s
    CHECK(f.loop.failures() == 1);
    CHECK(text_of(f.loop.last_error()) == "boom 1");
    CHECK(!f.loop.is_running());
}

TEST_CASE("rule 37: two iterations that fail beside each other under end_run count twice")
{
    captured_log const log;
    noted_loop f{{.every = 10s, .overlap = 2}};
    f.takes = {15s, 10s};
    f.then = fail_in({0, 1});
    f.start();
    f.advance(30s);
    CHECK(f.loop.failures() == 2);
    CHECK(text_of(f.loop.last_error()) == "boom 1");
    CHECK(text_of(f.loop.exception()) == "boom 0");
}

TEST_CASE("rule 37: an exception of a hook is none of the body's, and does not count")
{
    captured_log const log;
    noted_loop f{{.every = 10s}};
    f.loop.before_loop([] { throw std::runtime_error{"before"}; });
    f.start();
    f.advance(1s);
    CHECK(f.loop.failed());
    CHECK(f.loop.failures() == 0);
    CHECK(!f.loop.last_error());
}

TEST_CASE(
    "rule 37: a stop in the iteration that fails: its hook, then the after hook, and the run is completed")
{
    virtual_context s;
    run_log log{s};
    tasks::loop<> loop{s.io, going_on(), [&]() -> task {
                           co_await pause(5s);
                           throw std::runtime_error{"boom"};
                       }};
    loop.observe(log).error([&](std::exception_ptr const&) { s.note("error"); }).after_loop([&] {
        s.note("after");
    });
    loop.start();
    s.time.advance(1s);
    loop.stop();
    s.time.advance(20s);
    CHECK(s.trace() == "0s run, 5s error, 5s after, 5s ended(completed)");
}

TEST_CASE("rule 37: requests that come in the hook are served behind it")
{
    noted_loop f{going_on()};
    f.loop.error([&](std::exception_ptr const&) -> task {
        CHECK(f.loop.trigger());
        co_await pause(3s);
    });
    f.then = fail_in({0});
    f.start();
    f.advance(5s);
    CHECK(f.trace() == "0s 0s, 3s 0s requested");
}

TEST_CASE("rule 37: an interval of 0 goes on from the end of the hook")
{
    auto o = going_on(0s);
    o.count = 2;
    noted_loop f{std::move(o)};
    f.loop.error([](std::exception_ptr const&) { return pause(3s); });
    f.then = fail_in({0});
    f.start();
    f.advance(5s);
    CHECK(f.trace() == "0s 0s, 3s 3s");
}

TEST_CASE("rule 37: the loop may be destroyed in the hook")
{
    virtual_context s;
    auto loop = std::make_unique<tasks::loop<>>(s.io, going_on(), [] { throw std::runtime_error{"boom"}; });
    loop->error([&](std::exception_ptr const&) -> task {
        s.note("error");
        co_await pause(5s);
        s.note("not reached");
    });
    loop->start();
    s.time.advance(2s);
    loop.reset();
    s.time.advance(60s);
    CHECK(s.trace() == "0s error");
}

TEST_CASE("rule 37: pause and change_interval in the hook concern the slots behind it")
{
    noted_loop f{going_on()};
    f.then = fail_in({0});
    SECTION("pause")
    {
        f.loop.error([&](std::exception_ptr const&) -> task {
            f.loop.pause();
            co_await pause(15s);
            f.loop.resume();
        });
        f.start();
        f.advance(25s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s ran");
    }
    SECTION("change_interval")
    {
        f.loop.error([&](std::exception_ptr const&) -> task {
            co_await pause(5s);
            f.change(7s);
        });
        f.start();
        f.advance(15s);
        CHECK(f.slots() == "0s ran, 7s ran, 14s ran");
    }
}
