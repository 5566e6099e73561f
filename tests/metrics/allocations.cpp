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

#include "metrics/one_iteration.hpp"
#include "support/catch.hpp"
#include "support/counting_allocations.hpp"

TEST_CASE("metrics: only the first event of each loop allocates")
{
    tasks::prometheus metrics;
    std::string_view const first = "a name that is too long to be stored in the string itself";
    std::string_view const second = "another name that is too long to be stored in the string itself";
    // All counts are taken before the first check, which itself allocates.
    auto const none = test::allocations();
    test::report_one_iteration(metrics, first);
    test::report_one_iteration(metrics, second);
    auto const both = test::allocations();
    for (int i = 0; i != 1'000; ++i) {
        test::report_one_iteration(metrics, first);
        test::report_one_iteration(metrics, second);
    }
    auto const after = test::allocations();
    CHECK(both > none);
    CHECK(after == both);
}

#endif
