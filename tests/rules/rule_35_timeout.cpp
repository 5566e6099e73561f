// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/lost_handler.hpp"
#include "support/noted_loop.hpp"
#include "support/run_log.hpp"

#include <memory>
#include <system_error>

using namespace test;

namespace {

bool is_timed_out(std::exception_ptr const& e)
{
    try {
        std::rethrow_exception(e);
    } catch (tasks::timed_out const& t) {
        return t.code() == std::errc::timed_out;
    } catch (...) {
        return false;
    }
}

/// Notes how attempts end: `5s timed out after 5s`.
struct endings {
    virtual_context& s;

    void on_attempt_ended(tasks::attempt_ended const& e) const
    {
        s.note(std::string{to_string(e.what)} + " after " + text(e.duration));
        CHECK((e.exception != nullptr) == (e.what != tasks::outcome::succeeded));
        if (e.what == tasks::outcome::timed_out)
            CHECK(is_timed_out(e.exception));
    }
    void on_retry(tasks::retry_scheduled const& e) const
    {
        s.note("retry in " + text(e.delay));
        if (timed_out)
            CHECK(is_timed_out(e.exception));
    }

    bool timed_out = true;
};

/// Waits, and goes on as if nothing had happened if that is cancelled.
task stubborn_pause(std::chrono::nanoseconds d)
{
    try {
        co_await pause(d);
    } catch (tasks::system_error const&) {
        co_return;
    }
}

/// Lets no further cancellation through.
task ignore_cancellation()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
}

/// Catches a cancellation and makes further ones possible, as code does that cleans up.
task clean_up_for(virtual_context& s, std::chrono::nanoseconds d)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    co_await pause(d);
    s.note("cleaned up");
}

} // namespace

TEST_CASE("rule 35: when an attempt has taken the time-out, what it awaits is cancelled, and it is retried")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{
        s.io,
        {.every = 100s, .backoff = constant_backoff{1s}, .timeout = 5s},
        [&](tasks::iteration const& it) -> task { co_await pause(it.attempt < 2 ? 60s : 4s); }};
    loop.observe(log);
    loop.start();
    s.time.advance(50s);
    CHECK(s.trace() == "5s timed out after 5s, 5s retry in 1s, 11s timed out after 5s, 11s retry in 1s, "
                       "16s succeeded after 4s");
    CHECK(loop.failures() == 0);
}

TEST_CASE("rule 35: there is none by default")
{
    CHECK(!tasks::options{}.timeout);
}

TEST_CASE("rule 35: an attempt that takes less is not concerned, and its time-out not the next one's")
{
    noted_loop f{{.every = 0s, .count = 3, .timeout = 5s}};
    f.takes = {5s - 1ns, 5s - 1ns, 3s};
    f.start();
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 4999999999ns 4999999999ns, 9999999998ns 9999999998ns");
    CHECK(!f.loop.is_running());
    CHECK(!f.loop.failed());

    virtual_context s;
    endings log{s};
    tasks::loop<> loop{
        s.io, {.every = 100s, .count = 1, .timeout = 5s, .retries = 0}, [] { return pause(5s + 1ns); }};
    loop.observe(log).error([](std::exception_ptr const&) {});
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "5s timed out after 5s");
}

TEST_CASE("rule 35: a time-out is of the network kind, and fatal where nothing is retried")
{
    captured_log const log;
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 100s, .timeout = 5s, .name = "fetch"}, [] { return pause(60s); }};
    auto const way = GENERATE(0, 1, 2);
    if (way == 0) {
        loop.clear_exception_types();
    } else if (way == 1) {
        loop.add_exception_type<std::system_error>();
        CHECK(loop.remove_exception_type<std::system_error, tasks::network_errors>());
    } else {
        loop.clear_exception_types();
        loop.add_exception_type<std::logic_error>();
    }
    loop.start();
    s.time.advance(6s);
    REQUIRE(loop.failed());
    CHECK(is_timed_out(loop.exception()));
    auto const what = tasks::what(loop.exception());
    CHECK(what.find("'fetch'") != std::string::npos);
    CHECK(what.find("timeout of 5s") != std::string::npos);
    CHECK(tasks::is_network_error(std::error_code{std::make_error_code(std::errc::timed_out)}));
}

TEST_CASE("rule 35: it can be handled as its own type")
{
    virtual_context s;
    int attempts = 0;
    tasks::loop<> loop{s.io, {.every = 100s, .backoff = constant_backoff{1s}, .timeout = 5s}, [&] {
                           ++attempts;
                           return pause(60s);
                       }};
    loop.clear_exception_types();
    loop.add_exception_type<tasks::timed_out>();
    loop.start();
    s.time.advance(7s);
    CHECK(attempts == 2);
}

TEST_CASE("rule 35: each attempt has its own time")
{
    virtual_context s;
    endings log{s, false};
    tasks::loop<> loop{s.io,
                       {.every = 100s, .backoff = constant_backoff{1s}, .timeout = 5s},
                       [&](tasks::iteration const& it) -> task {
                           co_await pause(4s);
                           if (it.attempt < 2)
                               connection_lost();
                       }};
    loop.observe(log);
    loop.start();
    s.time.advance(50s);
    CHECK(s.trace() == "4s failed after 4s, 4s retry in 1s, 9s failed after 4s, 9s retry in 1s, "
                       "14s succeeded after 4s");
}

TEST_CASE("rule 35: if the body returns all the same, it succeeded")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{s.io, {.every = 100s, .timeout = 5s}, [] { return stubborn_pause(60s); }};
    loop.observe(log);
    loop.start();
    s.time.advance(50s);
    CHECK(s.trace() == "5s succeeded after 5s");
}

TEST_CASE("rule 35: if it throws something else, that counts")
{
    captured_log const errors;
    virtual_context s;
    endings log{s, false};
    bool const handled = GENERATE(false, true);
    tasks::loop<> loop{s.io,
                       {.every = 100s, .backoff = constant_backoff{30s}, .timeout = 5s},
                       [&](tasks::iteration const& it) -> task {
                           if (it.attempt != 0)
                               co_return;
                           co_await stubborn_pause(60s);
                           if (handled)
                               connection_lost();
                           throw std::runtime_error{"boom"};
                       }};
    loop.observe(log);
    loop.start();
    s.time.advance(50s);
    CHECK(s.trace() ==
          (handled ? "5s failed after 5s, 5s retry in 30s, 35s succeeded after 0s" : "5s failed after 5s"));
    CHECK(loop.failed() == !handled);
    if (!handled)
        CHECK(tasks::what(loop.exception()) == "boom");
}

TEST_CASE("rule 35: it cancels once, and a body that goes on is not cancelled again")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{s.io, {.every = 100s, .timeout = 5s}, [&]() -> task {
                           co_await asio::this_coro::throw_if_cancelled(false);
                           co_await stubborn_pause(60s);
                           co_await asio::this_coro::reset_cancellation_state(
                               asio::enable_total_cancellation());
                           co_await clean_up_for(s, 20s);
                       }};
    loop.observe(log);
    loop.start();
    s.time.advance(50s);
    CHECK(s.trace() == "25s cleaned up, 25s succeeded after 25s");
}

TEST_CASE(
    "rule 35: a swallowed time-out still turns a later operation_aborted of that attempt into timed_out")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{s.io,
                       {.every = 100s, .backoff = constant_backoff{1s}, .timeout = 5s},
                       [&](tasks::iteration const& it) -> task {
                           if (it.attempt != 0)
                               co_return;
                           co_await ignore_cancellation();
                           co_await pause(20s);
                           throw tasks::system_error{asio::error::operation_aborted};
                       }};
    loop.observe(log);
    loop.start();
    s.time.advance(50s);
    CHECK(s.trace() == "20s timed out after 20s, 20s retry in 1s, 21s succeeded after 0s");
}

TEST_CASE("rule 35: an operation_aborted of the body's own before its time is up is an ordinary error")
{
    captured_log const errors;
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{s.io, {.every = 100s, .timeout = 5s}, [&]() -> task {
                           co_await pause(4s);
                           throw tasks::system_error{asio::error::operation_aborted};
                       }};
    loop.observe(log);
    loop.start();
    s.time.advance(50s);
    CHECK(s.trace() == "4s failed after 4s");
    CHECK(loop.failed());
    CHECK(!is_timed_out(loop.exception()));
}

TEST_CASE("rule 35: nothing else runs in its place before it has ended")
{
    noted_loop f{{.every = 10s, .timeout = 5s}};
    virtual_context& s = f.s;
    int attempts = 0;
    tasks::loop<> loop{s.io,
                       {.every = 10s, .backoff = constant_backoff{1s}, .timeout = 5s},
                       [&](tasks::iteration const& it) -> task {
                           s.note(s.when(it.slot) + "#" + std::to_string(it.attempt));
                           if (++attempts > 1)
                               co_return;
                           co_await ignore_cancellation();
                           co_await pause(32s);
                           throw tasks::system_error{asio::error::operation_aborted};
                       }};
    loop.start();
    s.time.advance(7s);
    CHECK(loop.trigger());
    s.time.advance(33s);
    // it ends at 32 s, is retried at 33 s, and then 30 s stands for what was overdue, and the request
    CHECK(s.trace() == "0s 0s#0, 33s 0s#1, 33s 30s#0, 40s 40s#0");
}

TEST_CASE("rule 35: hooks, back-offs and direct calls are not timed")
{
    virtual_context s;
    int attempts = 0;
    tasks::loop<> loop{s.io,
                       {.every = 10s,
                        .count = 1,
                        .backoff = constant_backoff{8s},
                        .timeout = 5s,
                        .on_error = tasks::on_error::next_slot},
                       [&]() -> task {
                           s.note("body");
                           switch (++attempts) {
                           case 1: connection_lost();
                           case 2: throw std::runtime_error{"boom"};
                           default: co_await pause(8s); // the direct call
                           }
                           s.note("called");
                       }};
    loop.before_loop([&]() -> task {
            co_await pause(8s);
            s.note("before");
        })
        .error([&](std::exception_ptr const&) -> task {
            co_await pause(8s);
            s.note("error");
        })
        .after_loop([&]() -> task {
            co_await pause(8s);
            s.note("after");
        });
    loop.start();
    s.time.advance(40s);
    CHECK(s.trace() == "8s before, 8s body, 16s body, 24s error, 32s after");
    asio::co_spawn(s.io, loop(), asio::detached);
    s.time.advance(10s);
    CHECK(s.trace() == "40s body, 48s called");
}

TEST_CASE("rule 35: after cancel() no time-out cancels any more, and rule 19 decides")
{
    virtual_context s;
    endings log{s, false};
    tasks::loop<> loop{s.io, {.every = 100s, .timeout = 5s}, [&]() -> task {
                           co_await asio::this_coro::throw_if_cancelled(false);
                           co_await stubborn_pause(60s);
                           co_await clean_up_for(s, 20s);
                       }};
    loop.observe(log);
    loop.start();
    s.time.advance(1s);
    loop.cancel();
    s.time.advance(50s);
    CHECK(s.trace() == "21s cleaned up, 21s succeeded after 21s");
    CHECK(!loop.is_running());
    CHECK(!loop.failed());
}

TEST_CASE("rule 35: after a time-out cancel() still cancels, and the iteration is cancelled, not timed out")
{
    virtual_context s;
    endings log{s, false};
    tasks::loop<> loop{s.io, {.every = 100s, .timeout = 5s}, [&]() -> task {
                           co_await asio::this_coro::throw_if_cancelled(false);
                           co_await stubborn_pause(60s);
                           co_await clean_up_for(s, 20s);
                       }};
    loop.observe(log);
    note_hooks(s, loop);
    loop.start();
    s.time.advance(10s);
    loop.cancel();
    s.time.advance(50s);
    CHECK(s.trace() == "0s before, 10s cancelled after 10s, 10s after");
    CHECK(!loop.failed());
}

TEST_CASE("rule 35: cancelled after its time was up and before it has ended, it is not retried")
{
    virtual_context s;
    endings log{s, false};
    tasks::loop<> loop{s.io, {.every = 100s, .timeout = 5s}, [&]() -> task {
                           co_await ignore_cancellation();
                           co_await pause(20s);
                           throw tasks::system_error{asio::error::operation_aborted};
                       }};
    loop.observe(log);
    loop.start();
    s.time.advance(10s);
    loop.cancel();
    s.time.advance(50s);
    CHECK(s.trace() == "20s cancelled after 20s");
    CHECK(!loop.is_running());
    CHECK(!loop.failed());
}

TEST_CASE("rule 35: stop() does not take the time-out away, nor the retries")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{
        s.io,
        {.every = 100s, .backoff = constant_backoff{1s}, .timeout = 5s},
        [&](tasks::iteration const& it) -> task { co_await pause(it.attempt == 0 ? 60s : 4s); }};
    loop.observe(log);
    loop.start();
    s.time.advance(1s);
    loop.stop();
    s.time.advance(50s);
    CHECK(s.trace() == "5s timed out after 5s, 5s retry in 1s, 10s succeeded after 4s");
    CHECK(!loop.is_running());
}

TEST_CASE("rule 35: a body that is a plain function cannot be interrupted")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{s.io, {.every = 10s, .timeout = 1ns}, [] {}};
    loop.observe(log);
    loop.start();
    s.time.advance(15s);
    CHECK(s.trace() == "0s succeeded after 0s, 10s succeeded after 0s");
}

TEST_CASE("rule 35: it cancels its attempt alone")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{s.io,
                       {.every = 3s, .count = 3, .overlap = 3, .timeout = 5s, .retries = 0},
                       [&](tasks::iteration const& it) { return pause(it.number == 1 ? 60s : 4s); }};
    loop.observe(log).error([&](std::exception_ptr const& e) { s.note(is_timed_out(e) ? "error" : "?"); });
    loop.start();
    s.time.advance(50s);
    CHECK(s.trace() == "4s succeeded after 4s, 8s timed out after 5s, 8s error, 10s succeeded after 4s");
}

TEST_CASE("rule 35: it is measured on the steady clock")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{
        s.io, {.every = 100s, .backoff = constant_backoff{1h}, .timeout = 5s}, [] { return pause(60s); }};
    loop.observe(log);
    loop.start();
    s.time.advance(1s);
    s.time.step_wall_clock(1h);
    s.time.advance(4s - 1ns);
    CHECK(s.trace() == "");
    s.time.step_wall_clock(-3h);
    s.time.advance(1ns);
    CHECK(s.trace() == "5s timed out after 5s, 5s retry in 3600s");
}

TEST_CASE("rule 35: a requested iteration is timed, too")
{
    virtual_context s;
    endings log{s};
    tasks::loop<> loop{s.io,
                       {.every = tasks::on_trigger, .backoff = constant_backoff{1h}, .timeout = 5s},
                       [] { return pause(60s); }};
    loop.observe(log);
    loop.start();
    s.time.advance(1s);
    CHECK(loop.trigger());
    s.time.advance(10s);
    CHECK(s.trace() == "6s timed out after 5s, 6s retry in 3600s");
}

TEST_CASE("rule 35: an early timer does not cut the time")
{
    virtual_context s;
    endings log{s};
    s.time.wake_offsets({-1s, 0s});
    tasks::loop<> loop{
        s.io, {.every = 100s, .backoff = constant_backoff{1h}, .timeout = 5s}, [] { return pause(60s); }};
    loop.observe(log);
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "5s timed out after 5s, 5s retry in 3600s");
}

TEST_CASE("rule 35: the attempt after a time-out is not cancelled any more")
{
    virtual_context s;
    tasks::loop<> loop{s.io,
                       {.every = 10s, .backoff = constant_backoff{1s}, .timeout = 5s},
                       [&](tasks::iteration const& it) -> task {
                           auto const state = co_await asio::this_coro::cancellation_state;
                           s.note(state.cancelled() == asio::cancellation_type::none ? "clean" : "cancelled");
                           co_await pause(it.number == 0 && it.attempt == 0 ? 60s : 3s);
                           s.note("done");
                       }};
    loop.start();
    s.time.advance(15s);
    CHECK(s.trace() == "0s clean, 6s clean, 9s done, 10s clean, 13s done");
}

TEST_CASE("rule 35: a loop that is destroyed during an attempt is not timed out")
{
    virtual_context s;
    endings log{s};
    {
        tasks::loop<> loop{s.io, {.every = 100s, .timeout = 5s}, [&]() -> task {
                               co_await pause(60s);
                               s.note("reached");
                           }};
        loop.observe(log);
        loop.start();
        s.time.advance(1s);
    }
    s.time.advance(100s);
    CHECK(s.trace() == "");
}

TEST_CASE("rule 35: the time counts from the start of the attempt, not from its slot, and nobody need watch")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 3, .timeout = 5s}, [&]() -> task {
                           co_await pause(4s);
                           s.note("done");
                       }};
    loop.start();
    s.time.advance(20s);
    CHECK(s.trace() == "4s done, 8s done, 12s done");
    CHECK(!loop.failed());
}

TEST_CASE("rule 35: nothing is left of the time of an attempt that has ended")
{
    captured_log const log;
    auto const captured = std::make_shared<int>();
    virtual_context s;
    SECTION("by itself")
    {
        tasks::loop<> loop{s.io, {.every = 100s, .timeout = 1h}, [captured] { return pause(1s); }};
        loop.start();
        s.time.advance(2s);
        CHECK(loop.next_iteration()); // the attempt has ended, and the loop waits
    }
    SECTION("because its coroutine was destroyed")
    {
        tasks::loop<> loop{s.io, {.every = 100s, .timeout = 1h}, [captured] { return loses_its_handler(); }};
        loop.start();
        s.time.advance(2s);
        CHECK(loop.failed());
    }
    s.time.advance(1s);
    CHECK(captured.use_count() == 1); // the loop is gone, and no wait keeps its body
}
