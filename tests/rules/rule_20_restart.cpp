// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run_log.hpp"

using namespace test;

namespace {

struct fixture_of_rule_20 {
    virtual_context s;
    run_log observer{s};
    tasks::loop<void(int)> loop{s.io, 10s, [this](int n) -> task {
                                    s.note("body " + std::to_string(n));
                                    co_await pause(2s);
                                }};
    fixture_of_rule_20()
    {
        loop.before_loop([this]() -> task {
                s.note("before");
                co_await pause(1s);
            })
            .after_loop([this]() -> task {
                co_await pause(1s);
                s.note("after");
            })
            .error([](std::exception_ptr) {})
            .observe(observer);
    }
};

} // namespace

TEST_CASE("rule 20: restart() while idle starts")
{
    fixture_of_rule_20 f;
    f.loop.restart(1);
    f.s.time.advance(1s);
    CHECK(f.s.trace() == "0s run, 0s before, 1s body 1");
}

TEST_CASE("rule 20: otherwise the run is cancelled, and a new one starts when it has ended, hooks included")
{
    fixture_of_rule_20 f;
    f.loop.start(1);
    f.s.time.advance(2s); // in the body
    static_cast<void>(f.s.trace());
    f.loop.restart(2);
    CHECK(f.loop.is_being_cancelled());
    f.s.time.advance(2s);
    CHECK(f.s.trace() == "3s after, 3s ended(cancelled), 3s rerun, 3s before, 4s body 2");
    CHECK(!f.loop.is_being_cancelled());
    CHECK(f.loop.current_loop() == 0);
}

TEST_CASE("rule 20: … from every state")
{
    fixture_of_rule_20 f;
    f.loop.start(1);
    SECTION("before the first step: that run has no hooks")
    {
        f.loop.restart(2);
        f.s.time.advance(1s);
        CHECK(f.s.trace() == "0s run, 0s ended(cancelled), 0s rerun, 0s before, 1s body 2");
    }
    SECTION("in the before hook")
    {
        f.s.time.advance(500ms);
        f.loop.restart(2);
        f.s.time.advance(2s);
        CHECK(f.s.trace() ==
              "0s run, 0s before, 1500ms after, 1500ms ended(cancelled), 1500ms rerun, 1500ms before, "
              "2500ms body 2");
    }
    SECTION("asleep")
    {
        f.s.time.advance(5s);
        f.loop.restart(2);
        f.s.time.advance(2s);
        CHECK(f.s.trace() ==
              "0s run, 0s before, 1s body 1, 6s after, 6s ended(cancelled), 6s rerun, 6s before, 7s body 2");
    }
}

TEST_CASE("rule 20: … not cancelled if it is already ending")
{
    fixture_of_rule_20 f;
    f.loop.start(1);
    f.s.time.advance(5s);
    f.loop.stop();
    f.s.time.advance(500ms); // in the after hook
    static_cast<void>(f.s.trace());
    f.loop.restart(2);
    CHECK(!f.loop.is_being_cancelled());
    f.s.time.advance(2s);
    CHECK(f.s.trace() == "6s after, 6s ended(completed), 6s rerun, 6s before, 7s body 2");
}

TEST_CASE("rule 20: a failing run is restarted by its error hook")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop loop{s.io, tasks::options{.every = 1s}, [](bool fail) {
                         if (fail)
                             throw std::runtime_error{"boom"};
                     }};
    loop.error([&](std::exception_ptr) { loop.restart(false); }).observe(observer);
    loop.start(true);
    s.time.advance(5s);
    CHECK(s.trace() == "0s run, 0s ended(failed: boom), 0s rerun");
    CHECK(!loop.failed());
    CHECK(loop.is_running());
}

TEST_CASE("rule 20: the last call wins: a later restart() replaces the arguments")
{
    fixture_of_rule_20 f;
    f.loop.start(1);
    f.s.time.advance(5s);
    f.loop.restart(2);
    f.loop.restart(3);
    f.s.time.advance(500ms);
    f.loop.restart(4);
    static_cast<void>(f.s.trace());
    f.s.time.advance(3s);
    CHECK(f.s.trace() == "6s after, 6s ended(cancelled), 6s rerun, 6s before, 7s body 4");
}

TEST_CASE("rule 20: a later cancel() or stop() revokes the pending start")
{
    fixture_of_rule_20 f;
    f.loop.start(1);
    f.s.time.advance(5s);
    static_cast<void>(f.s.trace());
    f.loop.restart(2);
    bool const early = GENERATE(true, false);
    if (!early)
        f.s.time.advance(500ms); // in the after hook
    SECTION("cancel")
    {
        f.loop.cancel();
        CHECK(f.loop.is_running());
    }
    SECTION("stop")
    {
        f.loop.stop();
        CHECK(f.loop.is_running());
    }
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "6s after, 6s ended(cancelled)");
    CHECK(!f.loop.is_running());
}

TEST_CASE("rule 20: … and restart() behind cancel() starts after all")
{
    fixture_of_rule_20 f;
    f.loop.start(1);
    f.s.time.advance(5s);
    static_cast<void>(f.s.trace());
    f.loop.cancel();
    f.loop.restart(2);
    f.s.time.advance(2s);
    CHECK(f.s.trace() == "6s after, 6s ended(cancelled), 6s rerun, 6s before, 7s body 2");
}

TEST_CASE("rule 20: a loop may restart itself from its body, time and again")
{
    virtual_context s;
    tasks::loop<void(int)> loop{s.io, 1s, [&](int n) -> task {
                                    s.note("body " + std::to_string(n));
                                    if (n < 3)
                                        loop.restart(n + 1);
                                    co_await pause(0s);
                                    s.note("end " + std::to_string(n));
                                    loop.stop();
                                }};
    loop.start(1);
    s.time.advance(5s);
    CHECK(s.trace() == "0s body 1, 0s body 2, 0s body 3, 0s end 3");
}
