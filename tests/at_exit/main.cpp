// SPDX-License-Identifier: MIT
// tests_at_exit NAME: loops, contexts and pools that live until objects with static storage duration are
// destroyed, some of them after all objects that the library has created. It must end with 0 and print
// nothing on standard error.

#include <tasks/tasks.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

using namespace std::chrono_literals;
namespace net = tasks::asio;

namespace {

std::atomic<int> ticks{0};

/// Blocks until bodies have run `more` times.
void wait_for_ticks(int more)
{
    for (auto const end = ticks + more; ticks < end;)
        std::this_thread::yield();
}

/// Calls a function when it is destroyed, as the process ends.
struct at_end {
    std::function<void()> function;
    ~at_end()
    {
        if (function)
            function();
    }
};

// Created before the library is used, and therefore destroyed after it, in reverse order.
net::io_context context;
std::unique_ptr<net::thread_pool> pool;
at_end late;
std::unique_ptr<tasks::loop<>> loop;
at_end before_the_loop;

net::awaitable<void> body()
{
    ++ticks;
    co_await tasks::async_sleep_for(1ms);
}

void failing_body()
{
    ++ticks;
    throw tasks::system_error{net::error::connection_reset};
}

/// A pool runs a loop until the pool is destroyed, which happens after the library's own objects.
void pool_runs_on()
{
    pool = std::make_unique<net::thread_pool>(2);
    late.function = [] { wait_for_ticks(3); };
    static auto* const l = new tasks::loop<>{*pool, 100us, body}; // never destroyed
    l->start();
    wait_for_ticks(3);
}

/// As above, with other parts that may be used for the first time while the process ends: random numbers,
/// zones, the log.
void first_used_late()
{
    late.function = [] {
        net::io_context io;
        tasks::set_log_sink([](tasks::log_record const&) {});
        tasks::loop<> retried{io, {.every = 1ms, .count = 1}, [n = 0]() mutable {
                                  if (++n < 3)
                                      failing_body();
                              }};
        tasks::loop<> daily{io, tasks::day_at{12h, 18h}.in(tasks::time_zone::fixed(1h)), [] {}};
        tasks::loop<> fatal{io, 1ms, [] { throw 42; }};
        retried.start();
        daily.start();
        fatal.start();
        io.run_for(20ms);
    };
}

/// An orderly end in a destructor: stops the loop, and runs the context until it has ended.
void stopped_late()
{
    loop = std::make_unique<tasks::loop<>>(context, 1ms, body);
    before_the_loop.function = [] {
        loop->stop();
        context.restart();
        context.run();
        if (loop->is_running())
            std::fputs("still running\n", stderr);
    };
    loop->start();
    context.run_for(5ms);
}

/// A loop is destroyed late, while its coroutine is suspended, and its context after it.
void suspended()
{
    loop = std::make_unique<tasks::loop<>>(context, 1ms, body);
    loop->start();
    while (ticks < 2)
        context.run_one();
}

/// A static object in a function is destroyed before its context.
void static_in_a_function()
{
    static tasks::loop<> local{context, 1ms, body};
    local.start();
    while (ticks < 2)
        context.run_one();
}

/// A body calls `exit()`.
void exit_in_a_body()
{
    loop = std::make_unique<tasks::loop<>>(context, 1ms, [] {
        if (++ticks == 3)
            std::exit(0);
    });
    loop->start();
    context.run();
}

/// Asio's system context is destroyed at exit.
void system_context()
{
    static tasks::loop<> local{net::system_executor{}, 100us, [] { ++ticks; }};
    local.start();
    wait_for_ticks(3);
}

/// A thread uses the library for the first time while its own objects are being destroyed.
void late_in_a_thread()
{
    std::thread{[] {
        static thread_local at_end at_the_end_of_the_thread;
        at_the_end_of_the_thread.function = [] {
            net::io_context io;
            tasks::loop<> l{io, {.every = 0s, .count = 100, .overlap = 2}, body};
            l.start();
            io.run();
        };
    }}.join();
}

} // namespace

int main(int argc, char** argv)
{
    std::string_view const name = argc == 2 ? argv[1] : "";
    struct {
        std::string_view name;
        void (*play)();
    } const plays[] = {
        {"pool_runs_on", pool_runs_on},
        {"first_used_late", first_used_late},
        {"stopped_late", stopped_late},
        {"suspended", suspended},
        {"static_in_a_function", static_in_a_function},
        {"exit_in_a_body", exit_in_a_body},
        {"system_context", system_context},
        {"late_in_a_thread", late_in_a_thread},
    };
    for (auto const& p : plays) {
        if (p.name != name)
            continue;
        p.play();
        std::puts("main ends");
        return 0;
    }
    std::fputs("tests_at_exit: no such play\n", stderr);
    return 2;
}
