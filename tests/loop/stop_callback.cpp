// SPDX-License-Identifier: MIT
// A stop token of the caller that ends a loop.
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/base/stop_token.hpp>

#include <thread>

using namespace test;

TEST_CASE("a stop callback stops a loop, from whatever thread")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
    note_hooks(s, loop);
    tasks::stop_source source;
    tasks::stop_callback const on_stop{source.get_token(), [&loop] { loop.stop(); }};
    loop.start();
    s.time.advance(15s);
    CHECK(s.trace() == "0s before, 0s body, 10s body");
    bool const other_thread = GENERATE(false, true);
    if (other_thread)
        std::thread{[&source] { source.request_stop(); }}.join();
    else
        source.request_stop();
    CHECK(s.trace() == ""); // nothing of the loop runs inside the call
    CHECK(loop.is_running());
    s.time.advance(60s);
    CHECK(s.trace() == "15s after");
    CHECK_FALSE(loop.is_running());
}

TEST_CASE("a stop that has been requested before stops a loop before its first iteration")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
    note_hooks(s, loop);
    tasks::stop_source source;
    source.request_stop();
    loop.start();
    tasks::stop_callback const on_stop{source.get_token(), [&loop] { loop.stop(); }};
    s.time.advance(60s);
    CHECK(s.trace() == "0s before, 0s after");
}

TEST_CASE("a stop callback that is gone before the loop does not touch it")
{
    virtual_context s;
    tasks::stop_source source;
    {
        tasks::loop<> loop{s.io, 10s, [] {}};
        tasks::stop_callback const on_stop{source.get_token(), [&loop] { loop.stop(); }};
        loop.start();
    }
    CHECK(source.request_stop());
    s.time.advance(60s);
    CHECK_FALSE(source.request_stop());
}
