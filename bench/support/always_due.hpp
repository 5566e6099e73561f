// SPDX-License-Identifier: MIT
#pragma once

// Several implementations of a loop whose slot is always due. Each counts its bodies and leaves `run()` at
// the goal.

#include "plain_asio.hpp"

#include <tasks/loop.hpp>

#include <chrono>
#include <cstdint>

namespace bench {

/// Counts bodies and returns whether the goal is reached.
struct goal {
    asio::io_context& io;
    std::uint64_t bodies = 0;
    std::uint64_t end = 0;

    void one_more()
    {
        if (++bodies == end)
            io.stop();
    }
    [[nodiscard]] bool reached() const noexcept { return bodies >= end; }
};

/// The program: an `io_context` run by one thread, and the goal.
class always_due {
public:
    asio::io_context io{1};
    goal until{.io = io};

    /// Runs that many more bodies. A program that runs several in a row may already have run some of the next
    /// ones.
    void run(std::uint64_t bodies)
    {
        until.end += bodies;
        if (until.reached())
            return;
        io.restart();
        io.run();
    }
};

inline asio::awaitable<void> counting_body(goal& g)
{
    g.one_more();
    co_return;
}

/// The lower bound: the body in a for loop.
struct floor : always_due {
    floor() { asio::co_spawn(io, loop(until), asio::detached); }
    static asio::awaitable<void> loop(goal& g)
    {
        for (;;) {
            co_await counting_body(g);
            if (g.reached())
                co_await asio::post(asio::use_awaitable); // io was stopped; let it return
        }
    }
};

/// A loop written by hand with a coroutine.
struct hand_written : always_due {
    hand_written() { asio::co_spawn(io, loop(until), asio::detached); }
    static asio::awaitable<void> loop(goal& g)
    {
        using namespace std::chrono_literals;
        asio::steady_timer timer{co_await asio::this_coro::executor};
        for (auto slot = std::chrono::steady_clock::now();; slot += 1ns) {
            timer.expires_at(slot);
            co_await timer.async_wait(asio::use_awaitable);
            co_await counting_body(g);
        }
    }
};

/// A loop written by hand with a callback.
struct callback : always_due {
    callback() { wait(); }

private:
    void wait()
    {
        using namespace std::chrono_literals;
        timer_.expires_at(slot_);
        slot_ += 1ns;
        timer_.async_wait([this](error_code const&) {
            until.one_more();
            wait();
        });
    }

    asio::steady_timer timer_{io};
    std::chrono::steady_clock::time_point slot_ = std::chrono::steady_clock::now();
};

/// A loop of this library.
struct with_tasks : always_due {
    template <class Body>
    with_tasks(tasks::options const& o, Body body)
        : loop{io.get_executor(), o, body(until)}
    {
        loop.start();
    }

    tasks::loop<> loop;
};

/// Runs slot after slot, as the hand-written loop does.
inline tasks::options every_slot()
{
    return {.every = std::chrono::nanoseconds{1}, .missed = tasks::missed::catch_up(tasks::unlimited)};
}
/// Coalesces overdue slots, so the clock is read before each iteration.
inline tasks::options coalescing()
{
    return {.every = std::chrono::nanoseconds{1}};
}
/// Has no slots; the loop yields to the executor before each iteration.
inline tasks::options back_to_back()
{
    return {.every = std::chrono::nanoseconds{0}};
}

inline constexpr auto coroutine_body = [](goal& g) {
    return [&g]() -> asio::awaitable<void> { return counting_body(g); };
};
inline constexpr auto plain_body = [](goal& g) { return [&g] { g.one_more(); }; };

} // namespace bench
