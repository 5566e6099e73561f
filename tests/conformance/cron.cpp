// SPDX-License-Identifier: MIT
#include "cron.hpp"

#include "instants.hpp"
#include "parse.hpp"

#include <tasks/schedule/cron.hpp>
#include <tasks/schedule/parse_schedule.hpp>

#include <string_view>

namespace conformance {
namespace {

/// An entry of `alt`, the answer where it is missing.
struct cron_rule {
    char const* name;
    tasks::gap gap = tasks::gap::after;
    tasks::fold fold = tasks::fold::first;
};

constexpr cron_rule cron_rules[] = {
    {"next"},
    {"gap_shift", tasks::gap::shift},
    {"gap_skip", tasks::gap::skip},
    {"fold_second", tasks::gap::after, tasks::fold::second},
    {"fold_both", tasks::gap::after, tasks::fold::both},
};

/// A list that is complete has all instants that are nearer to `from`.
constexpr std::chrono::days horizon{2922};

std::optional<std::string> cron_difference(json const& vector, cron_rule const& r, json const& wanted)
{
    auto const schedule = tasks::cron(vector.at("expr").get<std::string>())
                              .in(vector.at("zone").get<std::string>())
                              .when_missing(r.gap)
                              .when_repeated(r.fold);
    auto const begin = parse_instant(vector.at("from").get<std::string>());
    auto from = begin;
    auto const differs = [&](std::size_t i, std::string const& expected,
                             std::optional<tasks::time_point> got) {
        return "rule " + std::string{r.name} + ", entry " + std::to_string(i) + " after " +
               format_instant(from) + "\n  wanted  " + expected + "\n  got     " +
               (got ? format_instant(*got) : "never");
    };
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto const got = schedule.next(from);
        auto const expected = parse_instant(wanted[i].get<std::string>());
        if (got != expected)
            return differs(i, format_instant(expected), got);
        from = *got;
    }
    if (vector.value("complete", false))
        if (auto const got = schedule.next(from); got && *got < begin + horizon)
            return differs(wanted.size(), "none within 8 years", got);
    return std::nullopt;
}

/// The reason is not compared, but a message must show the text and a column.
std::optional<std::string> difference_unless_refused(std::string const& expression)
{
    try {
        static_cast<void>(tasks::cron{expression});
    } catch (tasks::bad_option const& e) {
        std::string_view const message = e.what();
        if (message.starts_with("tasks: cron \"") && message.find("column ") != message.npos)
            return std::nullopt;
        return "the message does not say where it is wrong: " + std::string{message};
    }
    return "\"" + expression + "\" is accepted";
}

bool is_read_as_schedule(std::string const& text)
{
    try {
        static_cast<void>(tasks::parse_schedule(text));
        return true;
    } catch (tasks::bad_option const&) {
        return false;
    }
}

} // namespace

std::optional<std::string> first_difference_of_cron(json const& vector)
{
    constexpr std::string_view keys[] = {"id",   "expr",     "zone", "from",   "features",
                                         "next", "complete", "alt",  "source", "report"};
    constexpr std::string_view alternatives[] = {"gap_shift", "gap_skip",  "fold_second", "fold_both",
                                                 "by_hour",   "all_fixed", "all_wild"};
    check_object(vector, keys);
    auto const alt = vector.value("alt", json::object());
    check_object(alt, alternatives);
    for (auto const& r : cron_rules) {
        auto const listed = alt.find(r.name);
        if (auto text = cron_difference(vector, r, listed != alt.end() ? *listed : vector.at("next")))
            return text;
    }
    return std::nullopt;
}

std::optional<std::string> first_difference_of_wrong_cron(json const& expression)
{
    constexpr std::string_view keys[] = {"id", "kind", "expr"};
    check_object(expression, keys);
    return difference_unless_refused(expression.at("expr").get<std::string>());
}

std::optional<std::string> first_difference_of_cron_dialect(json const& vector)
{
    constexpr std::string_view keys[] = {"id",      "kind", "expr",     "accept",         "zone",
                                         "from",    "next", "complete", "parse_schedule", "elsewhere",
                                         "same_as", "note", "why",      "features"};
    check_object(vector, keys);
    auto const expression = vector.at("expr").get<std::string>();
    if (!vector.at("accept").get<bool>()) {
        if (is_read_as_schedule(expression) != vector.value("parse_schedule", false))
            return "is read or refused by parse_schedule";
        return difference_unless_refused(expression);
    }
    if (auto const same = vector.find("same_as"); same != vector.end())
        if (!(tasks::cron{expression} == tasks::cron{same->get<std::string>()}))
            return "does not equal \"" + same->get<std::string>() + '"';
    return cron_difference(vector, cron_rules[0], vector.at("next"));
}

} // namespace conformance
