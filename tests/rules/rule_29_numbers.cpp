// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

using namespace test;

TEST_CASE(
    "rule 29: the number of an iteration is in its context, current_loop() outside is the latest started")
{
    virtual_context s;
    tasks::loop<> loop{
        s.io, {.every = 1s, .count = 4, .overlap = tasks::unlimited}, [&](tasks::iteration it) -> task {
            CHECK(loop.current_loop() == it.number); // at its start it is the latest
            co_await pause(2500ms);
            s.note(std::to_string(it.number) + " of " + std::to_string(loop.current_loop()));
        }};
    loop.start();
    s.time.advance(1500ms);
    CHECK(loop.current_loop() == 1);
    s.time.advance(1s);
    CHECK(loop.current_loop() == 2);
    s.time.advance(60s);
    CHECK(s.trace() == "2500ms 0 of 2, 3500ms 1 of 3, 4500ms 2 of 3, 5500ms 3 of 3");
}

TEST_CASE("rule 29: the reference to the context stays valid and its own for as long as the iteration lasts")
{
    virtual_context s;
    tasks::loop<> loop{
        s.io, {.every = 1s, .count = 3, .overlap = 3}, [&](tasks::iteration const& it) -> task {
            co_await pause(10s);
            s.note(std::to_string(it.number) + " " + s.when(it.slot) + " #" + std::to_string(it.attempt));
        }};
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "10s 0 0s #0, 11s 1 1s #0, 12s 2 2s #0");
}
