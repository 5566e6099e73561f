// SPDX-License-Identifier: MIT
#include "event.hpp"

namespace simulation {
namespace {

std::string number(milliseconds t)
{
    return std::to_string(t.count());
}

std::string with_error(std::string text, std::optional<problem> error)
{
    return error ? std::move(text) + " with " + to_string(*error) : text;
}

std::string name(iteration_facts const& it)
{
    return std::to_string(it.number) + "." + std::to_string(it.attempt);
}

} // namespace

std::string to_string(problem p)
{
    switch (p) {
    case problem::network: return "network";
    case problem::special: return "special";
    case problem::fatal: return "fatal";
    case problem::aborted: return "aborted";
    case problem::skipped: return "skipped";
    case problem::timed_out: return "timed out";
    case problem::not_running: return "not running";
    case problem::abandoned: return "abandoned";
    }
    return "?";
}

std::string to_string(actor const& a)
{
    switch (a.what) {
    case actor::kind::launch: return "launch";
    case actor::kind::look: return "look";
    case actor::kind::slots: return "slots";
    case actor::kind::before: return "before hook";
    case actor::kind::body: return "body " + std::to_string(a.number);
    case actor::kind::error: return "error hook " + std::to_string(a.number);
    case actor::kind::after: return "after hook";
    case actor::kind::close: return "close";
    case actor::kind::late: return "late";
    case actor::kind::join: return "join " + std::to_string(a.number);
    case actor::kind::direct: return "direct call " + std::to_string(a.number);
    case actor::kind::trigger: return "trigger " + std::to_string(a.number);
    case actor::kind::plan: return "plan " + std::to_string(a.number);
    case actor::kind::other: return "other";
    }
    return "?";
}

std::string to_string(answers const& a)
{
    std::string text = "current " + std::to_string(a.current_loop) + " next ";
    text += a.next_iteration ? number(*a.next_iteration) : "-";
    if (a.running)
        text += " running";
    if (a.failed)
        text += " failed";
    if (a.cancelling)
        text += " cancelling";
    if (a.paused)
        text += " paused";
    if (a.failures)
        text += " failures " + std::to_string(a.failures);
    return with_error(std::move(text), a.last_error);
}

std::string to_string(event const& e)
{
    return "at " + number(e.at) + " loop " + std::to_string(e.loop) + ": " + e.text;
}

std::string run_started_text(bool restarted)
{
    return restarted ? "run started again" : "run started";
}

std::string run_ended_text(char const* reason, std::optional<problem> error)
{
    return with_error(std::string{"run ended, "} + reason, error);
}

std::string slot_text(slot_facts const& s)
{
    return std::string{"slot "} + s.what + " " + number(s.first) + ".." + number(s.last) + " count " +
           (s.at_least ? "at least" : std::to_string(s.count)) + " number " + std::to_string(s.number) +
           " late " + number(s.lateness);
}

std::string attempt_begun_text(iteration_facts const& it)
{
    return "attempt " + name(it) + " begins: " + it.cause + " slot " + number(it.slot) + " start " +
           number(it.start) + " late " + number(it.lateness) + " coalesced " + std::to_string(it.coalesced);
}

std::string attempt_ended_text(iteration_facts const& it, char const* outcome, std::optional<problem> error)
{
    return with_error("attempt " + name(it) + " ended, " + outcome, error);
}

std::string retry_text(iteration_facts const& it, milliseconds delay, unsigned failures, problem error)
{
    return with_error("attempt " + name(it) + " retried in " + number(delay) + " after " +
                          std::to_string(failures) + " failures",
                      error);
}

std::string hook_failed_text(char const* which, problem error)
{
    return with_error(std::string{which} + " hook failed", error);
}

std::string clock_stepped_text(milliseconds step)
{
    return "wall clock stepped by " + number(step);
}

std::string log_text(char const* what, problem error)
{
    return with_error(std::string{"log: "} + what, error);
}

std::string over_text(actor const& who, std::optional<problem> error)
{
    return with_error(to_string(who) + " is over", error);
}

std::string action_text(action const& a, std::string const& result, answers const& target)
{
    return to_string(a) + ": " + result + " [" + to_string(target) + "]";
}

std::string script_text(actor const& by, std::string const& what, answers const& own)
{
    return to_string(by) + " " + what + " [" + to_string(own) + "]";
}

} // namespace simulation
