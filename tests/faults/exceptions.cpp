// SPDX-License-Identifier: MIT
// Exceptions that are not a std::exception, thrown by everything that a user supplies.
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"
#include "support/virtual_context.hpp"

#include <exception>
#include <optional>
#include <string>

using namespace test;

namespace {

struct strange {
    int number;
};

/// Returns the number of the strange exception; -1 for another one, 0 for none.
int number_of(std::exception_ptr const& e)
{
    if (!e)
        return 0;
    try {
        std::rethrow_exception(e);
    } catch (strange const& s) {
        return s.number;
    } catch (int i) {
        return i;
    } catch (...) {
        return -1;
    }
}

struct strange_backoff {
    std::chrono::nanoseconds next(unsigned) const { throw strange{5}; }
};

struct strange_jitter {
    std::chrono::nanoseconds next(tasks::iteration const&) const { throw strange{10}; }
};

struct strange_schedule {
    tasks::time_point end;
    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        if (t >= end)
            throw strange{6};
        return t + 10s;
    }
};

/// An observer whose members all throw.
struct strange_observer {
    int calls = 0;
    [[noreturn]] void fail()
    {
        ++calls;
        throw strange{7};
    }
    void on_run_started(tasks::run_started const&) { fail(); }
    void on_slot(tasks::slot_decided const&) { fail(); }
    void on_attempt_begun(tasks::attempt_begun const&) { fail(); }
    void on_attempt_ended(tasks::attempt_ended const&) { fail(); }
    void on_retry(tasks::retry_scheduled const&) { fail(); }
    void on_hook_failed(tasks::hook_failed const&) { fail(); }
    void on_clock_stepped(tasks::clock_stepped const&) { fail(); }
    void on_run_ended(tasks::run_ended const&) { fail(); }
};

/// A loop, each of whose parts can be made to throw.
struct fixture {
    explicit fixture(tasks::options o = {.every = 10s, .count = 3, .name = "l"})
        : loop{s.io.get_executor(), std::move(o), [this] { return part("body", body); }}
    {
        loop.before_loop([this] { return part("before", before); });
        loop.after_loop([this] { return part("after", after); });
        loop.error([this](std::exception_ptr const& e) {
            told = number_of(e);
            return part("error", error);
        });
    }

    /// A coroutine that throws at once, after a suspension, or not at all.
    task part(std::string name, int number)
    {
        s.note(name);
        if (late)
            co_await pause(1s);
        if (number != 0)
            throw strange{number};
    }

    /// Runs until nothing happens any more. Returns the number of the exception that a joiner gets.
    int run()
    {
        int joined = 0;
        loop.start();
        loop.async_join([&](std::exception_ptr const& e) { joined = number_of(e); });
        s.time.advance(600s);
        CHECK_FALSE(loop.is_running());
        CHECK(loop.failed() == (joined != 0));
        CHECK(number_of(loop.exception()) == joined);
        return joined;
    }

    virtual_context s;
    captured_log log;
    int before = 0, body = 0, error = 0, after = 0;
    int told = 0;
    bool late = false;
    tasks::loop<> loop;
};

} // namespace

TEST_CASE("what an exception says that is no std::exception")
{
    CHECK(tasks::what(std::make_exception_ptr(strange{1})) != "");
    CHECK(tasks::what(std::make_exception_ptr(17)) != "");
    CHECK(tasks::what(std::make_exception_ptr(17)) != tasks::what(nullptr));
}

TEST_CASE("a strange exception from the body or a hook: the rules are those of any exception")
{
    fixture f;
    f.late = GENERATE(false, true);
    SECTION("body")
    {
        f.body = 1;
        CHECK(f.run() == 1);
        CHECK(f.told == 1);
        CHECK(f.log.lines.empty());
    }
    SECTION("before hook")
    {
        f.before = 2;
        CHECK(f.run() == 2);
        CHECK(f.told == 2);
        CHECK(f.log.lines.empty());
    }
    SECTION("after hook")
    {
        f.after = 3;
        CHECK(f.run() == 3);
        CHECK(f.told == 0);
        CHECK(f.log.only_record_has("the after hook threw"));
    }
    SECTION("error hook: the body's stays the run's")
    {
        f.body = 1;
        f.error = 4;
        CHECK(f.run() == 1);
        CHECK(f.log.only_record_has("the error hook threw"));
    }
    SECTION("all of them")
    {
        f.body = 1;
        f.error = 4;
        f.after = 3;
        CHECK(f.run() == 1);
        CHECK(f.log.lines.size() == 2);
    }
    // The loop must then work like a new one.
    CHECK(f.s.trace() != "");
    f.before = f.body = f.error = f.after = 0;
    CHECK(f.run() == 0);
    CHECK(f.loop.failed() == false);
}

TEST_CASE("a strange exception can be handled: by its type, or by a predicate")
{
    fixture f{{.every = 10s, .count = 1, .backoff = tasks::exponential_backoff{.max = 1s}, .name = "l"}};
    f.body = 1;
    bool const by_type = GENERATE(true, false);
    CAPTURE(by_type);
    if (by_type)
        f.loop.add_exception_type<strange>();
    else
        f.loop.retry_if([](std::exception_ptr const& e) { return number_of(e) == 1; });
    f.loop.start();
    f.s.time.advance(30s);
    CHECK(f.loop.is_running());
    CHECK_FALSE(f.loop.failed());
    f.body = 0;
    f.s.time.advance(30s);
    CHECK_FALSE(f.loop.is_running());
    CHECK_FALSE(f.loop.failed());
}

TEST_CASE("a strange exception from a retry predicate, a back-off or a schedule ends the run")
{
    SECTION("predicate over the exception")
    {
        fixture f;
        f.body = 1;
        f.loop.retry_if([](std::exception_ptr const&) -> bool { throw strange{8}; });
        CHECK(f.run() == 8);
        CHECK(f.told == 8);
    }
    SECTION("predicate over the code, which a strange exception does not have")
    {
        fixture f;
        f.body = 1;
        f.loop.retry_if([](tasks::error_code const&) -> bool { throw strange{8}; });
        CHECK(f.run() == 1);
    }
    SECTION("back-off")
    {
        fixture f{{.every = 10s, .count = 3, .backoff = strange_backoff{}, .name = "l"}};
        f.body = 1;
        f.loop.add_exception_type<strange>();
        CHECK(f.run() == 5);
        CHECK(f.told == 5);
    }
    SECTION("schedule, in the run")
    {
        fixture f;
        f.loop.change_interval(strange_schedule{.end = f.s.began() + 15s});
        CHECK(f.run() != 0);
        CHECK(f.told == number_of(f.loop.exception()));
        CHECK(f.s.trace().find("10s body") != std::string::npos);
        CHECK(f.s.trace() == "");
    }
    SECTION("schedule, at once")
    {
        fixture f;
        f.loop.change_interval(strange_schedule{.end = f.s.began()});
        CHECK(f.run() != 0);
        CHECK(f.s.trace() == "0s before, 0s error, 0s after");
    }
    SECTION("schedule, in change_interval: nothing has changed")
    {
        fixture f;
        f.loop.start();
        f.s.time.advance(15s);
        auto const next = f.loop.next_iteration();
        bool threw = false;
        try {
            f.loop.change_interval(strange_schedule{.end = f.s.began()});
        } catch (...) {
            threw = true;
        }
        CHECK(threw);
        CHECK(f.loop.next_iteration() == next);
        CHECK(f.loop.every().is_interval());
        f.s.time.advance(600s);
        CHECK_FALSE(f.loop.failed());
        CHECK(f.s.trace() == "0s before, 0s body, 10s body, 20s body, 20s after");
    }
}

TEST_CASE(
    "a strange exception from a jitter policy ends the run, whatever a fatal exception of the body ends")
{
    auto const what_ends = GENERATE(tasks::on_error::end_run, tasks::on_error::next_slot);
    SECTION("between two iterations")
    {
        fixture f{{.every = 10s, .count = 3, .jitter = strange_jitter{}, .on_error = what_ends, .name = "l"}};
        CHECK(f.run() == 10);
        CHECK(f.told == 10);
        CHECK(f.s.trace() == "0s before, 0s body, 0s error, 0s after");
        CHECK(f.loop.failures() == 0); // of iterations
    }
    SECTION("before the first one")
    {
        fixture f{{.every = 10s,
                   .count = 3,
                   .initial_delay = 5s,
                   .jitter = strange_jitter{},
                   .on_error = what_ends,
                   .name = "l"}};
        CHECK(f.run() == 10);
        CHECK(f.s.trace() == "0s before, 0s error, 0s after");
    }
    SECTION("while an iteration is in flight, which is finished")
    {
        fixture f{{.every = 10s,
                   .count = 3,
                   .overlap = 2,
                   .jitter = strange_jitter{},
                   .on_error = what_ends,
                   .name = "l"}};
        f.late = true;
        int ended = 0;
        f.loop.start();
        f.s.time.advance(1s);
        f.loop.async_trigger([&](std::exception_ptr const& e) { ended = number_of(e) == -1 ? 1 : 2; });
        f.s.time.advance(600s);
        CHECK(ended == 1); // no iteration served it
        CHECK(number_of(f.loop.exception()) == 10);
        CHECK(f.s.trace() == "0s before, 1s body, 1s error, 2s after");
    }
}

TEST_CASE("a strange exception from the body, where it ends only its iteration")
{
    fixture f{{.every = 10s, .count = 3, .on_error = tasks::on_error::next_slot, .name = "l"}};
    f.late = GENERATE(false, true);
    f.body = 1;
    SECTION("the error hook gets it")
    {
        CHECK(f.run() == 0);
        CHECK(f.told == 1);
        CHECK(f.log.lines.empty());
    }
    SECTION("the error hook throws something strange, too: the log gets that")
    {
        f.error = 4;
        CHECK(f.run() == 0);
        CHECK(f.log.lines.size() == 3);
        for (auto const& line : f.log.lines)
            CHECK(line.find("the error hook threw") != std::string::npos);
    }
    SECTION("those who requested the iteration get it, too")
    {
        int told = 0;
        f.loop.start();
        f.loop.async_trigger([&](std::exception_ptr const& e) { told = number_of(e); });
        f.s.time.advance(600s);
        CHECK(told == 1);
    }
    CHECK(f.loop.failures() == 3);
    CHECK(number_of(f.loop.last_error()) == 1);
}

TEST_CASE("a strange exception from a body whose time is up is what counts")
{
    virtual_context s;
    captured_log log;
    tasks::loop<> loop{s.io, {.every = 10s, .timeout = 3s}, []() -> task {
                           try {
                               co_await pause(5s);
                           } catch (...) {
                               throw strange{1};
                           }
                       }};
    int told = 0;
    loop.start();
    loop.async_trigger([&](std::exception_ptr const& e) { told = number_of(e); });
    s.time.advance(60s);
    CHECK_FALSE(loop.is_running());
    CHECK(number_of(loop.exception()) == 1);
    CHECK(told == 1);
}

TEST_CASE(
    "an observer whose every member throws something strange: each is reported, and nothing else changes")
{
    fixture f{{.every = 10s, .count = 3, .backoff = tasks::exponential_backoff{.max = 0s}, .name = "l"}};
    strange_observer observer;
    f.loop.observe(observer);
    f.loop.add_exception_type<strange>();
    SECTION("a good run")
    {
        CHECK(f.run() == 0);
        CHECK(f.s.trace() == "0s before, 0s body, 10s body, 20s body, 20s after");
        CHECK(observer.calls == 2 + 3 * 3);
    }
    SECTION("a bad one")
    {
        f.before = 2;
        CHECK(f.run() == 2);
        CHECK(f.s.trace() == "0s before, 0s error, 0s after");
        CHECK(observer.calls == 3);
    }
    CHECK(f.log.lines.size() == static_cast<std::size_t>(observer.calls));
    for (auto const& line : f.log.lines)
        CHECK(line.find("an observer threw") != std::string::npos);
}

TEST_CASE("a log sink that throws something strange: nobody is left to tell, and nothing else changes")
{
    fixture f;
    int records = 0;
    f.log.on_record = [&](tasks::log_record const&) {
        ++records;
        throw strange{9};
    };
    f.body = 1;
    f.error = 4;
    f.after = 3;
    CHECK(f.run() == 1);
    CHECK(records == 2);
    CHECK(f.s.trace() == "0s before, 0s body, 0s error, 0s after");
}
