// SPDX-License-Identifier: MIT
// Large numbers of everything, so that an operation that visits all others each time would take hours.
// CTest's limit is two minutes.
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

using namespace test;

TEST_CASE("many: joins of one loop")
{
    constexpr int many = 120'000;
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1h, .count = 2}, [] {}};
    loop.start();
    int told = 0;
    for (int i = 0; i < many; ++i)
        loop.async_join([&](std::exception_ptr const&) { ++told; });
    s.time.advance(2h);
    CHECK(told == many);
}

TEST_CASE("many: iterations in flight, cancelled together")
{
    constexpr int many = 50'000;
    virtual_context s;
    int cancelled = 0;
    tasks::loop<> loop{
        s.io,
        {.every = 1s, .count = many, .missed = tasks::missed::catch_up(tasks::unlimited), .overlap = many},
        [&]() -> task {
            try {
                co_await pause(1000h);
            } catch (tasks::system_error const&) {
                ++cancelled;
                throw;
            }
        }};
    loop.start();
    s.time.run_until_idle();
    s.time.suspend(std::chrono::seconds{many - 1});
    CHECK(loop.current_loop() == many - 1);
    loop.cancel();
    s.time.run_until_idle();
    CHECK(cancelled == many);
    CHECK(!loop.is_running());
}

TEST_CASE("many: iterations in flight, destroyed together")
{
    constexpr int many = 50'000;
    virtual_context s;
    auto loop = std::make_unique<tasks::loop<>>(
        s.io,
        tasks::options{.every = 1s, .missed = tasks::missed::catch_up(tasks::unlimited), .overlap = many},
        []() -> task { co_await pause(1000h); });
    loop->start();
    s.time.run_until_idle();
    s.time.suspend(std::chrono::seconds{many - 1});
    CHECK(loop->current_loop() == many - 1);
    loop.reset();
    s.time.run_until_idle();
    CHECK(!s.time.advance_to_next()); // nothing waits any more
}

TEST_CASE("many: changes of the interval during one body of a loop that is observed")
{
    constexpr int many = 120'000;
    struct witness {
        int slots = 0;
        void on_slot(tasks::slot_decided const&) { ++slots; }
    } seen;
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 2}, []() -> task { co_await pause(1h); }};
    loop.observe(seen);
    loop.start();
    s.time.advance(1ms);
    for (int i = 0; i < many; ++i)
        loop.change_interval(std::chrono::hours{1 + i % 2});
    s.time.advance(5h);
    CHECK(seen.slots == 2);
}
