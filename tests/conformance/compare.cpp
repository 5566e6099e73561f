// SPDX-License-Identifier: MIT
#include "compare.hpp"

#include "instants.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace conformance {
namespace {

using sorted_json = nlohmann::json; // so that equality does not depend on the order of keys

/// An event in canonical form, in which equal events compare equal.
struct plain_event {
    std::int64_t tick;  ///< `ms` in units of the precision
    sorted_json keys;   ///< all others, in canonical form
    json const* source; ///< the original event

    std::string text(char const* key) const { return keys.value(key, std::string{}); }
};

class normaliser {
public:
    explicit normaliser(precision unit)
        : per_ms_{unit == precision::milliseconds ? 1 : 1000}
    {
    }

    plain_event operator()(json const& event) const
    {
        plain_event result{ticks(event.at("ms")), sorted_json::object(), &event};
        for (auto const& [key, value] : event.items()) {
            if (key == "ms" || key == "why")
                continue;
            result.keys[key] = canonical(key, value);
        }
        if (result.keys["ev"] == "truncated")
            result.keys = {{"ev", "truncated"}};
        return result;
    }

private:
    std::int64_t ticks(json const& ms) const
    {
        if (ms.is_number_integer())
            return ms.get<std::int64_t>() * per_ms_;
        // Convert to whole µs first, because a decimal fraction may read as slightly less than its value.
        auto const microseconds = std::llround(ms.get<double>() * 1000);
        return per_ms_ == 1000 ? microseconds : (microseconds - (microseconds % 1000 + 1000) % 1000) / 1000;
    }

    sorted_json canonical(std::string const& key, json const& value) const
    {
        if ((key == "next_ms" || key == "slot_ms" || key == "first_ms" || key == "last_ms") &&
            value.is_number())
            return ticks(value);
        if (key == "next_iteration" && value.is_string()) {
            auto const instant = parse_instant(value.get<std::string>()).time_since_epoch();
            return per_ms_ == 1 ? std::chrono::floor<std::chrono::milliseconds>(instant).count()
                                : std::chrono::floor<std::chrono::microseconds>(instant).count();
        }
        if ((key == "bound_ms" || key == "delay_ms") && value.is_number())
            return std::llround(value.get<double>() * 1e6);
        if (key == "interval" && value.is_object())
            return canonical_interval(value);
        if (key == "times" && value.is_array())
            return canonical_times(value);
        return value;
    }

    static sorted_json canonical_interval(json const& parts)
    {
        double sum = 0;
        for (auto const& [name, unit] : {std::pair{"seconds", 1.0}, {"minutes", 60.0}, {"hours", 3600.0}})
            sum += unit * parts.value(name, 0.0);
        return std::llround(sum * 1e6); // µs, because fractions of a second are not binary fractions
    }

    static sorted_json canonical_times(json const& times)
    {
        std::set<std::string> entries;
        for (json const& entry : times) {
            std::string const zone = entry.value("tz", std::string{"UTC"});
            auto const at = parse_time_of_day(entry.at("at").get<std::string>());
            if (!at)
                return times;
            auto const offset = parse_fixed_offset(zone);
            constexpr auto day = nanoseconds{std::chrono::hours{24}};
            auto const count = offset ? ((*at - *offset) % day + day) % day : *at;
            entries.insert((offset ? "UTC" : zone) + ' ' + std::to_string(count.count()));
        }
        return entries;
    }

    std::int64_t per_ms_;
};

/// The subject of an event, among events whose order is not significant; empty if it concerns all of them.
std::string stream_of(plain_event const& e)
{
    std::string const event = e.text("ev");
    std::string const by = e.text("by");
    if (e.keys.contains("run"))
        return "1 iteration " + e.text("loop") + ' ' + e.keys["run"].dump();
    if (by == "body" || event == "retry" || event == "call_finished")
        return "2 " + e.keys.dump();
    if (by == "error" || event.starts_with("error_") || event == "default_error")
        return "3 error " + e.text("loop");
    return {};
}

using range = std::pair<std::vector<plain_event>::iterator, std::vector<plain_event>::iterator>;

/// Calls `order` with each longest range of neighbours that satisfy `together(first, other)`.
template <class Together, class Order>
void for_each_group(std::vector<plain_event>& events, Together together, Order order)
{
    for (auto first = events.begin(); first != events.end();) {
        auto const last = std::find_if_not(first + 1, events.end(),
                                           [&](plain_event const& e) { return together(*first, e); });
        order(range{first, last});
        first = last;
    }
}

void order_cancellations(std::vector<plain_event>& events)
{
    auto const cancelled = [](plain_event const& e) { return e.text("ev") == "iter_cancelled"; };
    for_each_group(
        events,
        [&](plain_event const& a, plain_event const& b) {
            return cancelled(a) && cancelled(b) && a.tick == b.tick && a.text("loop") == b.text("loop");
        },
        [](range r) {
            std::stable_sort(r.first, r.second, [](plain_event const& a, plain_event const& b) {
                return a.keys.value("run", std::int64_t{}) < b.keys.value("run", std::int64_t{});
            });
        });
}

void order_iterations(std::vector<plain_event>& events)
{
    for_each_group(
        events,
        [](plain_event const& a, plain_event const& b) {
            return a.tick == b.tick && !stream_of(a).empty() && !stream_of(b).empty();
        },
        [](range r) {
            std::stable_sort(r.first, r.second, [](plain_event const& a, plain_event const& b) {
                return stream_of(a) < stream_of(b);
            });
        });
}

/// Loops are independent of each other except for an op, whose event also names the loop it acts on.
void order_loops(std::vector<plain_event>& events)
{
    auto const from_outside = [](plain_event const& e) {
        return e.text("by") == "action" || e.text("ev") == "truncated";
    };
    for_each_group(
        events,
        [&](plain_event const& a, plain_event const& b) {
            return a.tick == b.tick && !from_outside(a) && !from_outside(b);
        },
        [](range r) {
            std::stable_sort(r.first, r.second, [](plain_event const& a, plain_event const& b) {
                return a.text("loop") < b.text("loop");
            });
        });
}

/// Moves the ends of waits for an iteration behind the other events of their ms.
void order_triggers(std::vector<plain_event>& events)
{
    auto const is_done = [](plain_event const& e) { return e.text("ev") == "trigger_done"; };
    for_each_group(
        events, [](plain_event const& a, plain_event const& b) { return a.tick == b.tick; },
        [&](range r) {
            std::stable_sort(r.first, r.second, [&](plain_event const& a, plain_event const& b) {
                if (is_done(a) && is_done(b))
                    return a.keys.value("k", std::int64_t{}) < b.keys.value("k", std::int64_t{});
                return !is_done(a) && is_done(b);
            });
        });
}

std::vector<plain_event> normalised(loop_case const& c, json const& trace)
{
    normaliser const plain{c.scenario.precision};
    std::vector<plain_event> result;
    for (json const& event : trace)
        result.push_back(plain(event));
    if (c.scenario.names_loops())
        order_loops(result);
    order_cancellations(result);
    order_triggers(result);
    if (c.scenario.same_instant)
        order_iterations(result);
    return result;
}

/// Returns the difference, or nothing.
std::string difference(loop_case const& c, plain_event const& wanted, plain_event const& got)
{
    if (wanted.keys != got.keys) {
        for (auto const& [key, value] : wanted.keys.items()) {
            if (!got.keys.contains(key))
                return "no " + key;
            if (got.keys[key] != value)
                return key;
        }
        for (auto const& [key, unused] : got.keys.items()) {
            if (!wanted.keys.contains(key))
                return "a " + key;
        }
    }
    if (wanted.text("ev") == "truncated")
        return {};
    auto const unit =
        c.scenario.precision == precision::milliseconds ? nanoseconds{1'000'000} : nanoseconds{1'000};
    auto const tolerance = c.tolerance.value_or(nanoseconds{0}) / unit;
    return std::abs(wanted.tick - got.tick) <= tolerance ? std::string{} : "ms";
}

} // namespace

std::string to_line(json const& event)
{
    return event.dump();
}

std::optional<std::string> first_difference(loop_case const& c, json const& trace)
{
    auto const wanted = normalised(c, c.wanted);
    auto const got = normalised(c, trace);
    for (std::size_t i = 0; i < std::max(wanted.size(), got.size()); ++i) {
        std::string const what = i >= wanted.size() ? "more events than wanted"
                                 : i >= got.size()  ? "fewer events than wanted"
                                                    : difference(c, wanted[i], got[i]);
        if (what.empty())
            continue;
        std::ostringstream text;
        text << "event " << i << " differs (" << what << ")\n";
        text << "  wanted  " << (i < wanted.size() ? to_line(*wanted[i].source) : "nothing more") << '\n';
        text << "  got     " << (i < got.size() ? to_line(*got[i].source) : "nothing more");
        return text.str();
    }
    return std::nullopt;
}

std::string side_by_side(loop_case const& c, json const& trace)
{
    auto const wanted = normalised(c, c.wanted);
    auto const got = normalised(c, trace);
    std::ostringstream text;
    for (std::size_t i = 0; i < std::max(wanted.size(), got.size()); ++i) {
        bool const both = i < wanted.size() && i < got.size();
        std::string const what = both ? difference(c, wanted[i], got[i]) : "missing";
        if (both && what.empty()) {
            text << "           " << to_line(*got[i].source) << '\n';
            continue;
        }
        if (i < wanted.size())
            text << "  wanted   " << to_line(*wanted[i].source) << '\n';
        if (i < got.size())
            text << "  got      " << to_line(*got[i].source) << '\n';
    }
    return text.str();
}

} // namespace conformance
