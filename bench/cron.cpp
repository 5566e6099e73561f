// SPDX-License-Identifier: MIT
// The cost of one slot of a cron expression: typical ones, and those whose search is the longest.

#include "../tests/support/allocations.hpp"

#include <tasks/schedule/cron.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace {

using tasks::time_point;

constexpr time_point start = std::chrono::sys_days{std::chrono::January / 15 / 2024};

void cron_next(benchmark::State& state, char const* expression, char const* zone)
{
    auto const schedule = tasks::cron(expression).in(zone);
    std::vector<time_point> from{start};
    while (from.size() < 200)
        from.push_back(schedule.next(from.back()).value_or(start));
    auto const before = test::allocations();
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(schedule.next(from[i]));
        i = i + 1 < from.size() ? i + 1 : 0;
    }
    state.counters["allocations"] = static_cast<double>(test::allocations() - before);
}

// NOLINTBEGIN(cert-err58-cpp): a benchmark that cannot be registered may end the program
int const registered = [] {
    auto const add = [](char const* kind, char const* expression, char const* zone) {
        benchmark::RegisterBenchmark(
            (std::string{"cron/"} + kind + '/' + zone + '/' + expression).c_str(),
            [expression, zone](benchmark::State& state) { cron_next(state, expression, zone); });
    };
    for (auto const* expression :
         {"* * * * *", "*/15 9-17 * * MON-FRI", "30 2 * * *", "0 0 1 * *", "0 9 LW * *", "0 0 29 2 *"})
        for (auto const* zone : {"UTC", "Europe/Berlin"})
            add("typical", expression, zone);
    // No month has such a day, and each month of 40 years is searched: the last of Monday to Friday, if that
    // is a Sunday. The second expression has only every fourth year, and searches 40 of those.
    for (auto const* expression : {"0 0 LW * */7", "0 0 0 LW * */7 1972-2199/4", "0 0 31 2,4,6,9,11 *"})
        for (auto const* zone : {"UTC", "Africa/Casablanca"})
            add("longest", expression, zone);
    return 0;
}();
// NOLINTEND(cert-err58-cpp)

} // namespace
