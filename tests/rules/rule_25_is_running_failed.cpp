// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

using namespace test;

TEST_CASE("rule 25: is_running() from start() until the run has ended, hooks included")
{
    virtual_context s;
    std::string seen;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 1}, [&] { seen += loop.is_running() ? "body " : "- "; }};
    loop.before_loop([&]() -> task {
            seen += loop.is_running() ? "before " : "- ";
            co_await pause(1s);
        })
        .after_loop([&]() -> task {
            co_await pause(1s);
            seen += loop.is_running() ? "after" : "-";
        });
    CHECK(!loop.is_running());
    loop.start();
    CHECK(loop.is_running());
    s.time.advance(1500ms);
    CHECK(loop.is_running());
    s.time.advance(1s);
    CHECK(!loop.is_running());
    CHECK(seen == "before body after");
}

TEST_CASE("rule 25: failed() from the failure until the next start")
{
    virtual_context s;
    bool broken = true;
    std::string seen;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 1}, [&]() -> task {
                           seen += loop.failed() ? "body:failed " : "body:fine ";
                           co_await pause(1s);
                           if (broken)
                               throw std::runtime_error{"boom"};
                       }};
    loop.error([&](std::exception_ptr) { seen += loop.failed() ? "error:failed " : "error:fine "; })
        .after_loop([&] { seen += loop.failed() && loop.exception() ? "after:failed" : "after:fine"; });
    CHECK(!loop.failed());
    loop.start();
    s.time.advance(500ms);
    CHECK(!loop.failed());
    s.time.advance(5s);
    CHECK(seen == "body:fine error:failed after:failed");
    CHECK(loop.failed());

    loop.stop();
    loop.cancel();
    loop.change_interval(1s);
    CHECK(loop.failed()); // only a start resets it

    seen.clear();
    broken = false;
    loop.restart();
    CHECK(!loop.failed());
    s.time.advance(5s);
    CHECK(seen == "body:fine after:fine");
}

TEST_CASE("rule 25: a pending restart begins a new run without an instant of idleness")
{
    virtual_context s;
    struct watcher {
        tasks::loop_base* loop = nullptr;
        bool idle = false;
        void on_run_ended(tasks::run_ended const&) { idle = idle || !loop->is_running(); }
    } observer;
    tasks::loop<> loop{s.io, 1s, [] {}};
    observer.loop = &loop;
    loop.observe(observer).start();
    s.time.advance(1500ms);
    loop.restart();
    s.time.advance(5s);
    CHECK(!observer.idle);
    CHECK(loop.is_running());
}
