// SPDX-License-Identifier: MIT
#include "cli.hpp"

#include "compare.hpp"
#include "compose.hpp"
#include "corpus.hpp"
#include "cron.hpp"
#include "daily.hpp"
#include "isolate.hpp"
#include "parse.hpp"
#include "replay.hpp"
#include "schedule_text.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <ostream>
#include <sstream>
#include <stdexcept>

namespace conformance {
namespace {

constexpr char const* usage =
    "usage: tasks_conformance [OPTION]… PATH…\n"
    "\n"
    "Replays the cases of every loop-*.json, cron-*.json, daily-next-fire.json, compose-next.json and\n"
    "parse-schedule.json among the files PATH, and in the folders PATH, in virtual time and compares with\n"
    "what is wanted.\n"
    "\n"
    "  --filter TEXT      only cases whose id contains TEXT (may be given several times)\n"
    "  --trace ID         print the trace of this case; where it differs, beside the wanted one\n"
    "  --list             print the ids, replay nothing\n"
    "  --time-limit SEC   a case that takes longer has failed (default 30)\n"
    "  --in-process       one process for all cases, for debuggers: a crash ends everything, a hang lasts\n"
    "  --help\n"
    "\n"
    "exit status: 0 all passed, 1 some failed, 2 nothing found, a file cannot be read, or wrong usage\n";

struct bad_usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct settings {
    std::vector<std::filesystem::path> paths;
    std::vector<std::string> filters;
    std::string trace;
    std::chrono::seconds time_limit{30};
    bool list = false;
    bool in_process = false;
    bool help = false;
};

std::chrono::seconds to_seconds(std::string const& text)
{
    std::size_t used = 0;
    int value = 0;
    try {
        value = std::stoi(text, &used);
    } catch (std::logic_error const&) {
        used = 0;
    }
    if (used == 0 || used != text.size() || value < 1)
        throw bad_usage{"--time-limit needs a number of seconds from 1, not \"" + text + '"'};
    return std::chrono::seconds{value};
}

settings read_arguments(std::vector<std::string> const& args)
{
    settings result;
    for (auto arg = args.begin(); arg != args.end(); ++arg) {
        auto const value = [&] {
            if (std::next(arg) == args.end())
                throw bad_usage{*arg + " needs a value"};
            return *++arg;
        };
        if (*arg == "--filter")
            result.filters.push_back(value());
        else if (*arg == "--trace")
            result.trace = value();
        else if (*arg == "--list")
            result.list = true;
        else if (*arg == "--time-limit")
            result.time_limit = to_seconds(value());
        else if (*arg == "--in-process")
            result.in_process = true;
        else if (*arg == "--help")
            result.help = true;
        else if (arg->starts_with("-"))
            throw bad_usage{"unknown option " + *arg};
        else
            result.paths.emplace_back(*arg);
    }
    if (result.paths.empty() && !result.help)
        throw bad_usage{"no PATH given"};
    return result;
}

bool is_selected(settings const& s, raw_case const& c)
{
    if (!s.trace.empty() && c.id != s.trace)
        return false;
    return s.filters.empty() || std::any_of(s.filters.begin(), s.filters.end(), [&](std::string const& text) {
               return c.id.find(text) != std::string::npos;
           });
}

/// Returns the failure; empty if the case passed. With `trace`, the trace comes first, after a mark.
std::string judge(raw_case const& c, std::string* trace)
{
    switch (c.kind) {
    case case_kind::daily: return first_difference_of_daily(c.source).value_or(std::string{});
    case case_kind::cron_next: return first_difference_of_cron(c.source).value_or(std::string{});
    case case_kind::cron_invalid: return first_difference_of_wrong_cron(c.source).value_or(std::string{});
    case case_kind::cron_dialect: return first_difference_of_cron_dialect(c.source).value_or(std::string{});
    case case_kind::schedule_text: return first_difference_of_schedule_text(c.source).value_or(std::string{});
    case case_kind::compose: return first_difference_of_composition(c.source).value_or(std::string{});
    case case_kind::loop: break;
    }
    loop_case const parsed = parse_loop_case(c.source);
    json const got = replay(parsed.scenario);
    if (trace)
        *trace = side_by_side(parsed, got);
    return first_difference(parsed, got).value_or(std::string{});
}

std::string indented(std::string const& text)
{
    std::string result = "      ";
    for (char const c : text) {
        result += c;
        if (c == '\n')
            result += "      ";
    }
    return result;
}

class session {
public:
    session(settings const& s, std::ostream& out)
        : settings_{s}
        , out_{out}
    {
    }

    void run(raw_case const& c)
    {
        auto const work = [&] {
            std::string trace;
            std::string const difference = judge(c, settings_.trace.empty() ? nullptr : &trace);
            return json{{"trace", trace}, {"difference", difference}}.dump();
        };
        isolated_result const result =
            settings_.in_process ? run_here(work) : run_isolated(work, settings_.time_limit);
        std::string difference = result.problem;
        if (difference.empty()) {
            json const verdict = json::parse(result.text);
            out_ << verdict.at("trace").get<std::string>();
            difference = verdict.at("difference").get<std::string>();
        }
        if (difference.empty()) {
            ++passed_;
            return;
        }
        ++failed_;
        out_ << "FAIL  " << c.file << "  " << c.id << '\n' << indented(difference) << '\n';
    }

    /// Prints the last line, and returns the exit status.
    int close() const
    {
        out_ << passed_ << " passed, " << failed_ << " failed\n";
        return failed_ == 0 ? 0 : 1;
    }

private:
    settings const& settings_;
    std::ostream& out_;
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
};

int run(settings const& s, std::ostream& out, std::ostream& err)
{
    corpus found = read_corpus(s.paths);
    for (std::string const& error : found.errors)
        err << "error: " << error << '\n';
    std::erase_if(found.cases, [&](raw_case const& c) { return !is_selected(s, c); });
    if (s.list) {
        for (raw_case const& c : found.cases)
            out << c.file << "  " << c.id << '\n';
        return found.errors.empty() ? 0 : 2;
    }

    session all{s, out};
    for (raw_case const& c : found.cases)
        all.run(c);
    if (found.cases.empty())
        err << "error: no case found\n";
    int const status = all.close();
    return found.errors.empty() && !found.cases.empty() ? status : 2;
}

} // namespace

int run_cli(std::vector<std::string> const& args, std::ostream& out, std::ostream& err)
{
    try {
        settings const s = read_arguments(args);
        if (s.help) {
            out << usage;
            return 0;
        }
        return run(s, out, err);
    } catch (bad_usage const& e) {
        err << "error: " << e.what() << "\n\n" << usage;
    } catch (std::exception const& e) {
        err << "error: " << e.what() << '\n';
    }
    return 2;
}

} // namespace conformance
