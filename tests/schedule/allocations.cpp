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

#include "support/catch.hpp"
#include "support/counting_allocations.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

namespace {

/// The number of allocations of a second pass through the instants of ten years.
std::size_t allocations_of_next(tasks::schedule const& schedule)
{
    auto const begin = test::utc("2020-01-01T00:00:00Z");
    auto const end = test::utc("2030-01-01T00:00:00Z");
    std::size_t before = 0;
    for (int pass = 0; pass < 2; ++pass) { // the first one reads the zone
        before = test::allocations();
        for (auto t = begin; t < end;) {
            auto const next = schedule.next(t);
            t = next ? *next + std::chrono::hours{29} : end;
        }
    }
    return test::allocations() - before;
}

} // namespace

TEST_CASE("asking a schedule of the library allocates nothing")
{
    CHECK(allocations_of_next(tasks::day_at(std::chrono::hours{9})) == 0);
    for (auto const* text :
         {"*/15 9-17 * * MON-FRI", "30 2 L,15W * 5#2,1L", "0 0 30 2 *", "* * 2 * * * 2025"})
        CHECK(allocations_of_next(tasks::cron{text}) == 0);
#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)
    for (auto const* text : {"*/15 1-3 * * *", "30 2 * * *", "0 0 29 2 *", "0 30 2 31 3 ? 2024-2199"})
        CHECK(allocations_of_next(tasks::cron{text}.in("Europe/Berlin")) == 0);
#endif
}

TEST_CASE("next() of a composed schedule does not allocate")
{
    using namespace std::chrono_literals;
    struct own {
        bool contains(tasks::time_point t) const { return hours.contains(t); }
        std::optional<tasks::time_point> next_change(tasks::time_point t) const
        {
            return hours.next_change(t);
        }
        tasks::between hours{8h, 18h};
    };
    auto const zone = "CET-1CEST,M3.5.0,M10.5.0/3";
    auto const office =
        tasks::workdays.in(zone) & !(tasks::between(12h, 13h) | tasks::months{std::chrono::August});
    auto const nine = tasks::day_at(9h).in(zone);
    auto const s = (tasks::aligned(1h) & office & own{}) |
                   ((nine - tasks::dates{2021y / 12 / 24}) & tasks::workdays) |
                   tasks::once(test::utc("2024-01-01T00:00:00Z"));
    CHECK(allocations_of_next(s - tasks::until(test::utc("2021-01-01T00:00:00Z"))) == 0);
}

#endif
