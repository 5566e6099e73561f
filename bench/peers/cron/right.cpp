// SPDX-License-Identifier: MIT
#include "right.hpp"

#include "engines.hpp"
#include "in_child.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace cron_peers {
namespace {

/// `other`: right if the days on which clocks are set have another rule.
enum class answer { right, other, wrong, crash, refused };
constexpr std::array answers{"right", "other rule", "wrong", "crash", "refused"};
using tally = std::array<int, answers.size()>;

template <class Engine>
bool has_slots(Engine const& engine, time_point from, std::vector<time_point> const& slots)
{
    for (auto const slot : slots) {
        if (engine.next(from) != slot)
            return false;
        from = slot;
    }
    return true;
}

template <class Engine>
answer judge(vector_of_slots const& v)
{
    set_process_zone(v.zone);
    auto const engine = Engine::read(v.expression, v.zone);
    if (!engine)
        return answer::refused;
    if (has_slots(*engine, v.from, v.next)) {
        auto const last = v.next.empty() ? v.from : v.next.back();
        auto const further = v.complete ? engine->next(last) : std::nullopt;
        return !further || *further >= v.from + std::chrono::days{2922} ? answer::right : answer::wrong;
    }
    auto const by_this_rule = [&](auto const& slots) { return has_slots(*engine, v.from, slots); };
    return std::ranges::any_of(v.by_other_rules, by_this_rule) ? answer::other : answer::wrong;
}

template <class Engine>
tally count(std::vector<vector_of_slots> const& vectors, bool in_utc, bool list)
{
    tally result{};
    for (auto const& v : vectors) {
        if ((v.zone == "UTC") != in_utc)
            continue;
        auto const a =
            static_cast<std::size_t>(in_child([&v] { return judge<Engine>(v); }).value_or(answer::crash));
        ++result[a];
        if (list && a != static_cast<std::size_t>(answer::right))
            std::printf("%s: %s: %s in %s\n", Engine::name, answers[a], v.expression.c_str(), v.zone.c_str());
    }
    return result;
}

template <class Engine>
void print_row(std::vector<vector_of_slots> const& vectors)
{
    std::printf("| %s |", Engine::name);
    for (auto const in_utc : {true, false})
        for (auto const n : count<Engine>(vectors, in_utc, false))
            std::printf(" %d |", n);
    std::puts("");
}

template <class Engine>
void list_others(std::vector<vector_of_slots> const& vectors)
{
    for (auto const in_utc : {true, false})
        count<Engine>(vectors, in_utc, true);
}

} // namespace

void print_right(std::vector<vector_of_slots> const& vectors, bool list)
{
    auto const in_utc = std::ranges::count(vectors, "UTC", &vector_of_slots::zone);
    std::printf("%d vectors in UTC, %d in other zones\n\n", static_cast<int>(in_utc),
                static_cast<int>(std::ssize(vectors) - in_utc));
    std::printf("| engine |");
    for (auto const* where : {"UTC", "zones"})
        for (auto const* a : answers)
            std::printf(" %s: %s |", where, a);
    std::printf("\n|---|");
    for (std::size_t column = 0; column < 2 * answers.size(); ++column)
        std::printf("---|");
    std::puts("");
    print_row<of_tasks>(vectors);
    print_row<of_croncpp>(vectors);
    print_row<of_libcron>(vectors);
    if (!list)
        return;
    std::puts("");
    list_others<of_tasks>(vectors);
    list_others<of_croncpp>(vectors);
    list_others<of_libcron>(vectors);
}

} // namespace cron_peers
