// SPDX-License-Identifier: MIT
#include "loop_json.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace {

template <class T>
nlohmann::json or_null(std::optional<T> const& value)
{
    return value ? nlohmann::json(milliseconds(*value)) : nlohmann::json(nullptr);
}

nlohmann::json missed_by_cause(tasks::loop_status const& s)
{
    auto causes = nlohmann::json::object();
    for (std::size_t i = 0; i < s.missed.size(); ++i)
        if (s.missed[i] != 0)
            causes[std::string{to_string(static_cast<tasks::miss_cause>(i))}] = s.missed[i];
    return causes;
}

} // namespace

std::int64_t milliseconds(tasks::time_point t)
{
    return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

double milliseconds(std::chrono::nanoseconds d)
{
    return std::round(std::chrono::duration<double, std::micro>(d).count()) / 1000;
}

nlohmann::json to_json(tasks::loop_status const& s)
{
    nlohmann::json j{
        {"name", s.name},
        {"state", to_string(s.state)},
        {"since", milliseconds(s.since)},
        {"failed", s.failed},
        {"paused", s.paused},
        {"overdue", s.overdue},
        {"expect", or_null(s.expect)},
        {"run_since", or_null(s.run_since)},
        {"iterations", s.iterations},
        {"in_flight", s.in_flight},
        {"next", or_null(s.next)},
        {"last", nullptr},
        {"failures", s.failures},
        {"error", nullptr},
        {"last_success", or_null(s.last_success)},
        {"succeeded", s.succeeded},
        {"retries", s.retries},
        {"missed", missed_by_cause(s)},
        {"ran", s.ran},
        {"coalesced", s.coalesced},
        {"requested", s.requested},
    };
    if (s.last)
        j["last"] = {{"slot", milliseconds(s.last->slot)},
                     {"began", milliseconds(s.last->began)},
                     {"number", s.last->number},
                     {"attempt", s.last->attempt},
                     {"outcome", to_string(s.last->what)},
                     {"duration", milliseconds(s.last->duration)},
                     {"lateness", milliseconds(s.last->lateness)}};
    if (s.error)
        j["error"] = {{"text", s.error->text}, {"when", milliseconds(s.error->when)}};
    return j;
}

std::string text_of(nlohmann::json const& document)
{
    return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}
