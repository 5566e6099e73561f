// SPDX-License-Identifier: MIT
#include "schedule_text.hpp"

#include "instants.hpp"
#include "parse.hpp"

#include <tasks/schedule.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace conformance {
namespace {

bool is_schedule(json const& wanted, tasks::schedule const& got)
{
    static constexpr std::string_view interval_keys[] = {"interval_ns"};
    static constexpr std::string_view cron_keys[] = {"cron", "zone"};
    if (auto const interval = wanted.find("interval_ns"); interval != wanted.end()) {
        check_object(wanted, interval_keys);
        return got.is_interval() && got.interval().count() == interval->get<std::int64_t>();
    }
    check_object(wanted, cron_keys);
    auto const* const cron = got.target<tasks::cron>();
    return cron &&
           *cron ==
               tasks::cron(wanted.at("cron").get<std::string>()).in(wanted.at("zone").get<std::string>());
}

/// The answer is one of `next`, which a cron expression has.
std::optional<std::string> difference_of_slots(json const& vector, tasks::schedule const& s)
{
    auto from = parse_instant(vector.at("from").get<std::string>());
    for (auto const& element : vector.at("next")) {
        auto const wanted = parse_instant(element.get<std::string>());
        if (auto const got = s.next(from); got != wanted)
            return "after " + format_instant(from) + "\n  wanted  " + format_instant(wanted) +
                   "\n  got     " + (got ? format_instant(*got) : "never");
        from = wanted;
    }
    if (vector.value("complete", false))
        if (auto const got = s.next(from))
            return "after " + format_instant(from) + "\n  wanted  never\n  got     " + format_instant(*got);
    return std::nullopt;
}

/// The reason is not compared, but a message must show whose it is, and a column.
std::optional<std::string> difference_unless_text_refused(std::string const& text)
{
    try {
        return "is accepted, as " + to_string(tasks::parse_schedule(text));
    } catch (tasks::bad_option const& e) {
        std::string_view const message = e.what();
        if (message.starts_with("tasks: ") && message.find(": column ") != message.npos)
            return std::nullopt;
        return "the message does not say where it is wrong: " + std::string{message};
    }
}

} // namespace

std::optional<std::string> first_difference_of_schedule_text(json const& vector)
{
    static constexpr std::string_view keys[] = {"id",   "text",     "schedule", "from",
                                                "next", "complete", "refused"};
    check_object(vector, keys);
    auto const text = vector.at("text").get<std::string>();
    if (vector.contains("refused"))
        return difference_unless_text_refused(text);
    auto const& wanted = vector.at("schedule");
    auto const got = tasks::parse_schedule(text);
    auto const printed = to_string(got);
    if (!is_schedule(wanted, got))
        return "is read as " + printed + ", and not as " + wanted.dump();
    auto const again = tasks::parse_schedule(printed);
    if (!is_schedule(wanted, again) || to_string(again) != printed)
        return "is printed as \"" + printed + "\", which is read as " + to_string(again);
    return vector.contains("next") ? difference_of_slots(vector, got) : std::nullopt;
}

} // namespace conformance
