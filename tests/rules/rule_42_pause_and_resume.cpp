// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

using namespace test;

namespace {

/// Does all of it: pauses and resumes, repeated or not, and says whether the answers were right.
void toggle(tasks::loop<>& loop)
{
    static_assert(noexcept(loop.pause()) && noexcept(loop.resume()));
    auto const before = loop.is_paused();
    loop.resume();
    CHECK(!loop.is_paused());
    loop.pause();
    CHECK(loop.is_paused());
    loop.pause();
    CHECK(loop.is_paused());
    loop.resume();
    CHECK(!loop.is_paused());
    loop.resume();
    CHECK(!loop.is_paused());
    if (before)
        loop.pause();
}

} // namespace

TEST_CASE("rule 42: both are legal in every state, and is_paused() tells")
{
    noted_loop f{{.every = 10s, .backoff = constant_backoff{2s}, .on_error = tasks::on_error::next_slot}};
    CHECK(!f.loop.is_paused());
    f.loop
        .before_loop([&]() -> task {
            toggle(f.loop);
            co_await pause(1s);
            toggle(f.loop);
        })
        .error([&](std::exception_ptr const&) { toggle(f.loop); })
        .after_loop([&]() -> task {
            toggle(f.loop);
            co_await pause(1s);
            toggle(f.loop);
        });
    f.first = [&](tasks::iteration const&) { toggle(f.loop); };
    f.then = [&](tasks::iteration const& it) {
        if (it.number == 0)
            throw std::runtime_error{"boom"};
        if (it.number == 1 && it.attempt == 0)
            connection_lost();
    };
    toggle(f.loop); // idle
    f.start();
    toggle(f.loop); // before the first step
    for (int i = 0; i < 30; ++i) {
        f.advance(500ms);
        toggle(f.loop); // in the hook, in the sleep, in the back-off
    }
    f.loop.stop();
    toggle(f.loop);
    f.advance(500ms);
    toggle(f.loop); // in the after hook
    f.advance(2s);
    toggle(f.loop);
    CHECK(f.trace() == "1s 1s, 11s 11s, 13s 11s#1");
}

TEST_CASE("rule 42: a repeated call changes nothing")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(5s);
    f.loop.resume(); // was not paused
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 10s 10s");
    f.loop.pause();
    f.advance(10s);
    f.loop.pause(); // 20 s has passed before this one, and after the first
    f.advance(10s);
    f.loop.resume();
    f.loop.resume();
    f.advance(10s);
    CHECK(f.trace() == "40s 40s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s missed(paused), 30s missed(paused), 40s ran");
}

TEST_CASE("rule 42: being paused belongs to the loop: it lasts over ends and starts")
{
    captured_log const log;
    noted_loop f{{.every = 10s}};
    f.loop.pause(); // idle
    f.start();
    CHECK(f.loop.is_paused());
    f.advance(5s);
    SECTION("over an end and a start")
    {
        f.loop.stop();
        f.advance(1s);
        CHECK(!f.loop.is_running());
        CHECK(f.loop.is_paused());
        f.start();
        f.advance(20s);
    }
    SECTION("over a restart")
    {
        f.loop.restart();
        f.advance(20s);
        CHECK(f.loop.is_paused());
    }
    SECTION("over a failure")
    {
        f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
        CHECK(f.loop.trigger());
        f.advance(1s);
        CHECK(f.loop.failed());
        CHECK(f.loop.is_paused());
        f.then = nullptr;
        static_cast<void>(f.trace());
        f.start();
        f.advance(20s);
    }
    SECTION("over a cancellation")
    {
        f.loop.cancel();
        f.advance(1s);
        CHECK(f.loop.is_paused());
        f.start();
        f.advance(20s);
    }
    CHECK(f.loop.is_paused());
    CHECK(f.trace() == "");
    f.loop.resume();
    f.advance(10s);
    CHECK(f.trace() != "");
}

TEST_CASE("rule 42: a loop that was resumed before it starts is not paused")
{
    noted_loop f{{.every = 10s}};
    f.loop.pause();
    f.loop.resume();
    f.start();
    f.advance(5s);
    CHECK(f.trace() == "0s 0s");
    CHECK(f.slots() == "0s ran");
}

TEST_CASE("rule 42: two loops are paused each for itself")
{
    virtual_context s;
    tasks::loop<> one{s.io, 10s, [&] { s.note("one"); }};
    tasks::loop<> other{s.io, 10s, [&] {
                            s.note("other");
                            one.pause();
                        }};
    one.start();
    other.start();
    s.time.advance(15s);
    CHECK(s.trace() == "0s one, 0s other, 10s other");
    CHECK(one.is_paused());
    CHECK(!other.is_paused());
}
