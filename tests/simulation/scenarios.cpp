// SPDX-License-Identifier: MIT
#include "scenarios.hpp"

#include "../conformance/compare.hpp"
#include "../conformance/recorder.hpp"
#include "model.hpp"
#include "scenario_history.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <variant>

namespace simulation {

using namespace std::chrono_literals;
using conformance::json;

namespace {

/// The words of a text, without its answers in brackets.
std::vector<std::string> words(std::string const& text)
{
    std::istringstream in{text.substr(0, text.find(" ["))};
    return {std::istream_iterator<std::string>{in}, {}};
}

milliseconds ms_of(std::string const& number)
{
    return milliseconds{std::stoll(number)};
}

/// What stands between two marks, the first ones.
std::string between(std::string const& text, std::string_view from, std::string_view to)
{
    auto const begin = text.find(from) + from.size();
    return text.substr(begin, text.find(to, begin) - begin);
}

problem problem_named(std::string const& text)
{
    for (auto const p : {problem::network, problem::special, problem::fatal, problem::aborted,
                         problem::skipped, problem::timed_out, problem::not_running, problem::abandoned}) {
        if (to_string(p) == text)
            return p;
    }
    throw std::logic_error{"no problem " + text};
}

/// The text behind "with".
std::optional<problem> error_in(std::string const& text)
{
    auto const at = text.rfind(" with ");
    return at == std::string::npos ? std::nullopt : std::optional{problem_named(text.substr(at + 6))};
}

class scenario_player {
public:
    explicit scenario_player(conformance::loop_case c)
        : case_{std::move(c)}
        , given_{case_.scenario}
        , translator_{given_}
        , history_{translator_.loops()}
        , model_{history_}
        , trace_{[this] { return model_.now(); }, given_.precision, given_.max_events, given_.names_loops(),
                 [] {}}
        , runs_(history_.loops.size())
        , bodies_(history_.loops.size())
        , directs_(history_.loops.size())
    {
        model_.step_clock(translator_.start());
        if (given_.wake_offsets.size() != 1 || given_.wake_offsets.front() < conformance::nanoseconds{0})
            throw not_expressible{"timers that wake early, or now so, now so"};
        wake_offset_ = whole(given_.wake_offsets.front()); // the usual microsecond does not show
        if (given_.precision != conformance::precision::milliseconds)
            throw not_expressible{"microseconds"};
    }

    std::string play()
    {
        for (auto const& e : agenda()) {
            auto const at = std::visit([](auto const* what) { return whole(what->at); }, e);
            if (at > whole(given_.until))
                break;
            if (model_.now() <= at) // or else the process was frozen, and this is the first that it sees
                advance(at);
            if (auto const* jump = std::get_if<conformance::wall_jump const*>(&e))
                model_.step_clock(whole((*jump)->delta));
            else if (auto const* stall = std::get_if<conformance::stall const*>(&e))
                model_.suspend_until(std::max(model_.now(), at + whole((*stall)->length)));
            else
                act(*std::get<conformance::action const*>(e));
        }
        advance(whole(given_.until));
        for (std::size_t i = 0; i < history_.loops.size(); ++i)
            record(i, "end", snapshot(i, model_.ask(i), std::nullopt));
        if (!problem_.empty())
            return problem_;
        simplify(case_.wanted);
        return conformance::first_difference(case_, trace_.trace()).value_or(std::string{});
    }

    json const& trace() const { return trace_.trace(); }

private:
    using item =
        std::variant<conformance::wall_jump const*, conformance::stall const*, conformance::action const*>;

    static milliseconds whole(conformance::nanoseconds d) { return std::chrono::floor<milliseconds>(d); }

    std::vector<item> agenda() const
    {
        std::vector<item> all;
        for (auto const& jump : given_.wall_jumps)
            all.emplace_back(&jump);
        for (auto const& stall : given_.stalls)
            all.emplace_back(&stall);
        for (auto const& a : given_.actions)
            all.emplace_back(&a);
        auto const when = [](item const& i) {
            return std::visit([](auto const* what) { return what->at; }, i);
        };
        std::stable_sort(all.begin(), all.end(),
                         [&](item const& a, item const& b) { return when(a) < when(b); });
        return all;
    }

    // time

    /// What is caused comes first, then what time brings, in its order. At one instant scripts precede the
    /// loops, whose timers wake a little later.
    static bool earlier(model::choice const& a, model::choice const& b)
    {
        if (a.due.has_value() != b.due.has_value())
            return b.due.has_value();
        if (a.due != b.due)
            return a.due < b.due;
        return a.due && a.scripted && !b.scripted;
    }

    void advance(milliseconds until)
    {
        while (problem_.empty() && !trace_.closed()) {
            auto all = model_.choices();
            for (auto& c : all) {
                if (c.due && !c.scripted && *c.due > model_.now())
                    *c.due += wake_offset_;
            }
            std::stable_sort(all.begin(), all.end(), earlier);
            if (all.empty() || (all.front().due && *all.front().due >= until))
                break;
            auto const& next = all.front();
            if (next.due && *next.due > model_.now())
                model_.suspend_until(*next.due);
            auto const* a = model_.action_of(next);
            problem_ = model_.choose(next);
            take(next, a);
        }
        if (model_.now() < until)
            model_.suspend_until(until);
    }

    void act(conformance::action const& a)
    {
        for (auto const& op : a.ops) {
            action const what = translator_.operation(op, 0);
            std::string const result = model_.act(what);
            tell(what.target, "action", what, result, model_.ask(what.target), std::nullopt);
            take({.loop = what.target, .by = {}}, nullptr);
        }
        advance(whole(a.at)); // no further, because the process may be frozen now
    }

    // events

    void record(std::size_t loop, std::string_view event, json keys)
    {
        trace_.record(given_.loops[loop].name, event, std::move(keys));
    }

    void take(model::choice const& c, action const* a)
    {
        for (auto const& e : model_.take_events())
            translate(e, c, a);
    }

    void tell(std::size_t loop, std::string const& by, action const& a, std::string const& result,
              answers const& target, std::optional<std::uint64_t> number)
    {
        if (a.what == verb::query) {
            json keys = snapshot(loop, target, number);
            json first{{"by", by}};
            first.update(keys);
            record(loop, "query", first);
            return;
        }
        json keys{{"by", by}, {"op", op_name(a)}};
        if (result == "true" || result == "false")
            keys["result"] = result == "true";
        if (result == "already running")
            keys["error"] = "RuntimeError";
        if (result == "bad option")
            keys["error"] = "ValueError";
        record(loop, "op", keys);
    }

    static char const* op_name(action const& a)
    {
        switch (a.what) {
        case verb::start: return "start";
        case verb::restart: return "restart";
        case verb::stop: return "stop";
        case verb::cancel: return "cancel";
        case verb::change_interval: return "change_interval";
        case verb::add_type: return "add_exception_type";
        case verb::remove_type: return "remove_exception_type";
        case verb::clear_types: return "clear_exception_types";
        case verb::call: return "call";
        case verb::trigger: return "trigger";
        case verb::trigger_at: return "trigger_at";
        case verb::trigger_in: return "trigger_in";
        case verb::async_trigger: return "async_trigger";
        case verb::pause: return "pause";
        case verb::resume: return "resume";
        default: return "?";
        }
    }

    json snapshot(std::size_t loop, answers const& a, std::optional<std::uint64_t> number) const
    {
        json keys = json::object();
        keys["is_running"] = a.running;
        keys["failed"] = a.failed;
        keys["is_being_cancelled"] = a.cancelling;
        keys["current_loop"] = number.value_or(a.current_loop);
        keys["next_ms"] = nullptr;
        if (a.next_iteration)
            keys["next_ms"] = (*a.next_iteration - translator_.start()).count();
        if (given_.part >= 2) {
            keys["is_paused"] = a.paused;
            keys["failures"] = a.failures;
            keys["last_error"] = a.last_error ? json(translator_.name(*a.last_error)) : json();
        }
        auto const& every = model_.every(loop);
        auto const seconds = std::chrono::duration<double>{every.period}.count();
        if (every.what == timetable::kind::interval)
            keys["interval"] = {{"seconds", seconds}};
        else if (every.what == timetable::kind::fixed_delay)
            keys["fixed_delay"] = seconds;
        else if (every.what == timetable::kind::on_trigger)
            keys["on_trigger"] = true;
        return keys;
    }

    answers answers_in(std::string const& text) const
    {
        answers a;
        auto const inside = between(text, " [", "]");
        std::istringstream in{inside.substr(0, inside.find(" with "))};
        std::string word;
        while (in >> word) {
            if (word == "current")
                in >> a.current_loop;
            else if (word == "next" && in >> word && word != "-")
                a.next_iteration = ms_of(word);
            else if (word == "failures")
                in >> a.failures;
            a.running |= word == "running";
            a.failed |= word == "failed";
            a.cancelling |= word == "cancelling";
            a.paused |= word == "paused";
        }
        a.last_error = error_in(inside);
        return a;
    }

    void translate(event const& e, model::choice const& c, action const* a)
    {
        auto const w = words(e.text);
        auto const loop = e.loop;
        if (w[0] == "slot") {
            slot(loop, w);
        } else if (w[0] == "attempt") {
            attempt(loop, e.text, w);
        } else if (e.text == "run started again") {
            record(loop, "relaunched", json::object());
        } else if (w[0] == "run" && w[1] == "ended,") {
            json keys{{"state", w[2]}};
            if (auto const p = error_in(e.text))
                keys["type"] = translator_.name(*p);
            record(loop, "finished", keys);
        } else if (w[0] == "log:") {
            failed_with_ = error_in(e.text);
            record(loop, "default_error", json::object());
        } else if (w[0] == "trigger" && w[2] == "is") {
            auto const p = error_in(e.text);
            record(loop, "trigger_done",
                   {{"k", std::stoi(w[1])}, {"type", p ? json(translator_.name(*p)) : json()}});
        } else if (w[0] == "direct" && w[3] == "is") {
            auto const p = error_in(e.text);
            json keys{{"state", !p ? "completed" : *p == problem::aborted ? "cancelled" : "failed"}};
            if (keys["state"] == "failed")
                keys["type"] = translator_.name(*p);
            record(loop, "call_finished", keys);
        } else if (w[0] == "before" || w[0] == "after" || w[0] == "error" || w[0] == "body" ||
                   w[0] == "direct") {
            script_event(loop, e.text, w, c, a);
        }
    }

    void slot(std::size_t loop, std::vector<std::string> const& w)
    {
        if (!given_.slots)
            return;
        auto const dots = std::find_if(
            w.begin(), w.end(), [](std::string const& s) { return s.find("..") != std::string::npos; });
        json keys = json::object();
        bool const missed = w[1] != "ran" && w[1] != "requested" && w[1] != "coalesced";
        keys["what"] = missed ? "missed" : w[1];
        if (missed)
            keys["cause"] = w[1];
        keys["count"] = std::stoll(dots[2]);
        keys["first_ms"] = (ms_of(*dots) - translator_.start()).count();
        keys["last_ms"] = (ms_of(dots->substr(dots->find("..") + 2)) - translator_.start()).count();
        record(loop, "slot", keys);
    }

    void attempt(std::size_t loop, std::string const& text, std::vector<std::string> const& w)
    {
        auto const number = std::stoull(w[1]);
        if (w[2] == "begins:") {
            bodies_[loop][number].slot = ms_of(between(text, " slot ", " ")) - translator_.start();
            bodies_[loop][number].requested = text.find(": requested") != std::string::npos;
        } else if (w[2] == "retried") {
            auto const failures = std::stoi(between(text, " after ", " "));
            record(loop, "retry",
                   {{"bound_ms", 1000LL << std::min(failures, 10)}, {"delay_ms", std::stoll(w[4])}});
        } else {
            auto const p = error_in(text);
            json keys{{"n", number}, {"run", bodies_[loop][number].run}};
            bool const cancelled = p == problem::aborted || p == problem::timed_out;
            if (w[3] == "skipped")
                keys["type"] = "Skipped";
            else if (p && !cancelled)
                keys["type"] = translator_.name(*p);
            record(loop,
                   cancelled               ? "iter_cancelled"
                   : keys.contains("type") ? "iter_throw"
                                           : "iter_end",
                   keys);
            failed_with_ = p;
        }
    }

    void script_event(std::size_t loop, std::string const& text, std::vector<std::string> const& w,
                      model::choice const& c, action const* a)
    {
        std::string const who = w[0] == "direct" ? "body" : w[0];
        std::string const event = who == "body" ? "iter" : who;
        bool const body = w[0] == "body";
        if (text.find(" hook failed") != std::string::npos) {
            failed_with_ = error_in(text);
            return;
        }
        auto const does = words(text.substr(to_string(actor_in(w)).size() + 1));
        if (does[0] == "begins") {
            json keys = json::object();
            if (body) {
                auto& b = bodies_[loop][std::stoull(w[1])];
                b.run = runs_[loop]++;
                keys = {{"n", std::stoull(w[1])}, {"run", b.run}};
                if (b.requested && given_.part >= 2)
                    keys["cause"] = "requested";
                if (given_.slots)
                    keys["slot_ms"] = b.slot.count();
            } else if (event == "iter") {
                auto const n = answers_in(text).current_loop;
                directs_[loop][std::stoull(w[2])] = keys = {{"n", n}, {"run", runs_[loop]++}};
            } else if (event == "error") {
                keys["type"] = translator_.name(failed_with_.value_or(problem::fatal));
            }
            record(loop, event + "_begin", keys);
        } else if (does[0] == "ends") {
            record(loop, event + "_end",
                   w[0] == "direct" ? directs_[loop][std::stoull(w[2])] : json::object());
        } else if (does[0] == "was") {
            if (a->goes_on)
                record(loop, "cancel_caught", {{"by", who}});
            else if (!body)
                ended_by(loop, event, w, problem::aborted);
        } else if (a && a->what == verb::raise) {
            if (!body)
                ended_by(loop, event, w, a->error);
        } else if (a && a->what != verb::sleep && c.loop == loop) {
            auto const result = between(text, ": ", " [");
            tell(a->target, who, *a, result, answers_in(text),
                 body && a->target == loop ? std::optional{std::stoull(w[1])} : std::nullopt);
        }
    }

    static actor actor_in(std::vector<std::string> const& w)
    {
        if (w[0] == "body")
            return {actor::kind::body, std::stoull(w[1])};
        if (w[0] == "direct")
            return {actor::kind::direct, std::stoull(w[2])};
        if (w[0] == "error")
            return {actor::kind::error, std::stoull(w[2])};
        return {w[0] == "before" ? actor::kind::before : actor::kind::after};
    }

    void ended_by(std::size_t loop, std::string const& event, std::vector<std::string> const& w, problem p)
    {
        json keys = event == "iter" ? directs_[loop][std::stoull(w[2])] : json::object();
        if (p != problem::aborted)
            keys["type"] = translator_.name(p);
        record(loop, event + (p == problem::aborted ? "_cancelled" : "_throw"), keys);
    }

    /// Leaves out what a history does not have: arguments, and the names of zones.
    void simplify(json& wanted) const
    {
        for (json& e : wanted) {
            for (auto const* key : {"args", "times", "next_iteration"})
                e.erase(key);
        }
    }

    struct body_facts {
        std::uint64_t run = 0;
        milliseconds slot{0};
        bool requested = false;
    };

    conformance::loop_case case_;
    conformance::scenario const& given_;
    scenario_translator translator_;
    history history_;
    model model_;
    conformance::recorder trace_;
    std::string problem_;
    milliseconds wake_offset_{0};
    std::optional<problem> failed_with_;
    std::vector<std::uint64_t> runs_;
    std::vector<std::map<std::uint64_t, body_facts>> bodies_;
    std::vector<std::map<std::uint64_t, json>> directs_;
};

} // namespace

scenario_verdict play_scenario(conformance::loop_case c)
{
    for (auto const& e : c.wanted) {
        if (e.at("ev") == "construct_error")
            return {"an error of construction", {}};
    }
    try {
        return {{}, scenario_player{std::move(c)}.play()};
    } catch (not_expressible const& e) {
        return {e.what(), {}};
    }
}

} // namespace simulation
