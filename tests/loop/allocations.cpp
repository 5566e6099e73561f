// SPDX-License-Identifier: MIT
// Not with the sanitizers, because replacing operator new would break their allocator.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TASKS_TEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TASKS_TEST_SANITIZED
#endif

#if !defined(TASKS_TEST_SANITIZED)

#include "support/catch.hpp"
#include "support/counting_allocations.hpp"
#include "support/virtual_context.hpp"

#include <tasks/schedule.hpp>

#include <optional>

using namespace std::chrono_literals;

namespace {

/// Records the number of allocations when a body begins for the 1,001st and for the 11,001st time, and then
/// ends the loop.
struct steady_state {
    static constexpr int warm = 1'000;
    static constexpr int end = 11'000;

    /// Whether the loop must end.
    bool begin() noexcept
    {
        if (bodies == warm)
            before = test::allocations();
        if (bodies == end)
            after = test::allocations();
        return ++bodies > end;
    }

    [[nodiscard]] std::size_t allocations() const
    {
        REQUIRE(bodies > end);
        return after - before;
    }

    int bodies = 0;
    std::size_t before = 0;
    std::size_t after = 0;
};

struct interested {
    void on_slot(tasks::slot_decided const&) { ++events; }
    void on_attempt_begun(tasks::attempt_begun const&) { ++events; }
    void on_attempt_ended(tasks::attempt_ended const&) { ++events; }
    int events = 0;
};

/// Passes time inside a handler of the context, as in a program, because only there Asio keeps the memory of
/// frames for the next ones.
void advance_inside(test::virtual_context& context, std::chrono::nanoseconds by)
{
    context.time.run_until_idle();
    test::asio::post(context.io, [&] { context.time.advance(by); });
    context.io.restart();
    context.io.run_one();
}

/// The allocations in 10,000 iterations that each wait for their slot.
template <class Body, class Prepare = void (*)(tasks::loop<>&)>
std::size_t
while_waiting(tasks::options o, steady_state& s, Body body, Prepare prepare = [](tasks::loop<>&) {})
{
    test::virtual_context context;
    tasks::loop<> loop{context.io.get_executor(), std::move(o), body};
    prepare(loop);
    loop.start();
    advance_inside(context, 4h);
    return s.allocations();
}

} // namespace

TEST_CASE("the counter counts what the compiler and Asio allocate")
{
    // All counts are taken before the first check, which itself allocates.
    auto const before = test::allocations();
    ::operator delete(::operator new(1));
    auto const plain = test::allocations();
    ::operator delete(::operator new(1, std::align_val_t{64}), std::align_val_t{64});
    auto const aligned = test::allocations();
    std::free(std::aligned_alloc(64, 64));
    auto const past_new = test::allocations();
    test::asio::io_context io;
    auto const context = test::allocations();
    test::asio::post(io, [] {});
    auto const handler = test::allocations();

    CHECK(plain == before + 1);
    CHECK(aligned == plain + 1);
    CHECK(past_new == aligned + 1);
    CHECK(context > past_new);
    CHECK(handler > context);
}

TEST_CASE("an iteration allocates nothing: a coroutine that waits for its slots")
{
    steady_state s;
    CHECK(while_waiting({.every = 1s}, s, [&]() -> test::task {
              s.begin();
              co_return;
          }) == 0);
}

TEST_CASE("an iteration allocates nothing: a coroutine that awaits another one")
{
    steady_state s;
    auto const inner = [&]() -> test::task {
        s.begin();
        co_return;
    };
    CHECK(while_waiting({.every = 1s}, s, [&]() -> test::task { co_await inner(); }) == 0);
}

TEST_CASE("an iteration allocates nothing: a function that waits for its slots")
{
    steady_state s;
    CHECK(while_waiting({.every = 1s}, s, [&] { s.begin(); }) == 0);
}

TEST_CASE("an iteration allocates nothing: a body that takes the iteration, and an observer")
{
    steady_state s;
    interested observer;
    CHECK(while_waiting(
              {.every = 1s}, s,
              [&](tasks::iteration const&) -> test::task {
                  s.begin();
                  co_return;
              },
              [&](tasks::loop<>& loop) { loop.observe(observer); }) == 0);
    CHECK(observer.events >= 3 * steady_state::end);
}

TEST_CASE("an iteration allocates nothing: times of day")
{
    steady_state s;
    test::virtual_context context;
    tasks::loop<> loop{context.io.get_executor(), tasks::day_at{0h, 6h, 12h, 18h}, [&]() -> test::task {
                           s.begin();
                           co_return;
                       }};
    loop.start();
    advance_inside(context, 24h * 365 * 8);
    CHECK(s.allocations() == 0);
}

TEST_CASE("an iteration allocates nothing: back to back, and always overdue, on the system's clocks")
{
    auto const every = GENERATE(0ns, 1ns);
    bool const on_a_strand = GENERATE(false, true);
    CAPTURE(on_a_strand);
    steady_state s;
    test::asio::io_context io;
    auto const strand = test::asio::make_strand(io);
    tasks::asio::any_io_executor executor = io.get_executor();
    if (on_a_strand)
        executor = strand;
    tasks::loop<> loop{executor, every, [&]() -> test::task {
                           if (s.begin())
                               loop.stop();
                           co_return;
                       }};
    loop.start();
    io.run();
    CHECK(s.allocations() == 0);
}

TEST_CASE("an iteration allocates nothing: on a context, whose loops have an executor of the library's own")
{
    bool const coroutine = GENERATE(false, true);
    tasks::options o;
    o.every = GENERATE(0ns, 1ns);
    if (o.every.interval() != 0ns && GENERATE(false, true))
        o.missed = tasks::missed::catch_up(tasks::unlimited);
    o.overlap = GENERATE(1, 3);
    CAPTURE(coroutine);
    steady_state s;
    test::asio::io_context io;
    std::optional<tasks::loop<>> loop;
    if (coroutine)
        loop.emplace(io, o, [&]() -> test::task {
            if (s.begin())
                loop->stop();
            co_return;
        });
    else
        loop.emplace(io, o, [&] {
            if (s.begin())
                loop->stop();
        });
    loop->start();
    io.run();
    CHECK(s.allocations() == 0);
}

TEST_CASE("an iteration allocates nothing: a coroutine on a context that lets others have their turn")
{
    steady_state s;
    test::asio::io_context io;
    tasks::loop<> loop{io, 0s, [&]() -> test::task {
                           if (s.begin())
                               loop.stop();
                           co_await test::asio::post(test::asio::use_awaitable);
                       }};
    loop.start();
    io.run();
    CHECK(s.allocations() == 0);
}

TEST_CASE("an iteration allocates nothing: on a context, waiting for its slots in virtual time")
{
    steady_state s;
    test::virtual_context context;
    tasks::loop<> loop{context.io, 1s, [&]() -> test::task {
                           s.begin();
                           co_return;
                       }};
    loop.start();
    advance_inside(context, 4h);
    CHECK(s.allocations() == 0);
}

TEST_CASE("a sleep inside a body is an operation of its own, and the only thing allocated")
{
    steady_state s;
    test::asio::io_context io;
    tasks::loop<> loop{io.get_executor(), 1ns, [&]() -> test::task {
                           if (s.begin())
                               loop.stop();
                           co_await tasks::async_sleep_for(0s);
                       }};
    loop.start();
    io.run();
    auto const allocated = s.allocations();
    CAPTURE(allocated);
    constexpr std::size_t sleeps = steady_state::end - steady_state::warm;
    CHECK(allocated >= sleeps);
    CHECK(allocated < sleeps + sleeps / 10); // Asio's own, occasionally
}

TEST_CASE("questions about a schedule allocate nothing")
{
    auto const begin = tasks::time_point{} + 24h;
    for (tasks::schedule const& schedule :
         {tasks::day_at(9h, 17h + 30min) | tasks::aligned(7h),
          tasks::schedule{tasks::cron{"*/15 9-17 * * MON-FRI"}.in("CET-1CEST,M3.5.0,M10.5.0/3")},
          tasks::aligned(10min) & tasks::workdays & tasks::between(8h, 18h)}) {
        CAPTURE(to_string(schedule));
        std::size_t answers = 0;
        auto const ask = [&] {
            auto const slots = tasks::upcoming(schedule, begin);
            auto i = slots.begin();
            for (int n = 0; n < 1'000; ++n, ++i)
                if (tasks::previous(schedule, *i) && tasks::matches(schedule, *i))
                    ++answers;
        };
        ask(); // reads the changes of the zone
        auto const before = test::allocations();
        ask();
        CHECK(test::allocations() == before);
        CHECK(answers == 2'000);
    }
}

#endif
