// SPDX-License-Identifier: MIT
// Fails the k-th allocation in the life of a loop, once or several times in a row, for every k. Calls throw
// and have no effect, or runs fail and report it. Nothing crashes, nothing is lost, and the loop can be
// started again.
#include "awaited_operations.hpp"
#include "loop_lifetime.hpp"
#include "support/catch.hpp"

using namespace test;

namespace {

struct tally {
    std::size_t last_k = 0; ///< the first k that no allocation had
    int failed_calls = 0;
    int failed_runs = 0;
};

tally at_every_allocation(loop_lifetime::plan plan, std::size_t failures_in_a_row)
{
    tally all;
    for (std::size_t k = 1;; ++k) {
        CAPTURE(k, failures_in_a_row, plan.overlap);
        loop_lifetime life{plan};
        std::size_t failed = 0;
        {
            failing_allocations const few{k, failures_in_a_row};
            life.play();
            failed = few.failed();
        }
        REQUIRE(life.faults() == "");
        all.failed_calls += life.failed_calls();
        all.failed_runs += life.failed_runs();
        if (failed == 0) {
            all.last_k = k;
            CHECK(life.failed_calls() == 0);
            CHECK(life.failed_runs() == 0);
            return all;
        }
    }
}

} // namespace

TEST_CASE("no memory at the k-th allocation of a loop's life")
{
    auto const failures = GENERATE(as<std::size_t>{}, 1, 2, 5, 50);
    auto const all = at_every_allocation({.overlap = 1}, failures);
    INFO("of " << all.last_k << ": calls " << all.failed_calls << ", runs " << all.failed_runs);
    CHECK(all.last_k > 120);
    CHECK(all.failed_calls > 15);
    CHECK(all.failed_runs > 15);
}

TEST_CASE("no memory at the k-th allocation of the life of a loop whose iterations overlap")
{
    auto const failures = GENERATE(as<std::size_t>{}, 1, 2, 5, 50);
    auto const all = at_every_allocation({.overlap = 3}, failures);
    INFO("of " << all.last_k << ": calls " << all.failed_calls << ", runs " << all.failed_runs);
    CHECK(all.last_k > 200);
    CHECK(all.failed_calls > 15);
    CHECK(all.failed_runs > 15);
}

TEST_CASE("no memory at the k-th allocation of what a body awaits of the library")
{
    int failed_runs = 0;
    std::size_t k = 0;
    for (bool any_failed = true; any_failed;) {
        ++k;
        CAPTURE(k);
        awaited_operations life;
        {
            failing_allocations const one{k, 1};
            life.play();
            any_failed = one.failed() != 0;
        }
        REQUIRE(life.faults() == "");
        failed_runs += life.failed() ? 1 : 0;
    }
    INFO("of " << k << ": runs " << failed_runs);
    CHECK(k > 80);
    CHECK(failed_runs > 20);
}

TEST_CASE("no memory at the k-th allocation of the life of a loop made from its context")
{
    auto const failures = GENERATE(as<std::size_t>{}, 1, 2, 5, 50);
    auto const all = at_every_allocation({.on_context = true}, failures);
    INFO("of " << all.last_k << ": calls " << all.failed_calls << ", runs " << all.failed_runs);
    CHECK(all.last_k > 120);
    CHECK(all.failed_calls > 15);
    CHECK(all.failed_runs > 15);
}
