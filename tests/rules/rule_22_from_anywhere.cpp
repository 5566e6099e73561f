// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <atomic>
#include <thread>

using namespace test;

namespace {

/// Makes all calls to a loop, during which none of its code may run.
template <class Loop>
void call_everything(Loop& loop, bool& calling)
{
    calling = true;
    loop.stop();
    loop.change_interval(3s);
    loop.cancel();
    loop.restart();
    static_cast<void>(loop.current_loop());
    static_cast<void>(loop.next_iteration());
    static_cast<void>(loop.upcoming(2));
    static_cast<void>(loop.is_being_cancelled());
    if (!loop.is_running())
        loop.start();
    calling = false;
}

} // namespace

TEST_CASE("rule 22: from the body, the hooks and another loop, nothing runs inside the call")
{
    virtual_context s;
    bool const strand = GENERATE(true, false);
    auto const ex =
        strand ? asio::any_io_executor{asio::make_strand(s.io)} : asio::any_io_executor{s.io.get_executor()};
    bool calling = false;
    int budget = 20;
    int ran = 0;
    tasks::loop<> loop{ex, 1s, [] {}};
    auto const act = [&] {
        CHECK(!calling);
        ++ran;
        if (--budget > 0)
            call_everything(loop, calling);
    };
    tasks::loop<> victim{ex, {.every = 1s, .count = 4}, act};
    tasks::loop<> other{ex, 1s, [&] {
                            if (budget-- > 0)
                                call_everything(victim, calling);
                        }};
    loop.before_loop(act).after_loop(act);
    victim.before_loop(act).after_loop(act);
    loop.start();
    victim.start();
    other.start();
    s.time.advance(100s);
    CHECK(budget <= 0);
    CHECK(ran > 5);
    loop.cancel();
    victim.cancel();
    other.cancel();
    s.time.run_until_idle();
    CHECK(!loop.is_running());
    CHECK(!victim.is_running());
}

TEST_CASE("rule 22: from the loop's own body, error hook and after hook")
{
    virtual_context s;
    bool calling = false;
    int runs = 0;
    tasks::loop<> loop{s.io.get_executor(), 1s, [&] {
                           CHECK(!calling);
                           if (++runs < 5)
                               call_everything(loop, calling);
                           throw std::runtime_error{"boom"};
                       }};
    loop.error([&](std::exception_ptr) {
            CHECK(!calling);
            if (runs < 5)
                call_everything(loop, calling);
        })
        .after_loop([&] {
            CHECK(!calling);
            if (runs < 5)
                call_everything(loop, calling);
        });
    loop.start();
    s.time.advance(100s);
    CHECK(runs == 5);
    CHECK(!loop.is_running());
}

TEST_CASE("rule 22: from other threads, all at once")
{
    asio::io_context io;
    auto work = asio::make_work_guard(io);
    std::atomic<int> inside{0};
    std::atomic<bool> overlapped{false};
    std::atomic<std::uint64_t> runs{0};
    tasks::loop<> loop{io, 0s, [&]() -> task {
                           if (++inside != 1)
                               overlapped = true;
                           ++runs;
                           --inside;
                           co_await asio::post(asio::use_awaitable);
                       }};
    std::thread runner1{[&] { io.run(); }};
    std::thread runner2{[&] { io.run(); }};
    auto const control = [&](int seed) {
        for (int i = 0; i < 300; ++i) {
            switch ((i * 7 + seed) % 6) {
            case 0: loop.restart(); break;
            case 1: loop.stop(); break;
            case 2: loop.change_interval(i % 2 == 0 ? 0s : 1s); break;
            case 3: loop.cancel(); break;
            case 4: try { loop.start();
                } catch (tasks::already_running const&) {
                }
                break;
            default:
                static_cast<void>(loop.current_loop());
                static_cast<void>(loop.next_iteration());
                static_cast<void>(loop.upcoming(2));
                static_cast<void>(loop.every());
                loop.add_exception_type<std::exception>();
            }
        }
    };
    std::thread a{control, 0};
    std::thread b{control, 3};
    a.join();
    b.join();
    loop.change_interval(0s);
    loop.restart();
    auto const before = runs.load();
    while (runs.load() < before + 10)
        std::this_thread::yield();
    loop.cancel();
    loop.async_join([&](std::exception_ptr) { work.reset(); });
    runner1.join();
    runner2.join();
    CHECK(!loop.is_running());
    CHECK(!overlapped);
}
