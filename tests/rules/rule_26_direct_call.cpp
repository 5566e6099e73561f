// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run_log.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#endif

#include <memory>

using namespace test;

TEST_CASE(
    "rule 26: calling the loop itself runs the body once, outside the schedule, and changes nothing else")
{
    virtual_context s;
    full_log observer{{s}};
    tasks::loop loop{
        s.io, tasks::options{.every = 10s, .count = 2}, [&](tasks::iteration const& it, int n) -> task {
            s.note("body " + std::to_string(n) + (it.cause == tasks::cause::direct ? " direct" : "") +
                   " slot " + s.when(it.slot));
            co_await pause(1s);
        }};
    note_hooks(s, loop);
    loop.observe(observer);

    asio::co_spawn(s.io, loop(7), asio::detached);
    s.time.advance(5s);
    CHECK(s.trace() == "0s body 7 direct slot 0s");
    CHECK(!loop.is_running());
    CHECK(loop.current_loop() == 0);
    CHECK(!loop.next_iteration());

    loop.start(1);
    s.time.advance(3s);
    CHECK(s.trace() == "5s run, 5s before, 5s body 1 slot 5s, 6s succeeded");
    asio::co_spawn(s.io, loop(8), asio::detached); // also while it runs
    s.time.advance(500ms);
    CHECK(loop.current_loop() == 0);
    CHECK(s.when(loop.next_iteration()) == "15s");
    s.time.advance(60s);
    CHECK(s.trace() ==
          "8s body 8 direct slot 8s, 15s body 1 slot 15s, 16s succeeded, 16s after, 16s ended(completed)");
}

TEST_CASE("rule 26: an exception goes to the caller only")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [] { connection_lost(); }};
    note_hooks(s, loop);
    bool caught = false;
    auto const caller = [&]() -> task {
        try {
            co_await loop();
        } catch (tasks::system_error const&) {
            caught = true;
        }
    };
    asio::co_spawn(s.io, caller, asio::detached);
    s.time.advance(100s);
    CHECK(caught); // not retried
    CHECK(!loop.failed());
    CHECK(s.trace() == "");
}

TEST_CASE("rule 26: it is lazy")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
    auto call = loop();
    s.time.run_until_idle();
    CHECK(s.trace() == "");
    asio::co_spawn(s.io, std::move(call), asio::detached);
    s.time.run_until_idle();
    CHECK(s.trace() == "0s body");
}

namespace {

/// Awaits a direct call, and notes its end.
task note_call(virtual_context& s, task call)
{
    try {
        co_await std::move(call);
        s.note("returned");
    } catch (tasks::abandoned const&) {
        s.note("abandoned");
    } catch (tasks::system_error const& e) {
        s.note(e.code() == asio::error::operation_aborted ? "aborted" : "failed");
    }
}

} // namespace

TEST_CASE("rule 26: a call that begins after the loop was destroyed is abandoned")
{
    virtual_context s;
    auto loop = std::make_unique<tasks::loop<>>(s.io, 10s, [&] { s.note("body"); });
    auto call = (*loop)();
    loop.reset();
    asio::co_spawn(s.io, note_call(s, std::move(call)), asio::detached);
    s.time.run_until_idle();
    CHECK(s.trace() == "0s abandoned");
}

TEST_CASE("rule 26: a call in progress is abandoned when the loop is destroyed, and its body does not go on")
{
    virtual_context s;
    struct note_end {
        virtual_context& s;
        ~note_end() { s.note("locals destroyed"); }
    };
    auto loop = std::make_unique<tasks::loop<>>(s.io, 10s, [&]() -> task {
        note_end const local{s};
        co_await pause(1h);
        s.note("body goes on");
    });
    for (int i = 0; i < 2; ++i)
        asio::co_spawn(s.io, note_call(s, (*loop)()), asio::detached);
    s.time.advance(1s);
    loop.reset();
    s.time.advance(1s);
    CHECK(s.trace() == "1s abandoned, 1s abandoned, 1s locals destroyed, 1s locals destroyed");
    s.time.advance(2h);
    CHECK(s.trace() == "");
}

TEST_CASE("rule 26: the body runs on the loop's executor, and the caller goes on with its own")
{
    virtual_context s;
    asio::io_context elsewhere;
    tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
    asio::co_spawn(elsewhere, note_call(s, loop()), asio::detached);
    elsewhere.poll();
    CHECK(s.trace() == ""); // the loop's context has not run
    s.time.run_until_idle();
    CHECK(s.trace() == "0s body");
    elsewhere.poll();
    CHECK(s.trace() == "0s returned");
}

TEST_CASE("rule 26: cancelling the call cancels the body, and nothing else")
{
    virtual_context s;
    int bodies = 0;
    tasks::loop<> loop{s.io, 10s, [&]() -> task {
                           ++bodies;
                           co_await pause(3s);
                           s.note("body ends");
                       }};
    loop.start();
    s.time.advance(1s);
    asio::cancellation_signal signal;
    asio::co_spawn(s.io, note_call(s, loop()), asio::bind_cancellation_slot(signal.slot(), asio::detached));
    s.time.advance(1s);
    CHECK(bodies == 2);
    signal.emit(asio::cancellation_type::terminal);
    s.time.advance(2s);
    CHECK(s.trace() == "2s aborted, 3s body ends");
    CHECK(loop.is_running());
}

TEST_CASE("rule 26: stop, cancel and shutdown do not reach a call")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 1}, [&](tasks::iteration const& it) -> task {
                           co_await pause(3s);
                           s.note(it.cause == tasks::cause::direct ? "call ends" : "iteration ends");
                       }};
    loop.start();
    asio::co_spawn(s.io, note_call(s, loop()), asio::detached);
    s.time.advance(1s);
    loop.cancel();
    s.time.advance(1s);
    CHECK(!loop.is_running());
    CHECK(s.trace() == "");
    s.time.advance(5s);
    CHECK(s.trace() == "3s call ends, 3s returned");
}

TEST_CASE("rule 26: a call on a context that is destroyed is abandoned, where its caller lives")
{
    asio::io_context here;
    auto s = std::make_unique<virtual_context>();
    std::string end;
    tasks::loop<> loop{s->io, 10s, []() -> task { co_await pause(1h); }};
    auto const caller = [&]() -> task {
        try {
            co_await loop();
        } catch (tasks::abandoned const& e) {
            end = e.what();
        }
    };
    asio::co_spawn(here, caller, asio::detached);
    here.poll();
    if (GENERATE(true, false)) // otherwise the body has not begun
        s->time.run_until_idle();
    s.reset();
    here.poll();
    CHECK(end.find("went away") != std::string::npos);
    CHECK(here.stopped());

    asio::co_spawn(here, caller, asio::detached); // and one that begins now
    here.restart();
    end.clear();
    here.poll();
    CHECK(end.find("went away") != std::string::npos);
}

TEST_CASE("rule 26: a body may call its own loop")
{
    virtual_context s;
    int depth = 0;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 1}, [&]() -> task {
                           s.note("body");
                           if (++depth < 3)
                               co_await loop();
                       }};
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "0s body, 0s body, 0s body");
}
