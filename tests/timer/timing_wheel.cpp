// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/fake_clock.hpp"

#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using tasks::detail::nanoseconds;

namespace {

struct sleeper final : tasks::detail::waiter {
    int number = 0;
    std::vector<int>* ended = nullptr;

private:
    void ready() noexcept override { ended->push_back(number); }
    void discard() noexcept override { ended->push_back(-number); }
};

struct bench {
    test::fake_clock time;
    tasks::detail::timer_queue queue;
    std::vector<int> ended;
    std::vector<std::unique_ptr<sleeper>> sleepers;

    bench() { queue.use(&time); }
    ~bench() { queue.shut_down(); }

    sleeper& make()
    {
        auto& s = *sleepers.emplace_back(std::make_unique<sleeper>());
        s.number = static_cast<int>(sleepers.size());
        s.ended = &ended;
        return s;
    }
    sleeper& wait(nanoseconds due, tasks::detail::clock_kind clock = tasks::detail::clock_kind::steady)
    {
        auto& s = make();
        queue.wait(s, clock, due);
        return s;
    }
    std::vector<int> fire(std::size_t limit = 1'000'000)
    {
        ended.clear();
        queue.fire(limit);
        return ended;
    }
};

} // namespace

TEST_CASE("waits end in the order in which they fall due, equals in that of their beginning")
{
    bench b;
    b.wait(5ms);
    b.wait(1h);
    b.wait(5ms);
    b.wait(1ns);
    b.wait(3s);
    b.wait(5ms - 1ns);
    b.time.reading.steady = 5ms;
    CHECK(b.fire() == std::vector{4, 6, 1, 3});
    b.time.reading.steady = 3s - 1ns;
    CHECK(b.fire().empty());
    b.time.reading.steady = 24h;
    CHECK(b.fire() == std::vector{5, 2});
    CHECK_FALSE(b.queue.next_due());
}

TEST_CASE("of the waits for the same time some came long before, when it was far away, and some just before")
{
    // Time is counted in ticks of 2^20 ns. A list of far waiters begins at this tick, and is later near
    // enough to have a list of its own.
    constexpr nanoseconds tick{1 << 20};
    auto const offset = GENERATE(0ns, 1ns, nanoseconds{1 << 20} - 1ns);
    bench b;
    b.wait(1088 * tick + offset);
    b.time.reading.steady = 100 * tick;
    CHECK(b.fire().empty());
    b.wait(1088 * tick + offset);
    b.wait(1088 * tick);
    b.time.reading.steady = 1087 * tick;
    CHECK(b.fire().empty());
    b.time.reading.steady = 1088 * tick + offset;
    CHECK(b.fire() == (offset == 0ns ? std::vector{1, 2, 3} : std::vector{3, 1, 2}));
    CHECK_FALSE(b.queue.next_due());
}

TEST_CASE("fire ends no more waits than it may")
{
    bench b;
    for (int i = 0; i < 5; ++i)
        b.wait(1ms);
    b.time.reading.steady = 2ms;
    CHECK(b.fire(2) == std::vector{1, 2});
    CHECK(b.fire(2) == std::vector{3, 4});
    CHECK(b.fire(2) == std::vector{5});
}

TEST_CASE("a woken wait ends at once, ahead of what is due")
{
    bench b;
    b.wait(1ms);
    auto& distant = b.wait(100h);
    b.queue.wake(distant);
    b.time.reading.steady = 1ms;
    CHECK(b.fire() == std::vector{2, 1});
}

TEST_CASE("a wake that comes first ends the wait that comes then, and that one only")
{
    bench b;
    auto& s = b.make();
    b.queue.wake(s);
    b.queue.wait(s, tasks::detail::clock_kind::steady, 1h);
    CHECK(b.fire() == std::vector{1});
    b.queue.wait(s, tasks::detail::clock_kind::steady, 1h);
    CHECK(b.fire().empty());
}

TEST_CASE("a removed wait does not end")
{
    bench b;
    auto& s = b.wait(1ms);
    b.wait(1ms);
    CHECK(b.queue.remove(s));
    CHECK_FALSE(b.queue.remove(s));
    b.time.reading.steady = 1s;
    CHECK(b.fire() == std::vector{2});
}

TEST_CASE("waits for both clocks end in one order")
{
    bench b;
    b.time.reading.wall = 1000h;
    b.wait(30ms);
    b.wait(1000h + 20ms, tasks::detail::clock_kind::wall);
    b.wait(10ms);
    b.time.reading.steady += 40ms;
    b.time.reading.wall += 40ms;
    CHECK(b.fire() == std::vector{3, 2, 1});
}

TEST_CASE("a step of the wall clock wakes those who wait for it")
{
    bench b;
    b.time.reading.wall = 1000h;
    b.wait(1001h, tasks::detail::clock_kind::wall);
    b.time.reading.steady += 1s;
    b.time.reading.wall += 1s;
    CHECK(b.fire().empty());
    b.time.reading.steady += 1s;
    b.time.reading.wall -= 1h;
    CHECK(b.fire() == std::vector{1});
}

TEST_CASE("what waits when the queue is shut down is discarded")
{
    bench b;
    b.wait(1ms);
    b.wait(1h);
    b.wait(1h, tasks::detail::clock_kind::wall);
    b.ended.clear();
    b.queue.shut_down();
    CHECK(std::set<int>(b.ended.begin(), b.ended.end()) == std::set{-3, -2, -1});
    CHECK(b.queue.closed());
}

TEST_CASE("against a sorted list: random waits, wake-ups and removals over all distances")
{
    for (unsigned seed = 0; seed < 60; ++seed) {
        std::mt19937_64 random{seed};
        auto const below = [&](std::uint64_t n) { return random() % n; };
        bench b;
        b.time.reading.steady = nanoseconds{static_cast<nanoseconds::rep>(below(1'000'000'000'000))};
        using key = std::pair<nanoseconds, std::uint64_t>;
        std::vector<key> keys; // of sleeper i + 1
        std::set<std::pair<key, int>> expected;
        std::uint64_t order = 0;
        auto const erase = [&](int n) {
            return expected.erase({keys[static_cast<std::size_t>(n - 1)], n}) != 0;
        };
        for (int step = 0; step < 1500; ++step) {
            auto const what = below(10);
            if (what < 5) {
                auto const distance = below(std::uint64_t{1} << below(45));
                auto const due = b.time.reading.steady + nanoseconds{static_cast<nanoseconds::rep>(distance)};
                b.wait(due);
                keys.push_back({due, order++});
                expected.insert({keys.back(), static_cast<int>(keys.size())});
            } else if (what == 5 && !keys.empty()) {
                auto const n = static_cast<int>(below(keys.size())) + 1;
                CHECK(b.queue.remove(*b.sleepers[static_cast<std::size_t>(n - 1)]) == erase(n));
            } else if (what == 6 && !keys.empty()) {
                auto const n = static_cast<int>(below(keys.size())) + 1;
                if (erase(n)) {
                    b.queue.wake(*b.sleepers[static_cast<std::size_t>(n - 1)]);
                    keys[static_cast<std::size_t>(n - 1)] = {nanoseconds::min(), order++};
                    expected.insert({keys[static_cast<std::size_t>(n - 1)], n});
                }
            } else {
                auto const next = b.queue.next_due();
                if (!expected.empty()) {
                    REQUIRE(next);
                    CHECK(*next <= expected.begin()->first.first);
                }
                b.time.reading.steady +=
                    nanoseconds{static_cast<nanoseconds::rep>(below(std::uint64_t{1} << below(42)))};
                std::vector<int> due;
                while (!expected.empty() && expected.begin()->first.first <= b.time.reading.steady) {
                    due.push_back(expected.begin()->second);
                    expected.erase(expected.begin());
                }
                REQUIRE(b.fire() == due);
            }
        }
    }
}
