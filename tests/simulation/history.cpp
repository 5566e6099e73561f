// SPDX-License-Identifier: MIT
#include "history.hpp"

#include "event.hpp"

#include <algorithm>

namespace simulation {
namespace {

std::string text(milliseconds t)
{
    return std::to_string(t.count()) + " ms";
}

std::string text(script const& s)
{
    std::string all = "{";
    for (action const& a : s)
        all += (all.size() > 1 ? ", " : " ") + to_string(a);
    return all + " }";
}

void write(std::string& out, char const* name, scripts const& all)
{
    out += std::string{"  "} + name + ":";
    for (script const& s : all)
        out += " " + text(s);
    out += "\n";
}

std::string text(loop_definition const& d)
{
    static constexpr char const* policies[] = {"coalesce", "skip", "catch_up", "delay", "forbid"};
    std::string out = to_string(d.every);
    if (d.count)
        out += ", count " + std::to_string(*d.count);
    if (!d.reconnect)
        out += ", no reconnect";
    out += std::string{", "} + policies[static_cast<int>(d.missed)];
    if (d.missed == missed_policy::catch_up)
        out += "(" + std::to_string(d.catch_up_max) + ")";
    if (d.overlap != 1)
        out += d.overlap ? ", overlap " + std::to_string(d.overlap) : ", overlap unlimited";
    if (d.initial_delay.count())
        out += ", initial delay " + text(d.initial_delay);
    if (!d.jitter.all.empty()) {
        out += d.jitter.in_order ? ", jitter in order" : ", jitter by slot";
        for (auto const& j : d.jitter.all)
            out += " " + (j ? text(*j) : std::string{"throw"});
    }
    if (d.grace)
        out += ", grace " + text(*d.grace);
    if (d.timeout)
        out += ", time-out " + text(*d.timeout);
    if (d.retries)
        out += ", retries " + std::to_string(*d.retries);
    if (d.next_slot)
        out += ", next slot on error";
    if (d.plain)
        out += ", plain functions";
    if (d.strand)
        out += ", strand";
    out += ", delays";
    for (auto const delay : d.delays)
        out += " " + text(delay);
    out += "\n";
    write(out, "body", d.body);
    if (d.before)
        write(out, "before", *d.before);
    if (d.error)
        write(out, "error", *d.error);
    if (d.after)
        write(out, "after", *d.after);
    return out;
}

} // namespace

std::optional<milliseconds> answer(jitter_answers const& policy, milliseconds slot, std::uint64_t asked)
{
    auto const n = policy.all.size();
    if (policy.in_order)
        return policy.all[std::min<std::uint64_t>(asked, n - 1)];
    return policy.all[static_cast<std::uint64_t>(slot.count() / 125) % n];
}

std::string to_string(step const& s)
{
    switch (s.what) {
    case step::kind::advance: return "advance " + text(s.length);
    case step::kind::suspend: return "suspend " + text(s.length);
    case step::kind::step_clock: return "step the wall clock by " + text(s.length);
    case step::kind::act: return to_string(s.call);
    case step::kind::plan: return "in " + text(s.length) + ": " + to_string(s.call);
    }
    return "?";
}

std::string to_string(timetable const& t)
{
    std::string out;
    switch (t.what) {
    case timetable::kind::interval: return "every " + text(t.period);
    case timetable::kind::fixed_delay: return "fixed delay " + text(t.period);
    case timetable::kind::on_trigger: return "on trigger";
    case timetable::kind::aligned: return "aligned to " + text(t.period) + " + " + text(t.phase);
    case timetable::kind::daily:
        out = "daily at";
        for (auto const& time : t.times)
            out += " " + text(time.of_day) + (time.east.count() ? " (" + text(time.east) + " east)" : "");
        return out;
    case timetable::kind::listed:
        out = "at";
        for (auto const instant : t.list)
            out += " " + text(instant);
        return out;
    }
    return "?";
}

std::string to_string(action const& a)
{
    auto const on = " loop " + std::to_string(a.target);
    switch (a.what) {
    case verb::sleep: return "sleep " + text(a.length) + (a.goes_on ? " and go on" : "");
    case verb::raise: return "throw " + to_string(a.error);
    case verb::start: return "start" + on;
    case verb::restart: return "restart" + on;
    case verb::stop: return "stop" + on;
    case verb::cancel: return "cancel" + on;
    case verb::change_interval: return "change" + on + " to " + to_string(a.every);
    case verb::add_type: return "add " + to_string(a.error) + " to" + on;
    case verb::remove_type: return "remove " + to_string(a.error) + " from" + on;
    case verb::clear_types: return "clear types of" + on;
    case verb::join: return "join" + on;
    case verb::call: return "call" + on;
    case verb::cancel_calls: return "cancel calls of" + on;
    case verb::trigger: return "trigger" + on;
    case verb::trigger_at: return "trigger" + on + " at " + text(a.length);
    case verb::trigger_in: return "trigger" + on + " in " + text(a.length);
    case verb::async_trigger: return "trigger" + on + " and wait";
    case verb::cancel_triggers: return "cancel triggers of" + on;
    case verb::pause: return "pause" + on;
    case verb::resume: return "resume" + on;
    case verb::query: return "query" + on;
    case verb::destroy: return "destroy" + on;
    }
    return "?";
}

std::string to_string(history const& h)
{
    std::string out;
    if (h.wake_offset != milliseconds::zero())
        out += "woken " + text(h.wake_offset) + " late\n";
    for (std::size_t i = 0; i < h.loops.size(); ++i)
        out += "loop " + std::to_string(i) + ": " + text(h.loops[i]);
    for (step const& s : h.steps)
        out += "  - " + to_string(s) + "\n";
    return out;
}

} // namespace simulation
