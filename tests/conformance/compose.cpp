// SPDX-License-Identifier: MIT
#include "compose.hpp"

#include "instants.hpp"
#include "parse.hpp"

#include <tasks/schedule.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

namespace conformance {
namespace {

using tasks::schedule;
using tasks::spans;

template <class Value>
struct word {
    std::string_view text;
    Value value;
};

constexpr word<tasks::gap> gap_words[] = {
    {"after", tasks::gap::after}, {"shift", tasks::gap::shift}, {"skip", tasks::gap::skip}};
constexpr word<tasks::fold> fold_words[] = {
    {"first", tasks::fold::first}, {"second", tasks::fold::second}, {"both", tasks::fold::both}};
constexpr word<std::chrono::weekday> day_words[] = {
    {"MON", std::chrono::Monday},   {"TUE", std::chrono::Tuesday}, {"WED", std::chrono::Wednesday},
    {"THU", std::chrono::Thursday}, {"FRI", std::chrono::Friday},  {"SAT", std::chrono::Saturday},
    {"SUN", std::chrono::Sunday}};

template <class Value, std::size_t N>
Value meaning(word<Value> const (&words)[N], json const& text)
{
    for (auto const& w : words)
        if (w.text == text.get<std::string_view>())
            return w.value;
    throw malformed("unknown word " + text.dump());
}

/// The elements of a list, each made by `make`.
template <class Make>
auto each(json const& list, Make make)
{
    if (!list.is_array())
        throw malformed("not a list: " + list.dump());
    std::vector<decltype(make(list))> made;
    for (auto const& element : list)
        made.push_back(make(element));
    return made;
}

json const& operand(json const& pair, std::size_t i)
{
    if (!pair.is_array() || pair.size() != 2)
        throw malformed("not two operands: " + pair.dump());
    return pair[i];
}

// ---- spans -------------------------------------------------------------------------------------------

/// A span in the zone that the element names: UTC without one, that of the schedule by the word "schedule".
template <class Span>
spans placed(json const& element, Span const& span)
{
    auto const zone = element.value("zone", std::string{"UTC"});
    return zone == "schedule" ? span : span.in(zone);
}

std::chrono::year_month_day parse_date(json const& date)
{
    auto const text = date.get<std::string>();
    int year = 0;
    unsigned month = 0, day = 0;
    int end = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &end) != 3 ||
        static_cast<std::size_t>(end) != text.size())
        throw malformed("not a date: " + date.dump());
    return std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day};
}

spans parse_spans(json const& element)
{
    static constexpr std::string_view keys[] = {"weekdays", "between", "dates", "months", "since",
                                                "until",    "not",     "both",  "either", "zone"};
    check_object(element, keys);
    auto const form = [&](char const* key) { return element.contains(key) ? &element[key] : nullptr; };

    if (auto const* const days = form("weekdays"))
        return placed(element,
                      tasks::weekdays(each(*days, [](json const& d) { return meaning(day_words, d); })));
    if (auto const* const times = form("between"))
        return placed(element, tasks::between(operand(*times, 0).get<std::string>(),
                                              operand(*times, 1).get<std::string>()));
    if (auto const* const days = form("dates"))
        return placed(element, tasks::dates(each(*days, parse_date)));
    if (auto const* const list = form("months"))
        return placed(element, tasks::months(each(*list, [](json const& m) {
                          return std::chrono::month{m.get<unsigned>()};
                      })));
    if (element.size() != 1)
        throw malformed("no form of a span: " + element.dump());
    if (auto const* const t = form("since"))
        return tasks::since(parse_instant(t->get<std::string>()));
    if (auto const* const t = form("until"))
        return tasks::until(parse_instant(t->get<std::string>()));
    if (auto const* const s = form("not"))
        return !parse_spans(*s);
    if (auto const* const pair = form("both"))
        return parse_spans(operand(*pair, 0)) & parse_spans(operand(*pair, 1));
    if (auto const* const pair = form("either"))
        return parse_spans(operand(*pair, 0)) | parse_spans(operand(*pair, 1));
    throw malformed("no form of a span: " + element.dump());
}

// ---- schedules ---------------------------------------------------------------------------------------

/// A schedule of local times in the zone and with the rules that the element names.
template <class Local>
schedule placed_schedule(json const& element, Local local)
{
    if (auto const zone = element.find("zone"); zone != element.end())
        local = local.in(zone->get<std::string>());
    if (auto const rule = element.find("when_missing"); rule != element.end())
        local = local.when_missing(meaning(gap_words, *rule));
    if (auto const rule = element.find("when_repeated"); rule != element.end())
        local = local.when_repeated(meaning(fold_words, *rule));
    return local;
}

schedule parse_aligned(json const& element)
{
    std::chrono::milliseconds const period{std::llround(element.at("aligned_s").get<double>() * 1000)};
    if (auto const epoch = element.find("epoch"); epoch != element.end())
        return tasks::aligned(period, parse_instant(epoch->get<std::string>()));
    return tasks::aligned(period);
}

schedule parse_composition(json const& element)
{
    static constexpr std::string_view keys[] = {
        "cron",  "day_at",      "once",           "aligned_s", "epoch",        "or",           "and",
        "minus", "interval_ns", "fixed_delay_ns", "zone",      "when_missing", "when_repeated"};
    check_object(element, keys);
    auto const form = [&](char const* key) { return element.contains(key) ? &element[key] : nullptr; };

    if (auto const* const expression = form("cron"))
        return placed_schedule(element, tasks::cron(expression->get<std::string>()));
    if (auto const* const times = form("day_at"))
        return placed_schedule(element, tasks::day_at(each(*times, [](json const& t) {
                                   return tasks::time_of_day::parse(t.get<std::string>());
                               })));
    if (form("aligned_s"))
        return parse_aligned(element);
    if (element.size() != 1)
        throw malformed("no form of a schedule: " + element.dump());
    if (auto const* const t = form("once"))
        return tasks::once(parse_instant(t->get<std::string>()));
    if (auto const* const n = form("interval_ns"))
        return std::chrono::nanoseconds{n->get<std::int64_t>()};
    if (auto const* const n = form("fixed_delay_ns"))
        return tasks::fixed_delay(std::chrono::nanoseconds{n->get<std::int64_t>()});
    if (auto const* const pair = form("and"))
        return parse_composition(operand(*pair, 0)) & parse_spans(operand(*pair, 1));
    if (auto const* const pair = form("minus"))
        return parse_composition(operand(*pair, 0)) - parse_spans(operand(*pair, 1));
    if (auto const* const list = form("or")) {
        schedule united;
        for (auto const& part : each(*list, parse_composition))
            united = united | part;
        return united;
    }
    throw malformed("no form of a schedule: " + element.dump());
}

// ---- answers -----------------------------------------------------------------------------------------

std::string answer_text(std::optional<tasks::time_point> t)
{
    return t ? format_instant(*t) : "none";
}

std::string differs(std::string const& question, std::string const& wanted, std::string const& got)
{
    return question + "\n  wanted  " + wanted + "\n  got     " + got;
}

std::optional<std::string> difference_of_next(json const& vector, schedule const& s)
{
    auto from = parse_instant(vector.at("from").get<std::string>());
    for (auto const& element : vector.at("next")) {
        auto const wanted = parse_instant_in_range(element.get<std::string>());
        auto const got = s.next(from);
        if (got != wanted)
            return differs("next after " + format_instant(from), answer_text(wanted), answer_text(got));
        if (!wanted) // the end of time_point
            return std::nullopt;
        from = *wanted;
    }
    if (vector.value("complete", false))
        if (auto const got = s.next(from))
            return differs("next after " + format_instant(from), "none", answer_text(got));
    return std::nullopt;
}

std::optional<std::string> difference_of_questions(json const& vector, schedule const& s)
{
    static constexpr std::string_view keys[] = {"at", "is"};
    for (auto const& question : vector.value("previous", json::array())) {
        check_object(question, keys);
        auto const at = parse_instant_in_range(question.at("at").get<std::string>());
        if (!at) // no time_point asks it
            continue;
        auto const& is = question.at("is");
        auto const wanted = is.is_null() ? std::nullopt : std::optional{parse_instant(is.get<std::string>())};
        if (auto const got = tasks::previous(s, *at); got != wanted)
            return differs("previous before " + format_instant(*at), answer_text(wanted), answer_text(got));
    }
    for (auto const& question : vector.value("matches", json::array())) {
        check_object(question, keys);
        auto const at = parse_instant_in_range(question.at("at").get<std::string>());
        if (!at)
            continue;
        bool const wanted = question.at("is").get<bool>();
        if (tasks::matches(s, *at) != wanted)
            return differs("matches " + format_instant(*at), wanted ? "true" : "false",
                           wanted ? "false" : "true");
    }
    return std::nullopt;
}

std::optional<std::string> difference_unless_composition_refused(json const& source)
{
    try {
        auto const s = parse_composition(source);
        return "is accepted, as " + to_string(s);
    } catch (tasks::bad_option const& e) {
        bool const counts = source.dump().find("_ns\"") != std::string::npos; // an interval or a fixed delay
        std::string_view const message = e.what();
        if (message.starts_with("tasks: ") && (!counts || message.find("tasks::aligned") != message.npos))
            return std::nullopt;
        return "the message does not say what to write: " + std::string{message};
    }
}

} // namespace

std::optional<std::string> first_difference_of_composition(json const& vector)
{
    static constexpr std::string_view keys[] = {"id",       "tags",     "schedule", "from",    "next",
                                                "complete", "previous", "matches",  "refused", "report"};
    check_object(vector, keys);
    auto const& source = vector.at("schedule");
    if (vector.contains("refused"))
        return difference_unless_composition_refused(source);
    auto const s = parse_composition(source);
    auto found = difference_of_next(vector, s);
    if (!found)
        found = difference_of_questions(vector, s);
    return found ? std::optional{to_string(s) + '\n' + *found} : std::nullopt;
}

} // namespace conformance
