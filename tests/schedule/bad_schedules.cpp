// SPDX-License-Identifier: MIT
// Schedules that break their contract: they do not advance, go back, repeat an instant for ever, or throw.
// Each ends the run with an error that says so, after few calls and with all its hooks, and the loop can be
// started again.
#include "support/catch.hpp"
#include "support/run_log.hpp"
#include "support/slot_ledger.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/loop/log.hpp>
#include <tasks/schedule/day_at.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

using namespace test;
using answer = std::optional<tasks::time_point>;

namespace {

/// Answers with a given function, which receives the number of previous calls; copies share the count.
class told {
public:
    explicit told(std::function<answer(tasks::time_point, int)> next)
        : next_{std::move(next)}
    {
    }

    [[nodiscard]] answer next(tasks::time_point after) const
    {
        if (*asked_ == 1'000)
            throw std::logic_error{"spun on"};
        return next_(after, (*asked_)++);
    }
    [[nodiscard]] int asked() const { return *asked_; }
    friend std::string to_string(told const&) { return "the told one"; }

private:
    std::function<answer(tasks::time_point, int)> next_;
    std::shared_ptr<int> asked_ = std::make_shared<int>(0);
};

auto const began = utc("2024-01-01T00:00:00Z");

/// Every 10 s, without anything else.
tasks::time_point on_the_tens(tasks::time_point t)
{
    return began + ((t - began) / 10s + 1) * 10s;
}

struct broken {
    char const* what;
    std::function<answer(tasks::time_point, int)> next;
    char const* message; ///< part of the message of the run's exception
};

std::vector<broken> const at_once{
    {"the instant it was asked about", [](tasks::time_point t, int) { return t; }, "(0s before)"},
    {"the past", [](tasks::time_point t, int) { return t - 24h; }, "(24h before)"},
    {"the beginning of time", [](tasks::time_point, int) { return tasks::time_point::min(); },
     "returned an instant that is not after"},
    {"an instant that has passed, for ever", [](tasks::time_point, int) { return began; }, "(0s before)"},
    {"a standard exception", [](tasks::time_point, int) -> answer { throw std::domain_error{"no calendar"}; },
     "no calendar"},
    {"another exception", [](tasks::time_point, int) -> answer { throw 42; }, "exception of type int"},
};

std::vector<broken> const later_on{
    {"the same instant, for ever", [](tasks::time_point, int) { return began + 10s; }, "(0s before)"},
    {"the past, once it was asked three times",
     [](tasks::time_point t, int n) { return n < 3 ? on_the_tens(t) : t - 1s; }, "(1s before)"},
    {"the slot before, in turn",
     [](tasks::time_point t, int n) { return on_the_tens(t) - (n % 3 == 2 ? 20s : 0s); }, "(10s before)"},
    {"an exception, once it was asked three times",
     [](tasks::time_point t, int n) -> answer {
         if (n >= 3)
             throw std::domain_error{"no calendar"};
         return on_the_tens(t);
     },
     "no calendar"},
};

/// The checks for every run that ends like this.
void check_failed(virtual_context& s, tasks::loop<>& loop, told const& schedule, broken const& b)
{
    CHECK(!loop.is_running());
    CHECK(loop.failed());
    auto const message = tasks::what(loop.exception());
    CAPTURE(message);
    CHECK(message.find(b.message) != std::string::npos);
    if (std::string{b.message}.find("before)") != std::string::npos) {
        CHECK_THROWS_AS(std::rethrow_exception(loop.exception()), tasks::bad_schedule);
        CHECK(message.find("schedule 'the told one'") != std::string::npos);
        CHECK(message.find("next(t) must be strictly after t") != std::string::npos);
    }
    CHECK(schedule.asked() < 20);

    auto const trace = s.trace();
    CAPTURE(trace);
    CHECK(trace.find("error(" + message + ")") != std::string::npos);
    CHECK(trace.find("after") != std::string::npos);
    CHECK(trace.find("ended(failed: " + message + ")") != std::string::npos);

    loop.change_interval(5s);
    loop.start();
    s.time.advance(59s);
    CHECK(loop.is_running());
    CHECK(loop.current_loop() >= 1);
    CHECK(!loop.failed());
    CHECK(loop.exception() == nullptr);
}

} // namespace

TEST_CASE("a schedule that misbehaves when it is first asked fails the run before any iteration")
{
    for (auto const& b : at_once) {
        INFO(b.what);
        virtual_context s{began};
        run_log log{s};
        told const schedule{b.next};
        int bodies = 0;
        tasks::loop<> loop{s.io, schedule, [&] { ++bodies; }};
        loop.observe(log);
        note_hooks(s, loop);
        loop.start();
        s.time.advance(1h);
        CHECK(bodies == 0);
        check_failed(s, loop, schedule, b);
    }
}

TEST_CASE("a schedule that misbehaves later on ends the run then, whatever the policy and the overlap")
{
    for (auto const& b : later_on)
        for (auto const policy : {tasks::missed::coalesce, tasks::missed::skip, tasks::missed::delay,
                                  tasks::missed::catch_up(1), tasks::missed::catch_up(5)})
            for (int const overlap : {1, 3})
                for (auto const body : {0s, 15s, 45s}) {
                    INFO(b.what << ", policy " << int(policy.kind()) << ", overlap " << overlap << ", body "
                                << body.count());
                    virtual_context s{began};
                    run_log log{s};
                    told const schedule{b.next};
                    tasks::loop<> loop{s.io,
                                       {.every = schedule, .missed = policy, .overlap = overlap},
                                       [&]() -> task { co_await pause(body); }};
                    loop.observe(log);
                    note_hooks(s, loop);
                    loop.start();
                    s.time.advance(1h);
                    check_failed(s, loop, schedule, b);
                }
}

TEST_CASE("a run that its schedule has failed fails in the same way when it is started again")
{
    for (auto const& b : at_once) {
        INFO(b.what);
        virtual_context s{began};
        told const schedule{b.next};
        tasks::loop<> loop{s.io, schedule, [] {}};
        int errors = 0;
        loop.error([&](std::exception_ptr const&) { ++errors; });
        for (int i = 1; i <= 3; ++i) {
            loop.start();
            s.time.advance(1s);
            CHECK(loop.failed());
            CHECK(errors == i);
        }
        CHECK(schedule.asked() < 20);
    }
}

TEST_CASE("without an error hook the log hears of the bad schedule")
{
    virtual_context s{began};
    std::string heard;
    auto former = tasks::set_log_sink([&](tasks::log_record const& r) { heard += tasks::what(r.exception); });
    tasks::loop<> loop{s.io, told{at_once[0].next}, [] {}};
    loop.start();
    s.time.advance(1s);
    tasks::set_log_sink(std::move(former));
    CHECK(heard.find("'the told one'") != std::string::npos);
    CHECK(heard.find("strictly after") != std::string::npos);
}

TEST_CASE("in a union the schedule at fault is named")
{
    tasks::schedule const both = tasks::day_at(12h) | told{at_once[1].next};
    auto const message = thrown<tasks::bad_schedule>([&] { static_cast<void>(both.next(began)); });
    CHECK(message.find("'the told one'") != std::string::npos);
    CHECK(message.find("day_at") == std::string::npos);
}

TEST_CASE("change_interval to a schedule that misbehaves at once throws, and changes nothing")
{
    for (auto const& b : at_once) {
        INFO(b.what);
        virtual_context s{began};
        int bodies = 0;
        tasks::loop<> loop{s.io, 10s, [&] { ++bodies; }};
        loop.start();
        s.time.advance(5s);
        std::exception_ptr thrown;
        try {
            loop.change_interval(told{b.next});
        } catch (...) {
            thrown = std::current_exception();
        }
        REQUIRE(thrown);
        bool const passed = std::string{b.what} == "an instant that has passed, for ever";
        CHECK(tasks::what(thrown).find(passed ? "(5s before)" : b.message) != std::string::npos);
        CHECK(loop.every().is_interval());
        s.time.advance(50s);
        CHECK(bodies == 6);
        CHECK(!loop.failed());
    }
}

TEST_CASE("a schedule given by change_interval that misbehaves later ends the run")
{
    for (auto const& b : later_on) {
        INFO(b.what);
        virtual_context s{began};
        run_log log{s};
        told const schedule{b.next};
        tasks::loop<> loop{s.io, 1h, [] {}};
        loop.observe(log);
        note_hooks(s, loop);
        loop.start();
        s.time.advance(5s);
        loop.change_interval(schedule);
        s.time.advance(30min);
        check_failed(s, loop, schedule, b);
    }
}

TEST_CASE("slots that a schedule named before it misbehaved are accounted for")
{
    // 10, 20, 30 s, and then only wrong instants
    told const schedule{[](tasks::time_point t, int) { return std::min(on_the_tens(t), began + 30s); }};
    virtual_context s{began};
    slot_ledger ledger{s, tasks::schedule{10s}};
    tasks::loop<> loop{s.io, schedule, [] { return pause(35s); }};
    loop.error([](std::exception_ptr const&) {}).observe(ledger);
    loop.start();
    SECTION("the run fails")
    {
        s.time.advance(1h);
        CHECK(ledger.trace() == "10s ran, 20s missed(ended), 30s missed(ended)");
    }
    SECTION("the run is stopped before it shows")
    {
        s.time.advance(40s);
        loop.stop();
        s.time.advance(1h);
        CHECK(!loop.failed());
        CHECK(ledger.trace() == "10s ran, 20s missed(ended), 30s missed(ended)");
    }
    CHECK(ledger.faults() == "");
}

TEST_CASE("a schedule that goes back only when the clock is set back is found out then")
{
    // pure and increasing, except for instants before `began`
    told const schedule{[](tasks::time_point t, int) { return t < began ? t - 1h : on_the_tens(t); }};
    virtual_context s{began};
    int bodies = 0;
    tasks::loop<> loop{s.io, schedule, [&] { ++bodies; }};
    loop.error([](std::exception_ptr const&) {});
    loop.start();
    s.time.advance(25s);
    CHECK(bodies == 2);
    s.time.step_wall_clock(-24h);
    s.time.advance(31s);
    CHECK(!loop.is_running());
    CHECK_THROWS_AS(std::rethrow_exception(loop.exception()), tasks::bad_schedule);
    CHECK(bodies == 2);
}
