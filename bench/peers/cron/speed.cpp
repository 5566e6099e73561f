// SPDX-License-Identifier: MIT
#include "speed.hpp"

#include "engines.hpp"
#include "in_child.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace cron_peers {
namespace {

constexpr std::size_t engines = 3;
constexpr std::array<char const*, engines> names{of_tasks::name, of_croncpp::name, of_libcron::name};

using nanoseconds_each = std::array<double, engines>; ///< per call of `next`

struct timing {
    std::string expression;
    nanoseconds_each ns{};

    double ratio(std::size_t peer) const { return ns[peer] / ns[0]; }
};

/// libcron, the last engine, knows no zone.
std::size_t in_use(std::string const& zone)
{
    return zone == "UTC" ? engines : engines - 1;
}

double median(std::vector<double> values)
{
    auto const middle = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// The instants from which the engines are asked: slots of the expression, the same for all.
std::vector<time_point> walk(of_tasks const& engine)
{
    constexpr std::size_t steps = 200;
    time_point const start = std::chrono::sys_days{std::chrono::January / 15 / 2024} + std::chrono::hours{12};
    std::vector<time_point> from;
    for (std::optional<time_point> t = start; from.size() < steps; t = engine.next(*t).value_or(start))
        from.push_back(*t);
    return from;
}

template <class Engine>
double ns_per_call(Engine const& engine, std::vector<time_point> const& from)
{
    auto const begin = std::chrono::steady_clock::now();
    for (auto const t : from) {
        auto const next = engine.next(t);
        asm volatile("" : : "r"(next ? next->time_since_epoch().count() : 0)); // or the call is dropped
    }
    std::chrono::duration<double, std::nano> const took = std::chrono::steady_clock::now() - begin;
    return took.count() / static_cast<double>(from.size());
}

std::optional<nanoseconds_each> measure(std::string const& expression, std::string const& zone, int rounds)
{
    auto const first = of_tasks::read(expression, zone);
    auto const second = of_croncpp::read(expression, zone);
    auto const third = of_libcron::read(expression, zone);
    if (!first || !second || !third)
        return std::nullopt;
    auto const from = walk(*first);
    std::array<std::vector<double>, engines> taken;
    for (int round = 0; round < rounds; ++round) {
        taken[0].push_back(ns_per_call(*first, from));
        taken[1].push_back(ns_per_call(*second, from));
        if (in_use(zone) > 2)
            taken[2].push_back(ns_per_call(*third, from));
    }
    nanoseconds_each ns{};
    std::transform(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(in_use(zone)), ns.begin(),
                   median);
    return ns;
}

void print_each(std::vector<timing> const& timings, std::size_t used)
{
    std::printf("\n| expression |");
    for (std::size_t e = 0; e < used; ++e)
        std::printf(" %s |", names[e]);
    std::printf("\n|---|");
    for (std::size_t e = 0; e < used; ++e)
        std::printf("---|");
    std::puts("");
    for (auto const& t : timings) {
        std::printf("| `%s` |", t.expression.c_str());
        for (std::size_t e = 0; e < used; ++e)
            std::printf(" %.0f |", t.ns[e]);
        std::puts("");
    }
}

} // namespace

void print_speed(std::vector<std::string> const& expressions, std::string const& zone, int rounds, bool list)
{
    set_process_zone(zone);
    std::vector<timing> timings;
    for (auto const& expression : expressions)
        if (auto const ns =
                in_child([&] { return measure(expression, zone, rounds); }).value_or(std::nullopt))
            timings.push_back({expression, *ns});
    std::printf("%zu of %zu expressions are read by all; ns per next() in %s\n\n", timings.size(),
                expressions.size(), zone.c_str());

    std::puts("| engine | median | fastest | slowest | median ratio | least ratio | tasks is faster on |");
    std::puts("|---|---|---|---|---|---|---|");
    for (std::size_t engine = 0; engine < in_use(zone); ++engine) {
        std::vector<double> ns, ratios;
        for (auto const& t : timings) {
            ns.push_back(t.ns[engine]);
            ratios.push_back(t.ratio(engine));
        }
        std::printf("| %s | %.0f | %.0f | %.0f |", names[engine], median(ns), std::ranges::min(ns),
                    std::ranges::max(ns));
        if (engine == 0)
            std::puts(" 1 | | |");
        else
            std::printf(" %.1f | %.2f | %td of %zu |\n", median(ratios), std::ranges::min(ratios),
                        std::ranges::count_if(ratios, [](double r) { return r > 1; }), timings.size());
    }
    if (list)
        print_each(timings, in_use(zone));
}

} // namespace cron_peers
