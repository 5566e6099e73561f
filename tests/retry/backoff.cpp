// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"

#include <tasks/retry/backoff.hpp>

#include <algorithm>
#include <array>
#include <cmath>
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
        CHECK(largest > bound / 2); // fails with a probability of 2^-200
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
    for (auto const n : buckets) { // 1000 expected, with a standard deviation of 31
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
    CHECK(tasks::exponential_backoff{.max = std::chrono::hours::max()}.bound(40) ==
          std::chrono::seconds{1LL << 32});
}

TEST_CASE("back-off: negative durations are refused where the back-off is given")
{
    auto const refused = [](auto policy) {
        return test::thrown<tasks::bad_option>([&] { tasks::backoff const b{policy}; });
    };
    struct forgetful {
        std::chrono::seconds reset_after;
        std::chrono::nanoseconds next(unsigned) const { return 1s; }
    };
    CHECK(refused(tasks::exponential_backoff{.max = -5s}) ==
          "tasks: exponential_backoff.max -5s: must be 0 or more");
    CHECK(refused(tasks::exponential_backoff{.reset_after = -5s}) ==
          "tasks: reset_after of the back-off -5s: must be 0 or more");
    CHECK(refused(forgetful{-1s}) == "tasks: reset_after of the back-off -1s: must be 0 or more");
    CHECK(refused(tasks::exponential_backoff{.max = 0s, .reset_after = 0s}) == "(threw nothing)");
    CHECK_THROWS_AS(tasks::exponential_backoff{.max = std::chrono::duration<double>{std::nan("")}},
                    tasks::bad_option);
}

TEST_CASE("back-off: how long an attempt must have lasted to count as a success")
{
    struct silent {
        std::chrono::nanoseconds next(unsigned) const { return 1s; }
    };
    struct with_minutes : silent {
        std::chrono::minutes reset_after{7};
    };
    CHECK(tasks::backoff{}.reset_after() == 5min);
    CHECK(tasks::backoff{tasks::exponential_backoff{}}.reset_after() == 5min);
    CHECK(tasks::backoff{tasks::exponential_backoff{.reset_after = 0.5s}}.reset_after() == 500ms);
    CHECK(
        tasks::backoff{tasks::exponential_backoff{.reset_after = std::chrono::hours::max()}}.reset_after() ==
        nanoseconds::max());
    CHECK(tasks::backoff{silent{}}.reset_after() == 5min);
    CHECK(tasks::backoff{with_minutes{}}.reset_after() == 7min);
}

TEST_CASE("back-off: failures in a row begin anew after an attempt that lasted")
{
    using tasks::detail::failures_in_a_row;
    CHECK(failures_in_a_row(0, 0s, 5min) == 1);
    CHECK(failures_in_a_row(8, 5min - 1ns, 5min) == 9);
    CHECK(failures_in_a_row(8, 5min, 5min) == 1);
    CHECK(failures_in_a_row(8, 0s, 0s) == 1);
    constexpr auto most = std::numeric_limits<unsigned>::max();
    CHECK(failures_in_a_row(most, 0s, 5min) == most);
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
    CHECK(tasks::backoff{linear{-10ms}}.next(3) == 0ns); // a negative delay counts as none
    CHECK(tasks::backoff{}.next(1) <= 2s);

    struct patient {
        std::chrono::hours next(unsigned) const { return std::chrono::hours::max(); }
    };
    CHECK(tasks::backoff{patient{}}.next(1) == nanoseconds::max()); // not an overflow
}
