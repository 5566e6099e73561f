// SPDX-License-Identifier: MIT
#include "scenario_history.hpp"

#include "../conformance/instants.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace simulation {

using namespace std::chrono_literals;

namespace {

milliseconds whole(conformance::nanoseconds d)
{
    auto const ms = std::chrono::floor<milliseconds>(d);
    if (ms != d)
        throw not_expressible{"not a whole millisecond"};
    return ms;
}

milliseconds whole(double seconds)
{
    if (!(std::abs(seconds) < 1e9))
        throw not_expressible{"no duration"};
    return whole(conformance::nanoseconds{std::llround(seconds * 1e9)});
}

std::optional<milliseconds> whole(std::optional<double> seconds)
{
    return seconds ? std::optional{whole(*seconds)} : std::nullopt;
}

} // namespace

scenario_translator::scenario_translator(conformance::scenario const& s)
    : scenario_{&s}
    , start_{whole(s.start_wall - std::chrono::floor<std::chrono::days>(s.start_wall))}
{
    types_ = {{"CancelledError", problem::aborted}, {"Skipped", problem::skipped}};
    for (bool const listed : {true, false}) { // those that are handled sometimes come first
        for (auto const& l : s.loops) {
            for (auto const* text :
                 {&l.body, l.before_loop ? &*l.before_loop : nullptr, l.after_loop ? &*l.after_loop : nullptr,
                  l.error ? &*l.error : nullptr}) {
                if (!text)
                    continue;
                name_types(text->steps, listed);
                for (auto const& [k, steps] : text->calls)
                    name_types(steps, listed);
            }
            if (l.loop.jitter && !listed) {
                for (auto const& a : l.loop.jitter->answers) {
                    if (!a.throws.empty())
                        name_type(a.throws, false);
                }
            }
        }
        for (auto const& a : s.actions)
            name_types(a.ops, listed);
    }
}

void scenario_translator::name_types(std::vector<conformance::step> const& steps, bool listed)
{
    for (auto const& s : steps) {
        if (listed) {
            for (auto const& type : s.types)
                name_type(type, true);
        } else if (s.op == conformance::operation::raise) {
            name_type(s.type, false);
        }
        if (s.on_cancel)
            name_types(s.on_cancel->steps, listed);
    }
}

void scenario_translator::name_type(std::string const& type, bool listed)
{
    if (types_.contains(type))
        return;
    auto const taken = [&](problem p) {
        return std::any_of(types_.begin(), types_.end(), [&](auto const& t) { return t.second == p; });
    };
    static std::set<std::string> const network{"OSError", "ConnectionError", "TimeoutError", "ClientError"};
    problem const p = network.contains(type)              ? problem::network
                      : !listed && !taken(problem::fatal) ? problem::fatal
                                                          : problem::special;
    if (taken(p) || type == "CustomSubError") // a class of CustomError's
        throw not_expressible{"too many classes of exceptions"};
    types_[type] = p;
}

problem scenario_translator::type(std::string const& name) const
{
    return types_.at(name);
}

std::string scenario_translator::name(problem p) const
{
    switch (p) {
    case problem::timed_out: return "TimedOut";
    case problem::not_running: return "NotRunning";
    case problem::aborted: return "CancelledError";
    default: break;
    }
    for (auto const& [name, which] : types_) {
        if (which == p)
            return name;
    }
    return "no class";
}

std::size_t scenario_translator::index(std::string const& target, std::size_t self) const
{
    if (target.empty())
        return self;
    auto const found = std::find_if(scenario_->loops.begin(), scenario_->loops.end(),
                                    [&](auto const& l) { return l.name == target; });
    return static_cast<std::size_t>(found - scenario_->loops.begin());
}

timetable scenario_translator::table(conformance::when const& given) const
{
    if (given.on_trigger)
        return {.what = timetable::kind::on_trigger};
    if (given.fixed_delay)
        return {.what = timetable::kind::fixed_delay, .period = whole(*given.fixed_delay)};
    if (!given.times)
        return {.period = whole(given.seconds + 60 * given.minutes + 3600 * given.hours)};
    if (given.times->empty() || given.seconds != 0 || given.minutes != 0 || given.hours != 0)
        throw not_expressible{"an error"};
    timetable t{.what = timetable::kind::daily};
    for (auto const& entry : *given.times) {
        auto const at = conformance::parse_time_of_day(entry.at);
        auto const east = entry.zone.empty() || entry.zone == "UTC"
                              ? std::optional{conformance::nanoseconds{0}}
                              : conformance::parse_fixed_offset(entry.zone);
        if (!at || !east)
            throw not_expressible{"a zone with rules"};
        t.times.push_back({.of_day = whole(*at), .east = whole(*east)});
    }
    return t;
}

action scenario_translator::operation(conformance::step const& s, std::size_t self) const
{
    using conformance::operation;
    action a{.target = index(s.target, self), .length = whole(s.length)};
    switch (s.op) {
    case operation::sleep: a.what = verb::sleep; break;
    case operation::raise:
        a.what = verb::raise;
        a.error = type(s.type);
        break;
    case operation::start: a.what = verb::start; break;
    case operation::restart: a.what = verb::restart; break;
    case operation::stop: a.what = verb::stop; break;
    case operation::cancel: a.what = verb::cancel; break;
    case operation::change_interval:
        a.what = verb::change_interval;
        a.every = table(s.every);
        break;
    case operation::add_exception_type:
    case operation::remove_exception_type:
        a.what = s.op == operation::add_exception_type ? verb::add_type : verb::remove_type;
        if (s.types.size() != 1)
            throw not_expressible{"several types at once"};
        a.error = type(s.types.front());
        break;
    case operation::clear_exception_types: a.what = verb::clear_types; break;
    case operation::call: a.what = verb::call; break;
    case operation::trigger: a.what = verb::trigger; break;
    case operation::trigger_at:
        a.what = verb::trigger_at;
        a.length += start_;
        break;
    case operation::trigger_in: a.what = verb::trigger_in; break;
    case operation::async_trigger: a.what = verb::async_trigger; break;
    case operation::pause: a.what = verb::pause; break;
    case operation::resume: a.what = verb::resume; break;
    case operation::query: a.what = verb::query; break;
    }
    return a;
}

script scenario_translator::flat(std::vector<conformance::step> const& steps, std::size_t self) const
{
    script result;
    for (auto const& s : steps) {
        result.push_back(operation(s, self));
        if (!s.on_cancel)
            continue;
        auto handler = flat(s.on_cancel->steps, self);
        if (!s.on_cancel->swallow)
            handler.push_back({.what = verb::raise, .error = problem::aborted});
        result.back().goes_on = true;
        result.back().handler = handler.size();
        result.insert(result.end(), handler.begin(), handler.end());
    }
    return result;
}

scripts scenario_translator::all(conformance::script const& given, std::size_t self) const
{
    scripts result;
    if (!given.calls.empty()) {
        for (std::uint64_t k = 0; k <= given.calls.rbegin()->first; ++k)
            result.push_back(flat(given.of_call(k), self));
    }
    result.push_back(flat(given.steps, self));
    return result;
}

loop_definition scenario_translator::loop(conformance::loop_definition const& given, std::size_t self) const
{
    auto const& p = given.loop;
    loop_definition d;
    d.every = table(p.every);
    d.count = p.count;
    d.reconnect = p.reconnect;
    for (int k = 1; k <= 10; ++k)
        d.delays.push_back(whole(scenario_->backoff_fraction * std::ldexp(1, k)));
    switch (p.missed.what) {
    case conformance::missed_choice::kind::coalesce: d.missed = missed_policy::coalesce; break;
    case conformance::missed_choice::kind::skip: d.missed = missed_policy::skip; break;
    case conformance::missed_choice::kind::delay: d.missed = missed_policy::delay; break;
    case conformance::missed_choice::kind::forbid: d.missed = missed_policy::forbid; break;
    case conformance::missed_choice::kind::catch_up:
        d.missed = missed_policy::catch_up;
        d.catch_up_max = p.missed.max;
        break;
    }
    d.overlap = p.overlap.unlimited ? 0 : static_cast<unsigned>(p.overlap.limit);
    d.initial_delay = whole(p.initial_delay.value_or(0));
    if (p.jitter) {
        d.jitter.in_order = true;
        if (p.jitter->seconds)
            d.jitter.all = {whole(scenario_->jitter_fraction * *p.jitter->seconds)};
        for (auto const& a : p.jitter->answers)
            d.jitter.all.push_back(a.throws.empty() ? std::optional{whole(a.seconds)} : std::nullopt);
    }
    d.grace = whole(p.grace);
    d.timeout = whole(p.timeout);
    if (p.retries)
        d.retries = static_cast<unsigned>(*p.retries);
    d.next_slot = p.next_slot;
    d.body = all(given.body, self);
    if (given.before_loop)
        d.before = all(*given.before_loop, self);
    if (given.after_loop)
        d.after = all(*given.after_loop, self);
    if (given.error)
        d.error = all(*given.error, self);
    return d;
}

history scenario_translator::loops() const
{
    history h;
    for (std::size_t i = 0; i < scenario_->loops.size(); ++i)
        h.loops.push_back(loop(scenario_->loops[i], i));
    return h;
}

} // namespace simulation
