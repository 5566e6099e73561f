// SPDX-License-Identifier: MIT
#include "states.hpp"

#include "state_walk.hpp"
#include "svg.hpp"

#include <tasks/loop/status.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pictures {
namespace {

using tasks::loop_state;

struct node {
    loop_state what;
    point center;
};

struct arrow {
    std::vector<loop_state> from; ///< several: those in the frame
    loop_state to;
    std::vector<std::string_view> calls; ///< those that make the change themselves
    std::vector<std::string_view> text;  ///< other reasons, in lines below the calls
    std::string_view path;
    point label;
    anchor where;
};

constexpr int width = 400;
constexpr int height = 486;
constexpr box frame{.x = 18, .y = 134, .width = 346, .height = 272};
constexpr int node_width = 88;
constexpr int node_height = 30;

std::vector<node> nodes()
{
    return {{loop_state::idle, {183, 26}},         {loop_state::starting, {183, 96}},
            {loop_state::before, {183, 168}},      {loop_state::waiting, {90, 260}},
            {loop_state::running, {276, 260}},     {loop_state::paused, {90, 370}},
            {loop_state::backing_off, {276, 370}}, {loop_state::ending, {183, 464}}};
}

std::vector<arrow> arrows()
{
    using enum loop_state;
    return {
        {{idle}, starting, {"start()", "restart()"}, {}, "M176 41V81", {171, 64}, anchor::end},
        {{starting}, idle, {}, {"after cancel()"}, "M190 81V41", {195, 64}, anchor::start},
        {{starting}, ending, {}, {"after stop()"}, "M139 96H8V464H139", {14, 90}, anchor::start},
        {{starting}, before, {}, {"first step"}, "M183 111V153", {189, 129}, anchor::start},
        {{before}, waiting, {}, {"slot ahead"}, "M157 183L104 245", {122, 212}, anchor::end},
        {{before}, running, {}, {"slot now"}, "M209 183L262 245", {244, 212}, anchor::start},
        {{before}, paused, {}, {"if paused"}, "M139 168H30V370H46", {38, 162}, anchor::start},
        {{waiting}, running, {}, {"slot, trigger()"}, "M134 253H232", {183, 247}, anchor::middle},
        {{running}, waiting, {}, {"done"}, "M232 267H134", {176, 281}, anchor::middle},
        {{waiting}, paused, {"pause()"}, {}, "M80 275V355", {75, 310}, anchor::end},
        {{paused}, waiting, {"resume()"}, {}, "M94 355V275", {99, 326}, anchor::start},
        {{running}, paused, {}, {"done"}, "M238 275L134 360", {200, 299}, anchor::end},
        {{paused}, running, {}, {"trigger()"}, "M134 374L258 275", {196, 341}, anchor::start},
        {{running}, backing_off, {}, {"failure"}, "M290 275V355", {295, 310}, anchor::start},
        {{backing_off}, running, {}, {"retry"}, "M276 355V275", {271, 314}, anchor::end},
        {{before, waiting, running, backing_off, paused},
         ending,
         {"stop()", "cancel()", "restart()"},
         {"last iteration, fatal error"},
         "M183 406V449",
         {189, 420},
         anchor::start},
        {{ending}, idle, {}, {"after hook over"}, "M227 472H388V26H227", {235, 20}, anchor::start},
        {{ending}, starting, {}, {"after restart()"}, "M227 460H375V96H227", {235, 90}, anchor::start},
    };
}

/// The label of an arrow, in lines.
std::vector<std::string> label_of(arrow const& a)
{
    std::vector<std::string> lines;
    for (auto const call : a.calls) {
        if (lines.empty())
            lines.emplace_back();
        else
            lines.front() += ", ";
        lines.front() += call;
    }
    lines.insert(lines.end(), a.text.begin(), a.text.end());
    return lines;
}

std::string listed(state_changes const& changes)
{
    std::string text;
    for (auto const& [change, calls] : changes) {
        text += "\n  " + std::string{to_string(change.first)} + " → " + std::string{to_string(change.second)};
        for (auto const call : calls)
            text += " " + std::string{call};
    }
    return text.empty() ? "\n  none" : text;
}

/// Those of `some` that are not in `others`.
state_changes without(state_changes some, state_changes const& others)
{
    std::erase_if(some, [&](auto const& change) {
        auto const found = others.find(change.first);
        return found != others.end() && found->second == change.second;
    });
    return some;
}

void check(std::vector<arrow> const& all)
{
    state_changes drawn;
    for (auto const& a : all)
        for (auto const from : a.from)
            drawn[{from, a.to}].insert(a.calls.begin(), a.calls.end());
    auto const seen = observed_state_changes();
    if (drawn != seen)
        throw std::logic_error{
            "The arrows of the states, and the calls beside them, are not those that loops take.\nObserved:" +
            listed(without(seen, drawn)) + "\nDrawn:" + listed(without(drawn, seen))};
}

std::string described(std::vector<arrow> const& all)
{
    std::string text;
    for (auto const& a : all) {
        std::string_view separator;
        for (auto const from : a.from) {
            text += std::string{separator} + std::string{to_string(from)};
            separator = ", ";
        }
        text += " to " + std::string{to_string(a.to)} + ": ";
        separator = {};
        for (auto const& line : label_of(a)) {
            text += std::string{separator} + line;
            separator = ", ";
        }
        text += "\n";
    }
    return text;
}

} // namespace

std::string states()
{
    auto const all = arrows();
    check(all);

    svg s;
    s.rect(frame, "frame", 10);
    s.text({.x = 189, .y = 399}, anchor::start, font::small, "from each of these states:");
    for (auto const& a : all) {
        s.path(a.path, "arrow");
        auto at = a.label;
        for (auto const& line : label_of(a)) {
            s.text(at, a.where, font::small, line);
            at.y += 13;
        }
    }
    for (auto const& [what, center] : nodes()) {
        s.rect({.x = center.x - node_width / 2,
                .y = center.y - node_height / 2,
                .width = node_width,
                .height = node_height},
               "state", 8);
        s.text({.x = center.x, .y = center.y + 4}, anchor::middle, font::plain, to_string(what), "strong");
    }
    return s.document(width, height, "The states of a loop, and how it gets from one to another",
                      described(all));
}

} // namespace pictures
