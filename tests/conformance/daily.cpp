// SPDX-License-Identifier: MIT
#include "daily.hpp"

#include "instants.hpp"
#include "parse.hpp"

#include <tasks/schedule/day_at.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace conformance {
namespace {

/// The treatment of missing and repeated local times in `next` and in the entries of `alt`.
struct rule {
    char const* name;
    tasks::gap gap;
    tasks::fold fold;
    bool only_if_listed; ///< `next` is only the answer if `alt` lists it
};

constexpr rule rules[] = {
    {"next", tasks::gap::after, tasks::fold::first, false},
    {"gap_shift", tasks::gap::shift, tasks::fold::first, false},
    {"gap_skip", tasks::gap::skip, tasks::fold::first, false},
    {"fold_second", tasks::gap::after, tasks::fold::second, false},
    {"fold_both", tasks::gap::after, tasks::fold::both, false},
    {"gap_shift_fold_second", tasks::gap::shift, tasks::fold::second, true},
};

constexpr std::string_view known_keys[] = {"id", "kind", "zone", "times", "from", "next", "alt"};

void check_keys(json const& vector)
{
    for (auto const& [key, unused] : vector.items()) {
        if (std::find(std::begin(known_keys), std::end(known_keys), key) == std::end(known_keys))
            throw malformed("unknown key \"" + key + '"');
    }
    if (auto const alt = vector.find("alt"); alt != vector.end()) {
        for (auto const& [key, unused] : alt->items()) {
            if (key == "next" || std::none_of(std::begin(rules), std::end(rules),
                                              [&](rule const& r) { return r.name == key; }))
                throw malformed("unknown rule \"" + key + '"');
        }
    }
}

json const* answer_of(json const& vector, rule const& r)
{
    if (auto const alt = vector.find("alt"); alt != vector.end()) {
        if (auto const listed = alt->find(r.name); listed != alt->end())
            return &*listed;
    }
    return r.only_if_listed ? nullptr : &vector.at("next");
}

tasks::day_at asked(json const& vector, rule const& r)
{
    std::vector<tasks::time_of_day> times;
    for (json const& time : vector.at("times"))
        times.push_back(tasks::time_of_day::parse(time.get<std::string>()));
    return tasks::day_at{times}
        .in(vector.at("zone").get<std::string>())
        .when_missing(r.gap)
        .when_repeated(r.fold);
}

std::optional<std::string> difference(json const& vector, rule const& r, json const& wanted)
{
    tasks::day_at const day = asked(vector, r);
    tasks::time_point from = parse_instant(vector.at("from").get<std::string>());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto const got = day.next(from);
        auto const expected = parse_instant(wanted[i].get<std::string>());
        if (got != expected)
            return "rule " + std::string{r.name} + ", entry " + std::to_string(i) + " after " +
                   format_instant(from) + "\n  wanted  " + format_instant(expected) + "\n  got     " +
                   (got ? format_instant(*got) : "never");
        from = *got;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> first_difference_of_daily(json const& vector)
{
    check_keys(vector);
    for (rule const& r : rules) {
        json const* wanted = answer_of(vector, r);
        if (!wanted)
            continue;
        if (auto text = difference(vector, r, *wanted))
            return text;
    }
    return std::nullopt;
}

} // namespace conformance
