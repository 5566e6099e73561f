// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/backoff.hpp>

#include <algorithm>
#include <array>
#include <limits>

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST_CASE("exponential back-off: drawn from [0, min(2^k, 1024) s]")
{
    tasks::exponential_backoff const b;
    for (unsigned k = 1; k <= 12; ++k) {
        std::chrono::seconds const bound{1 << std::min(k, 10U)};
        CHECK(b.bound(k) == bound);
        nanoseconds largest{0};
        for (int i = 0; i < 200; ++i) {
            auto const d = b.next(k);
            REQUIRE(d >= 0ns);
            REQUIRE(d <= bound);
            largest = std::max(largest, d);
        }
        CHECK(largest > bound / 2); // misses with a probability of 2^-200
    }
    CHECK(b.bound(64) == 1024s);
    CHECK(b.bound(std::numeric_limits<unsigned>::max()) == 1024s);
}

TEST_CASE("exponential back-off: uniform, as far as one can tell")
{
    constexpr int draws = 16000;
    std::array<int, 16> buckets{};
    tasks::exponential_backoff const b;
    for (int i = 0; i < draws; ++i)
        ++buckets[static_cast<std::size_t>(std::min<nanoseconds::rep>(b.next(4) / 1s, 15))];
    for (auto const n : buckets) { // 1000 expected, 31 the standard deviation
        CHECK(n > 1000 - 8 * 31);
        CHECK(n < 1000 + 8 * 31);
    }
}

TEST_CASE("exponential back-off: another cap")
{
    tasks::exponential_backoff const b{.max = 3s};
    CHECK(b.bound(1) == 2s);
    CHECK(b.bound(2) == 3s);
    for (int i = 0; i < 100; ++i)
        REQUIRE(b.next(30) <= 3s);
    CHECK(tasks::exponential_backoff{.max = 0s}.next(5) == 0ns);
    CHECK(tasks::exponential_backoff{.max = -1s}.next(5) == 0ns);
}

TEST_CASE("back-off: any type with next(failures)")
{
    struct linear {
        std::chrono::milliseconds step;
        std::chrono::milliseconds next(unsigned k) const { return k * step; }
    };
    tasks::backoff const b = linear{10ms};
    auto const copy = b;
    CHECK(copy.next(3) == 30ms);
    CHECK(tasks::backoff{linear{-10ms}}.next(3) == 0ns); // negative counts as none
    CHECK(tasks::backoff{}.next(1) <= 2s);
}
