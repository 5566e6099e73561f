// SPDX-License-Identifier: MIT
#include "concurrent_ledger.hpp"
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop/ticker.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <vector>

// Tickers of a pool, each awaited by a coroutine, while other threads reschedule, query and stop them.

using namespace std::chrono_literals;

namespace {

struct pulled {
    explicit pulled(net::thread_pool& pool)
        : ticker{pool, {.every = test::grid{60us}}}
    {
    }
    tasks::ticker ticker;
    std::promise<void> first_tick;
    std::atomic<int> ticks{0};
    std::atomic<int> faults{0};
};

net::awaitable<void> pull(pulled& p)
{
    tasks::time_point last{};
    std::uint64_t number = 0;
    for (;;) {
        auto const it = co_await p.ticker.async_tick();
        if (!it)
            co_return;
        if (it->slot <= last)
            p.faults |= 1; // slots strictly increase
        if (it->start < it->slot || std::chrono::system_clock::now() < it->slot)
            p.faults |= 2; // nothing begins before its slot
        if (it->number != number++)
            p.faults |= 4; // no iteration is missing
        last = it->slot;
        if (p.ticks++ == 0)
            p.first_tick.set_value();
    }
}

} // namespace

TEST_CASE("tickers of a pool, pulled by coroutines and controlled by other threads")
{
    net::thread_pool pool{4};
    std::vector<std::unique_ptr<pulled>> tickers;
    std::vector<std::future<void>> pullers;
    for (int i = 0; i < 6; ++i) {
        tickers.push_back(std::make_unique<pulled>(pool));
        pullers.push_back(net::co_spawn(pool, pull(*tickers.back()), net::use_future));
    }

    std::vector<std::thread> controllers;
    for (unsigned t = 0; t < 4; ++t) {
        controllers.emplace_back([&tickers, t] {
            for (unsigned i = 0; i < 1500; ++i) {
                auto& p = *tickers[(t + i) % tickers.size()];
                if (i % 3 == 0)
                    p.ticker.change_interval(test::grid{std::chrono::microseconds{40 + (i + t) % 50}});
                else
                    static_cast<void>(p.ticker.next_iteration());
                if (i % 16 == 0)
                    std::this_thread::yield();
            }
        });
    }
    for (auto& c : controllers)
        c.join();
    for (auto const& p : tickers)
        p->first_tick.get_future().get();

    for (auto& c : controllers)
        c = std::thread{[&tickers] {
            for (auto const& p : tickers)
                p->ticker.stop();
        }};
    for (auto& c : controllers)
        c.join();
    for (auto& p : pullers)
        p.get();
    pool.join();
    for (auto const& p : tickers) {
        CHECK(p->faults == 0);
        CHECK(p->ticks > 0);
        CHECK_FALSE(p->ticker.next_iteration());
    }
}
