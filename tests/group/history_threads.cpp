// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/group/history.hpp>
#include <tasks/loop.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>

using namespace std::chrono_literals;

TEST_CASE("history: many loops on many threads, and threads that ask")
{
    constexpr int count = 8;
    constexpr std::int64_t iterations = 300;
    tasks::history recent{50};
    std::atomic<bool> done{false};
    std::atomic<int> wrong{0};
    {
        tasks::asio::thread_pool pool{3};
        std::deque<tasks::loop<>> loops;
        for (int i = 0; i < count; ++i) {
            auto const name = "loop " + std::to_string(i);
            loops.emplace_back(pool, tasks::options{.every = 10us, .count = iterations, .name = name}, [] {});
            loops.back().observe(recent).start();
        }
        std::thread asking{[&] {
            while (!done) {
                for (auto const& name : recent.names()) {
                    auto const h = recent.of(name);
                    for (std::size_t i = 1; i < h.iterations.size(); ++i)
                        if (h.iterations[i].number != h.iterations[i - 1].number + 1)
                            ++wrong;
                    auto const last = recent.last(name);
                    if (last && !recent.explain(name, last->slot).ends_with('.'))
                        ++wrong;
                }
            }
        }};
        pool.join();
        done = true;
        asking.join();
    }
    CHECK(wrong == 0);
    CHECK(recent.names().size() == count);
    for (auto const& name : recent.names()) {
        auto const h = recent.of(name);
        CHECK(h.iterations.size() == 50);
        CHECK(h.iterations.back().number == iterations - 1);
        REQUIRE(h.runs.size() == 1);
        CHECK(h.runs[0].end);
    }
}
