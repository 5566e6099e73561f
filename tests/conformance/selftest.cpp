// SPDX-License-Identifier: MIT
// Tests the runner itself. The expected traces are altered in every significant way, one at a time, and each
// alteration must be detected. The program must report failures, crashes and missing files.
#include "cli.hpp"
#include "compare.hpp"
#include "corpus.hpp"
#include "instants.hpp"
#include "isolate.hpp"
#include "parse.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace conformance;
namespace fs = std::filesystem;

int checks = 0;
int failures = 0;

void check(bool condition, std::string const& what)
{
    ++checks;
    if (condition)
        return;
    ++failures;
    std::cout << "FAIL  " << what << '\n';
}

// ---- spoilt traces -----------------------------------------------------------------------------------

/// Another value of the same kind.
json other_value(std::string const& key, json const& value)
{
    if (value.is_boolean())
        return !value.get<bool>();
    if (value.is_null())
        return 1;
    if (value.is_number_integer())
        return value.get<std::int64_t>() + 1;
    if (value.is_number())
        return value.get<double>() + 1;
    if (key == "times" && !value.empty()) {
        json other = value;
        other[0]["at"] = "00:00:00.123456";
        return other;
    }
    if (value.is_array()) {
        json shorter = value;
        shorter.erase(shorter.size() - 1);
        return shorter;
    }
    if (key == "interval") {
        json longer = value;
        longer["seconds"] = value.value("seconds", 0.0) + 0.001;
        return longer;
    }
    if (key == "next_iteration")
        return format_instant(parse_instant(value.get<std::string>()) + std::chrono::milliseconds{1});
    return value.get<std::string>() + "x";
}

class spoiler {
public:
    static constexpr std::size_t stride = 7;

    explicit spoiler(loop_case c)
        : case_{std::move(c)}
        , original_(case_.wanted)
    {
    } // braces would make it a list

    /// Alters some of the events, beginning with this one. The traces are similar, and together they have all
    /// kinds of events.
    void spoil_from(std::size_t first)
    {
        expect_difference(false, "unchanged");
        for (std::size_t i = first; i < original_.size(); i += stride) {
            spoil_keys(i);
            spoil_order(i);
        }
    }

private:
    void spoil_keys(std::size_t i)
    {
        std::string const at = "event " + std::to_string(i) + ": ";
        for (auto const& [key, value] : original_[i].items()) {
            json const other =
                key == "ms" ? json(value.get<double>() + 1 + tolerance()) : other_value(key, value);
            case_.wanted[i][key] = other;
            expect_difference(true, at + key + " changed");
            case_.wanted[i] = original_[i];
            if (key == "ms" || key == "ev")
                continue;
            case_.wanted[i].erase(key);
            expect_difference(true, at + key + " removed");
            case_.wanted[i] = original_[i];
        }
        case_.wanted[i]["extra"] = 1;
        expect_difference(true, at + "key added");
        case_.wanted[i] = original_[i];
    }

    void spoil_order(std::size_t i)
    {
        std::string const at = "event " + std::to_string(i) + ' ';
        case_.wanted.erase(i);
        expect_difference(true, at + "dropped");
        case_.wanted = original_;
        case_.wanted.insert(case_.wanted.begin() + static_cast<std::ptrdiff_t>(i), original_[i]);
        expect_difference(true, at + "doubled");
        case_.wanted = original_;

        if (i + 1 == original_.size() || !order_matters(original_[i], original_[i + 1]))
            return;
        std::swap(case_.wanted[i], case_.wanted[i + 1]);
        expect_difference(true, at + "swapped with the next");
        case_.wanted = original_;
    }

    bool order_matters(json const& a, json const& b) const
    {
        if (a == b)
            return false;
        if (a["ms"] == b["ms"] && (case_.scenario.same_instant || a.value("loop", "") != b.value("loop", "")))
            return false;
        if (a["ms"] == b["ms"] && (a["ev"] == "trigger_done" || b["ev"] == "trigger_done"))
            return false;
        return !(a["ev"] == "iter_cancelled" && b["ev"] == "iter_cancelled" && a["ms"] == b["ms"]);
    }

    double tolerance() const
    {
        return case_.tolerance ? std::chrono::duration<double, std::milli>{*case_.tolerance}.count() : 0;
    }

    void expect_difference(bool expected, std::string const& what)
    {
        auto const found = first_difference(case_, original_);
        check(found.has_value() == expected, case_.scenario.id + ": " + what + (found ? "\n" + *found : ""));
    }

    loop_case case_;
    json original_;
};

// ---- what the order of events within a ms means ------------------------------------------------------

loop_case made_up(json const& wanted, std::vector<std::string> const& tags)
{
    json const scenario{{"id", "made-up"},          {"start_wall", "2024-01-15T12:00:00Z"},
                        {"loop", {{"seconds", 1}}}, {"tags", tags},
                        {"actions", json::array()}, {"until_ms", 1}};
    return parse_loop_case({{"scenario", scenario}, {"wanted", wanted}});
}

json iteration_event(char const* event, int run)
{
    return {{"ms", 5}, {"ev", event}, {"n", run}, {"run", run}};
}

void check_order_within_a_ms()
{
    json const end_0 = iteration_event("iter_end", 0);
    json const end_1 = iteration_event("iter_end", 1);
    json const begin_1 = iteration_event("iter_begin", 1);
    json const after{{"ms", 5}, {"ev", "after_begin"}};
    auto const list = [](auto const&... events) {
        json result = json::array();
        (result.push_back(events), ...);
        return result;
    };
    json const told{{"ms", 5}, {"ev", "trigger_done"}, {"k", 0}, {"type", nullptr}};
    check(!first_difference(made_up(list(end_0, end_1, told), {}), list(end_0, told, end_1)),
          "the end of a trigger has no place within its ms");
    auto const tagged = made_up(list(end_0, begin_1, end_1, after), {"same-instant"});
    check(!first_difference(tagged, list(begin_1, end_0, end_1, after)),
          "iterations may be interleaved in another way");
    check(first_difference(tagged, list(end_0, end_1, begin_1, after)).has_value(),
          "no iteration ends before it begins");
    check(first_difference(tagged, list(end_0, begin_1, after, end_1)).has_value(),
          "nor after the after hook began");
    check(first_difference(made_up(list(end_0, end_1), {}), list(end_1, end_0)).has_value(),
          "without the tag the order matters");
}

// ---- the program -------------------------------------------------------------------------------------

struct outcome {
    int status;
    std::string out;
    std::string err;

    bool says(std::string const& text) const
    {
        return out.find(text) != std::string::npos || err.find(text) != std::string::npos;
    }
};

outcome run_program(std::vector<std::string> const& args)
{
    std::ostringstream out;
    std::ostringstream err;
    int const status = run_cli(args, out, err);
    return {status, out.str(), err.str()};
}

class scratch_folder {
public:
    scratch_folder()
        : path_{fs::temp_directory_path() / unique_name()}
    {
        fs::create_directories(path_);
    }
    ~scratch_folder()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    scratch_folder(scratch_folder const&) = delete;
    scratch_folder& operator=(scratch_folder const&) = delete;

    std::string path(std::string const& name = {}) const { return (path_ / name).string(); }

    void write(std::string const& name, std::string const& text) const
    {
        fs::create_directories((path_ / name).parent_path());
        std::ofstream{path_ / name} << text;
    }

private:
    static std::string unique_name()
    {
        return "tasks_conformance_" +
               std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
    }

    fs::path path_;
};

/// A file of these cases, as the format has it.
std::string file_of(std::vector<json> const& cases)
{
    return json{{"format", 1}, {"cases", cases}}.dump();
}

/// Two iterations with an interval of 10 s.
json small_case(std::string const& id)
{
    return {{"scenario",
             {{"id", id},
              {"start_wall", "2024-01-15T12:00:00Z"},
              {"loop", {{"seconds", 10}, {"count", 2}}},
              {"actions", {{{"at_ms", 0}, {"ops", {{{"op", "start"}}}}}}},
              {"until_ms", 11000}}},
            {"wanted",
             {{{"ms", 0}, {"ev", "op"}, {"by", "action"}, {"op", "start"}},
              {{"ms", 0}, {"ev", "iter_begin"}, {"n", 0}, {"run", 0}},
              {{"ms", 0}, {"ev", "iter_end"}, {"n", 0}, {"run", 0}},
              {{"ms", 10000}, {"ev", "iter_begin"}, {"n", 1}, {"run", 1}},
              {{"ms", 10000}, {"ev", "iter_end"}, {"n", 1}, {"run", 1}},
              {{"ms", 10000}, {"ev", "finished"}, {"state", "completed"}},
              {{"ms", 11000},
               {"ev", "end"},
               {"is_running", false},
               {"failed", false},
               {"is_being_cancelled", false},
               {"current_loop", 0},
               {"next_iteration", nullptr},
               {"next_ms", nullptr},
               {"interval", {{"seconds", 10.0}, {"minutes", 0.0}, {"hours", 0.0}}}}}}};
}

void check_program()
{
    scratch_folder const folder;
    check(run_program({folder.path()}).status == 2, "an empty folder is an error");
    check(run_program({folder.path("loop-none.json")}).status == 2, "a file that is not there is an error");
    check(run_program({}).status == 2, "no path is an error");
    check(run_program({"--frob", folder.path()}).says("--frob"), "an unknown option is named");

    json spoilt = small_case("spoilt");
    spoilt["wanted"][3]["ms"] = 9999;
    json unknown = small_case("unknown");
    unknown["scenario"]["loop"]["colour"] = "red";
    folder.write("deep/er/loop-some.json",
                 file_of({small_case("good"), spoilt, unknown, small_case("also-good")}));
    folder.write("deep/er/other.json", "not JSON, but nobody asked for it");

    outcome const some = run_program({folder.path()});
    check(some.status == 1, "failures show in the exit status");
    check(some.out.ends_with("2 passed, 2 failed\n"), "and in the last line, which is\n" + some.out);
    check(some.says("spoilt") && some.says("9999") && some.says("10000"),
          "a failure is named with both sides");
    check(some.says("unknown key \"colour\""), "an unknown key is named");
    check(run_program({"--filter", "good", folder.path()}).out == "2 passed, 0 failed\n", "a filter selects");
    check(run_program({"--filter", "nothing", folder.path()}).status == 2,
          "a filter that selects nothing is an error");
    check(run_program({"--filter", "good", "--in-process", folder.path()}).status == 0,
          "one process does as well");
    check(run_program({"--trace", "spoilt", folder.path()}).says("wanted   {\"ms\":9999"),
          "a trace shows both sides");

    folder.write("deep/er/loop-broken.json", "{");
    outcome const broken = run_program({"--filter", "good", folder.path()});
    check(broken.status == 2 && broken.says("loop-broken.json"), "a file that cannot be parsed is named");
    check(broken.out == "2 passed, 0 failed\n", "and takes no other down");
    check(run_program({folder.path("deep/er/other.json")}).status == 2, "a named file must be in the format");

    folder.write("daily/daily-next-fire.json",
                 R"({"format": 1, "kind": "daily-next-fire", "vectors": [
                      {"id": "right", "kind": "plain", "zone": "UTC", "times": ["09:00:00"],
                       "from": "2024-01-15T12:00:00Z",
                       "next": ["2024-01-16T09:00:00Z", "2024-01-17T09:00:00Z"]},
                      {"id": "wrong", "kind": "plain", "zone": "UTC", "times": ["09:00:00"],
                       "from": "2024-01-15T12:00:00Z",
                       "next": ["2024-01-16T09:00:00Z", "2024-01-17T09:00:01Z"]}]})");
    outcome const daily = run_program({folder.path("daily")});
    check(daily.status == 1 && daily.out.ends_with("1 passed, 1 failed\n"), "a wrong instant shows");

    folder.write("texts/parse-schedule.json",
                 R"({"format": 1, "kind": "parse-schedule", "vectors": [
                      {"id": "right", "text": "90s", "schedule": {"interval_ns": 90000000000}},
                      {"id": "wrong", "text": "90s", "schedule": {"interval_ns": 90000000001}},
                      {"id": "accepted", "text": "90s", "refused": "no unit"},
                      {"id": "refused", "text": "90", "schedule": {"interval_ns": 90}},
                      {"id": "right-cron", "text": "@daily", "schedule": {"cron": "0 0 * * *", "zone": "UTC"},
                       "from": "2024-01-15T12:00:00Z", "next": ["2024-01-16T00:00:00Z"]},
                      {"id": "wrong-cron", "text": "@daily",
                       "schedule": {"cron": "0 1 * * *", "zone": "UTC"}},
                      {"id": "wrong-zone", "text": "@daily",
                       "schedule": {"cron": "@daily", "zone": "+01:00"}},
                      {"id": "wrong-instant", "text": "@daily", "schedule": {"cron": "@daily", "zone": "UTC"},
                       "from": "2024-01-15T12:00:00Z", "next": ["2024-01-16T00:00:01Z"]},
                      {"id": "not-the-end", "text": "@daily", "schedule": {"cron": "@daily", "zone": "UTC"},
                       "from": "2024-01-15T12:00:00Z", "next": [], "complete": true}]})");
    outcome const texts = run_program({folder.path("texts")});
    check(texts.status == 1 && texts.out.ends_with("2 passed, 7 failed\n"),
          "a text that is read otherwise shows\n" + texts.out);

    folder.write("compose/compose-next.json", R"({"format": 1, "kind": "compose-next", "vectors": [
        {"id": "right", "schedule": {"and": [{"aligned_s": 3600}, {"not": {"between": ["01:00", "23:00"]}}]},
         "from": "2024-01-15T12:00:00Z", "next": ["2024-01-15T23:00:00Z", "2024-01-16T00:00:00Z"],
         "previous": [{"at": "2024-01-15T12:00:00Z", "is": "2024-01-15T00:00:00Z"}],
         "matches": [{"at": "2024-01-15T23:00:00Z", "is": true}]},
        {"id": "refused", "schedule": {"and": [{"interval_ns": 5}, {"weekdays": ["MON"]}]}, "refused": "…"},
        {"id": "accepted", "schedule": {"aligned_s": 3600}, "refused": "…"},
        {"id": "slot", "schedule": {"aligned_s": 0.5}, "from": "2024-01-15T12:00:00Z",
         "next": ["2024-01-15T12:00:01Z"]},
        {"id": "end", "schedule": {"aligned_s": 60}, "from": "2024-01-15T12:00:00Z",
         "next": [], "complete": true},
        {"id": "before", "schedule": {"aligned_s": 60}, "from": "2024-01-15T12:00:00Z", "next": [],
         "previous": [{"at": "2024-01-15T12:00:00Z", "is": null}]},
        {"id": "match", "schedule": {"aligned_s": 60}, "from": "2024-01-15T12:00:00Z", "next": [],
         "matches": [{"at": "2024-01-15T12:00:00.5Z", "is": true}]},
        {"id": "span", "schedule": {"and": [{"aligned_s": 60}, {"holidays": ["DE"]}]},
         "from": "2024-01-15T12:00:00Z", "next": []},
        {"id": "form", "schedule": {"aligned_s": 60, "when": "always"},
         "from": "2024-01-15T12:00:00Z", "next": []},
        {"id": "day", "schedule": {"and": [{"aligned_s": 60}, {"weekdays": ["DIE"]}]}, "refused": "…"}]})");
    outcome const composed = run_program({folder.path("compose")});
    check(composed.status == 1 && composed.out.ends_with("2 passed, 8 failed\n"),
          "each wrong answer about a composition shows, and each unknown form");
}

/// Runs one file of vectors with this list.
outcome run_vectors(std::string const& kind, std::string const& list, json const& vectors)
{
    scratch_folder const folder;
    folder.write(kind + ".json", json{{"format", 1}, {"kind", kind}, {list, vectors}}.dump());
    return run_program({"--in-process", folder.path()});
}

void check_cron()
{
    json const right{{"id", "noon"},
                     {"expr", "0 12 * * *"},
                     {"zone", "UTC"},
                     {"from", "2024-01-15T12:00:00Z"},
                     {"next", {"2024-01-16T12:00:00Z"}}};
    auto const with = [&right](std::string const& key, json const& value) {
        json changed = right;
        changed[key] = value;
        return changed;
    };
    auto const passes = [](json const& vector) {
        return run_vectors("cron-next", "vectors", json::array({vector})).out == "1 passed, 0 failed\n";
    };
    check(passes(right), "a right instant of cron passes");
    check(!passes(with("next", {"2024-01-16T12:00:01Z"})), "a wrong instant of cron shows");
    check(!passes(with("complete", true)), "there are more instants than a complete list has");
    check(passes(with("alt", {{"by_hour", json::array()}})), "an answer of other dialects is not compared");
    check(!passes(with("alt", {{"gap_skip", {"2024-01-17T12:00:00Z"}}})), "a wrong answer of a rule shows");
    check(!passes(with("alt", {{"gap_jump", json::array()}})), "an unknown rule is an error");
    check(!passes(with("colour", "red")), "so is an unknown key");

    auto const invalid = [](std::string const& expression) {
        json const entry{{"id", "one"}, {"kind", "step"}, {"expr", expression}};
        return run_vectors("cron-invalid", "expressions", json::array({entry})).status;
    };
    check(invalid("*/0 * * * *") == 0 && invalid("*/2 * * * *") == 1, "an expression that is accepted shows");

    auto const dialect = [&](bool accept, json const& same_as) {
        json entry = with("accept", accept);
        if (!same_as.is_null())
            entry["same_as"] = same_as;
        return run_vectors("cron-dialect", "vectors", json::array({entry})).status;
    };
    check(dialect(true, nullptr) == 0 && dialect(false, nullptr) == 1, "a wrong decision shows");
    check(dialect(true, "0 12 * * 0-6") == 0 && dialect(true, "0 12 * * 1-6") == 1,
          "so does another meaning");
}

void check_isolation()
{
    using std::chrono::seconds;
    check(run_isolated([] { return std::string{"fine"}; }, seconds{10}).text == "fine",
          "work returns its text");
    check(run_isolated([]() -> std::string { throw std::runtime_error{"no"}; }, seconds{10}).problem == "no",
          "an exception is told");
    check(!run_isolated([]() -> std::string { std::_Exit(3); }, seconds{10}).problem.empty(),
          "so is a process that ends");
    check(run_isolated(
              []() -> std::string {
                  for (bool volatile busy = true; busy;) {
                  }
                  return {};
              },
              seconds{1})
                  .problem == "did not end within 1 s",
          "and one that does not");
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::cerr << "usage: tasks_conformance_selftest FOLDER\n";
        return 2;
    }
    corpus const cases = read_corpus({argv[1]});
    std::size_t traces = 0;
    for (raw_case const& c : cases.cases) {
        if (c.kind != case_kind::loop)
            continue;
        spoiler{parse_loop_case(c.source)}.spoil_from(traces++ % spoiler::stride);
    }
    check(traces > 0 && cases.errors.empty(), "there are traces to spoil");
    check_order_within_a_ms();
    check_program();
    check_cron();
    check_isolation();
    std::cout << traces << " traces, " << checks << " checks\n"
              << checks - failures << " passed, " << failures << " failed\n";
    return failures == 0 ? 0 : 1;
}
