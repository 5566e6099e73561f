// SPDX-License-Identifier: MIT
#include "parse.hpp"

#include "exceptions.hpp"
#include "instants.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace conformance {
namespace {

/// A JSON value and its path, for messages.
struct place {
    json const* value;
    std::string path;

    [[noreturn]] void fail(std::string const& problem) const
    {
        throw malformed(path + ": " + problem + ": " + value->dump());
    }

    place at(std::string const& key) const { return {&value->at(key), path + '.' + key}; }

    /// Null is the same as absent.
    std::optional<place> find(std::string const& key) const
    {
        auto const found = value->find(key);
        if (found == value->end() || found->is_null())
            return std::nullopt;
        return place{&*found, path + '.' + key};
    }

    place need(std::string const& key) const
    {
        if (auto found = find(key))
            return *found;
        fail("\"" + key + "\" is missing");
    }

    /// Requires an object with no other keys than these.
    void object(std::initializer_list<std::string_view> keys) const
    {
        if (!value->is_object())
            fail("not an object");
        for (auto const& [key, unused] : value->items()) {
            if (std::find(keys.begin(), keys.end(), key) == keys.end())
                fail("unknown key \"" + key + '"');
        }
    }

    std::vector<place> elements() const
    {
        if (!value->is_array())
            fail("not a list");
        std::vector<place> result;
        for (std::size_t i = 0; i < value->size(); ++i)
            result.push_back({&(*value)[i], path + '[' + std::to_string(i) + ']'});
        return result;
    }

    std::string text() const
    {
        if (!value->is_string())
            fail("not a string");
        return value->get<std::string>();
    }

    bool boolean() const
    {
        if (!value->is_boolean())
            fail("not true or false");
        return value->get<bool>();
    }

    std::int64_t integer() const
    {
        if (!value->is_number_integer())
            fail("not an integer");
        if (value->is_number_unsigned() &&
            value->get<std::uint64_t>() >
                static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            fail("too large");
        return value->get<std::int64_t>();
    }

    /// A number, or one of the strings for values that JSON cannot represent.
    double real() const
    {
        if (value->is_string()) {
            std::string const word = value->get<std::string>();
            if (word == "nan")
                return std::numeric_limits<double>::quiet_NaN();
            if (word == "inf")
                return std::numeric_limits<double>::infinity();
            if (word == "-inf")
                return -std::numeric_limits<double>::infinity();
        }
        if (!value->is_number())
            fail("not a number");
        return value->get<double>();
    }

    nanoseconds in_units_of(nanoseconds unit) const
    {
        if (!value->is_number())
            fail("not a number");
        if (value->is_number_integer())
            return unit * value->get<std::int64_t>();
        return nanoseconds{std::llround(value->get<double>() * static_cast<double>(unit.count()))};
    }

    std::optional<double> optional_real(std::string const& key) const
    {
        auto const found = find(key);
        return found ? std::optional{found->real()} : std::nullopt;
    }

    nanoseconds milliseconds() const { return in_units_of(std::chrono::milliseconds{1}); }
};

/// Calls `read` for the member `key`, if there is one.
template <class F>
void if_given(place const& parent, char const* key, F&& read)
{
    if (auto const found = parent.find(key))
        read(*found);
}

time_entry read_time(place const& at)
{
    at.object({"at", "tz"});
    time_entry result{at.need("at").text(), {}};
    if_given(at, "tz", [&](place const& p) { result.zone = p.text(); });
    return result;
}

when read_when(place const& at)
{
    when result;
    if_given(at, "seconds", [&](place const& p) { result.seconds = p.real(); });
    if_given(at, "minutes", [&](place const& p) { result.minutes = p.real(); });
    if_given(at, "hours", [&](place const& p) { result.hours = p.real(); });
    if_given(at, "time", [&](place const& p) {
        result.times.emplace();
        if (p.value->is_object()) {
            result.times->push_back(read_time(p));
            return;
        }
        for (place const& entry : p.elements())
            result.times->push_back(read_time(entry));
    });
    result.fixed_delay = at.optional_real("fixed_delay");
    if_given(at, "on_trigger", [&](place const& p) { result.on_trigger = p.boolean(); });
    return result;
}

overlap_choice read_overlap(place const& at)
{
    if (!at.value->is_boolean())
        return {false, at.integer()};
    return {at.boolean(), 1};
}

missed_choice read_missed(place const& at)
{
    using enum missed_choice::kind;
    if (at.value->is_object()) {
        at.object({"catch_up"});
        return {catch_up, at.need("catch_up").integer()};
    }
    std::string const name = at.text();
    if (name == "coalesce")
        return {coalesce, 0};
    if (name == "skip")
        return {skip, 0};
    if (name == "delay")
        return {delay, 0};
    if (name == "forbid")
        return {forbid, 0};
    at.fail("unknown policy");
}

std::string read_exception_name(place const& at)
{
    std::string name = at.text();
    if (!is_exception_name(name))
        at.fail("unknown exception class");
    return name;
}

jitter_choice read_jitter(place const& at)
{
    jitter_choice result;
    if (!at.value->is_array()) {
        result.seconds = at.real();
        return result;
    }
    for (place const& element : at.elements()) {
        if (element.value->is_object()) {
            element.object({"throw"});
            result.answers.push_back({0, read_exception_name(element.need("throw"))});
        } else {
            result.answers.push_back({element.real(), {}});
        }
    }
    if (result.answers.empty())
        at.fail("empty");
    return result;
}

bool read_on_error(place const& at)
{
    std::string const name = at.text();
    if (name != "next_slot" && name != "end_run")
        at.fail("neither \"next_slot\" nor \"end_run\"");
    return name == "next_slot";
}

loop_parameters read_parameters(place const& at)
{
    at.object({"seconds", "minutes", "hours", "time", "fixed_delay", "on_trigger", "count", "reconnect",
               "overlap", "missed", "initial_delay", "jitter", "grace", "timeout", "retries", "on_error"});
    loop_parameters result;
    result.every = read_when(at);
    if_given(at, "count", [&](place const& p) { result.count = p.integer(); });
    if_given(at, "reconnect", [&](place const& p) { result.reconnect = p.boolean(); });
    if_given(at, "overlap", [&](place const& p) { result.overlap = read_overlap(p); });
    if_given(at, "missed", [&](place const& p) { result.missed = read_missed(p); });
    result.initial_delay = at.optional_real("initial_delay");
    if_given(at, "jitter", [&](place const& p) { result.jitter = read_jitter(p); });
    result.grace = at.optional_real("grace");
    result.timeout = at.optional_real("timeout");
    if_given(at, "retries", [&](place const& p) { result.retries = p.integer(); });
    if_given(at, "on_error", [&](place const& p) { result.next_slot = read_on_error(p); });
    return result;
}

constexpr std::pair<std::string_view, operation> operations[] = {
    {"sleep", operation::sleep},
    {"throw", operation::raise},
    {"start", operation::start},
    {"restart", operation::restart},
    {"stop", operation::stop},
    {"cancel", operation::cancel},
    {"change_interval", operation::change_interval},
    {"add_exception_type", operation::add_exception_type},
    {"remove_exception_type", operation::remove_exception_type},
    {"clear_exception_types", operation::clear_exception_types},
    {"call", operation::call},
    {"trigger", operation::trigger},
    {"trigger_at", operation::trigger_at},
    {"trigger_in", operation::trigger_in},
    {"async_trigger", operation::async_trigger},
    {"pause", operation::pause},
    {"resume", operation::resume},
    {"query", operation::query},
};

std::vector<step> read_steps(place const& at, bool in_script);

void read_sleep(place const& at, step& result)
{
    at.object({"op", "ms", "on_cancel"});
    result.length = at.need("ms").milliseconds();
    if_given(at, "on_cancel", [&](place const& p) {
        p.object({"steps", "swallow"});
        result.on_cancel.emplace();
        if_given(p, "steps", [&](place const& q) { result.on_cancel->steps = read_steps(q, true); });
        if_given(p, "swallow", [&](place const& q) { result.on_cancel->swallow = q.boolean(); });
    });
}

step read_step(place const& at, bool in_script)
{
    if (!at.value->is_object())
        at.fail("not an object");
    step result;
    result.name = at.need("op").text();
    auto const found = std::find_if(std::begin(operations), std::end(operations),
                                    [&](auto const& entry) { return entry.first == result.name; });
    if (found == std::end(operations))
        at.fail("unknown op");
    result.op = found->second;

    switch (result.op) {
    case operation::sleep:
    case operation::raise:
        if (!in_script)
            at.fail("only a script can do this");
        if (result.op == operation::sleep) {
            read_sleep(at, result);
        } else {
            at.object({"op", "type"});
            result.type = read_exception_name(at.need("type"));
        }
        return result;
    case operation::start:
    case operation::restart:
    case operation::call:
        at.object({"op", "target", "args"});
        if_given(at, "args", [&](place const& p) {
            for (place const& element : p.elements())
                result.args.push_back(*element.value);
        });
        break;
    case operation::change_interval:
        at.object({"op", "target", "seconds", "minutes", "hours", "time", "fixed_delay", "on_trigger"});
        result.every = read_when(at);
        break;
    case operation::add_exception_type:
    case operation::remove_exception_type:
        at.object({"op", "target", "types"});
        for (place const& type : at.need("types").elements())
            result.types.push_back(read_exception_name(type));
        break;
    case operation::trigger_at:
        at.object({"op", "target", "wall_ms"});
        result.length = at.need("wall_ms").milliseconds();
        break;
    case operation::trigger_in:
        at.object({"op", "target", "ms"});
        result.length = at.need("ms").milliseconds();
        break;
    case operation::stop:
    case operation::cancel:
    case operation::clear_exception_types:
    case operation::trigger:
    case operation::async_trigger:
    case operation::pause:
    case operation::resume:
    case operation::query: at.object({"op", "target"}); break;
    }
    if_given(at, "target", [&](place const& p) { result.target = p.text(); });
    return result;
}

std::vector<step> read_steps(place const& at, bool in_script)
{
    std::vector<step> result;
    for (place const& element : at.elements())
        result.push_back(read_step(element, in_script));
    return result;
}

script read_script(place const& at)
{
    at.object({"steps", "run"});
    script result;
    if_given(at, "steps", [&](place const& p) { result.steps = read_steps(p, true); });
    if_given(at, "run", [&](place const& p) {
        if (!p.value->is_object())
            p.fail("not an object");
        for (auto const& [key, unused] : p.value->items()) {
            if (key.empty() || key.size() > 9 ||
                !std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; }))
                p.fail("\"" + key + "\" is not the number of a call");
            result.calls.emplace(std::stoul(key), read_steps(p.at(key), true));
        }
    });
    return result;
}

loop_definition read_loop(place const& at, std::string name)
{
    loop_definition result;
    result.name = std::move(name);
    result.loop = read_parameters(at.need("loop"));
    if_given(at, "body", [&](place const& p) { result.body = read_script(p); });
    if_given(at, "before_loop", [&](place const& p) { result.before_loop = read_script(p); });
    if_given(at, "after_loop", [&](place const& p) { result.after_loop = read_script(p); });
    if_given(at, "error", [&](place const& p) { result.error = read_script(p); });
    return result;
}

void check_targets(std::vector<step> const& steps, std::set<std::string> const& names)
{
    for (step const& s : steps) {
        if (!s.target.empty() && !names.contains(s.target))
            throw malformed("no loop is called \"" + s.target + '"');
        if (s.on_cancel)
            check_targets(s.on_cancel->steps, names);
    }
}

void check_targets(scenario const& s)
{
    std::set<std::string> names;
    for (loop_definition const& l : s.loops) {
        if (!names.insert(l.name).second)
            throw malformed("two loops are called \"" + l.name + '"');
    }
    auto const check = [&](script const& text) {
        check_targets(text.steps, names);
        for (auto const& [k, steps] : text.calls)
            check_targets(steps, names);
    };
    for (loop_definition const& l : s.loops) {
        check(l.body);
        for (auto const* hook : {&l.before_loop, &l.after_loop, &l.error}) {
            if (*hook)
                check(**hook);
        }
    }
    for (action const& a : s.actions)
        check_targets(a.ops, names);
}

void read_tags(place const& at, scenario& result)
{
    for (place const& tag : at.elements()) {
        std::string const name = tag.text();
        if (name == "same-instant")
            result.same_instant = true;
        else if (name != "catch-cancel" && name != "reading" && name != "jitter-drawn-at-wait" &&
                 name != "typed")
            tag.fail("unknown tag"); // the others are for the reader
    }
}

void read_wake_offsets(place const& at, scenario& result)
{
    using std::chrono::microseconds;
    result.wake_offsets.clear();
    if (at.value->is_array()) {
        for (place const& element : at.elements())
            result.wake_offsets.push_back(element.in_units_of(microseconds{1}));
        if (result.wake_offsets.empty())
            at.fail("empty");
    } else {
        result.wake_offsets.push_back(at.in_units_of(microseconds{1}));
    }
}

void read_disturbances(place const& at, scenario& result)
{
    if_given(at, "wall_jumps", [&](place const& p) {
        for (place const& element : p.elements()) {
            element.object({"at_ms", "delta_ms"});
            result.wall_jumps.push_back(
                {element.need("at_ms").milliseconds(), element.need("delta_ms").milliseconds()});
        }
    });
    if_given(at, "stalls", [&](place const& p) {
        for (place const& element : p.elements()) {
            element.object({"at_ms", "ms"});
            result.stalls.push_back(
                {element.need("at_ms").milliseconds(), element.need("ms").milliseconds()});
        }
    });
    if_given(at, "wake_offset_us", [&](place const& p) { read_wake_offsets(p, result); });
}

scenario read_scenario(place const& at)
{
    at.object({"id",
               "group",
               "title",
               "start_wall",
               "loop",
               "body",
               "before_loop",
               "after_loop",
               "error",
               "actions",
               "until_ms",
               "backoff_fraction",
               "wake_offset_us",
               "precision",
               "wall_jumps",
               "stalls",
               "max_events",
               "others",
               "peers",
               "tags",
               "part",
               "slots",
               "jitter_fraction"});
    scenario result;
    result.id = at.need("id").text();
    if_given(at, "title", [&](place const& p) { result.title = p.text(); });
    place const start = at.need("start_wall");
    try {
        result.start_wall = parse_instant(start.text());
    } catch (std::invalid_argument const& e) {
        start.fail(e.what());
    }
    result.loops.push_back(read_loop(at, "main"));
    if_given(at, "others", [&](place const& p) {
        if (!p.value->is_object())
            p.fail("not an object");
        for (auto const& [name, unused] : p.value->items()) {
            place const other = p.at(name);
            other.object({"loop", "body", "before_loop", "after_loop", "error"});
            result.loops.push_back(read_loop(other, name));
        }
    });
    if_given(at, "actions", [&](place const& p) {
        for (place const& element : p.elements()) {
            element.object({"at_ms", "ops"});
            result.actions.push_back(
                {element.need("at_ms").milliseconds(), read_steps(element.need("ops"), false)});
        }
    });
    result.until = at.need("until_ms").milliseconds();
    if_given(at, "backoff_fraction", [&](place const& p) { result.backoff_fraction = p.real(); });
    if_given(at, "part", [&](place const& p) { result.part = static_cast<int>(p.integer()); });
    if_given(at, "slots", [&](place const& p) { result.slots = p.boolean(); });
    if_given(at, "jitter_fraction", [&](place const& p) { result.jitter_fraction = p.real(); });
    if_given(at, "precision", [&](place const& p) {
        std::string const name = p.text();
        if (name != "ms" && name != "us")
            p.fail("neither \"ms\" nor \"us\"");
        result.precision = name == "us" ? precision::microseconds : precision::milliseconds;
    });
    if_given(at, "max_events", [&](place const& p) {
        if (p.integer() < 0)
            p.fail("negative");
        result.max_events = static_cast<std::size_t>(p.integer());
    });
    if_given(at, "tags", [&](place const& p) { read_tags(p, result); });
    read_disturbances(at, result);
    check_targets(result);
    return result;
}

void check_trace(place const& at)
{
    for (place const& event : at.elements()) {
        if (!event.value->is_object())
            event.fail("not an object");
        if (!event.need("ms").value->is_number())
            event.fail("\"ms\" is not a number");
        event.need("ev").text();
    }
}

} // namespace

void check_object(json const& object, std::span<std::string_view const> known)
{
    if (!object.is_object())
        throw malformed("not an object: " + object.dump());
    for (auto const& [key, unused] : object.items())
        if (std::find(known.begin(), known.end(), key) == known.end())
            throw malformed("unknown key \"" + key + "\" in " + object.dump());
}

loop_case parse_loop_case(json const& source)
{
    place const at{&source, "case"};
    at.object({"scenario", "wanted", "wanted_is", "tolerance_ms", "note", "agree", "agree_events", "pycord",
               "discordpy"});
    loop_case result;
    result.scenario = read_scenario(at.need("scenario"));
    check_trace(at.need("wanted"));
    result.wanted = *at.need("wanted").value;
    if_given(at, "tolerance_ms", [&](place const& p) { result.tolerance = p.milliseconds(); });
    return result;
}

} // namespace conformance
