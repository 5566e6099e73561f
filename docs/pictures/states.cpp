// SPDX-License-Identifier: MIT
#include "states.hpp"

#include "state_walk.hpp"
#include "svg.hpp"

#include <tasks/loop/status.hpp>

#include <set>
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

/// Where an arrow has its label.
struct arrow_label {
    point at;
    anchor where;
    std::vector<std::string_view> lines;
};

struct arrow {
    std::vector<loop_state> from; ///< several: from the frame around them
    loop_state to;
    std::string_view path;
    arrow_label label;
};

constexpr int width = 400;
constexpr int height = 486;
constexpr box frame{.x = 4, .y = 64, .width = 358, .height = 336};
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
        {{idle}, starting, "M176 41V81", {{171, 57}, anchor::end, {"start()"}}},
        {{starting}, idle, "M190 81V41", {{195, 57}, anchor::start, {"cancel()"}}},
        {{starting}, before, "M183 111V153", {{189, 136}, anchor::start, {"first step"}}},
        {{before}, waiting, "M157 183L104 245", {{122, 212}, anchor::end, {"slot ahead"}}},
        {{before}, running, "M209 183L262 245", {{244, 212}, anchor::start, {"slot now"}}},
        {{before}, paused, "M139 168H18V370H46", {{26, 162}, anchor::start, {"if paused"}}},
        {{waiting}, running, "M134 253H232", {{183, 247}, anchor::middle, {"slot, trigger()"}}},
        {{running}, waiting, "M232 267H134", {{176, 281}, anchor::middle, {"done"}}},
        {{waiting}, paused, "M76 275V355", {{71, 310}, anchor::end, {"pause()"}}},
        {{paused}, waiting, "M90 355V275", {{95, 326}, anchor::start, {"resume()"}}},
        {{running}, paused, "M238 275L134 360", {{200, 299}, anchor::end, {"done"}}},
        {{paused}, running, "M134 374L258 275", {{196, 341}, anchor::start, {"trigger()"}}},
        {{running}, backing_off, "M290 275V355", {{295, 310}, anchor::start, {"failure"}}},
        {{backing_off}, running, "M276 355V275", {{271, 314}, anchor::end, {"retry"}}},
        {{starting, before, waiting, running, backing_off, paused},
         ending,
         "M183 400V449",
         {{189, 414},
          anchor::start,
          {"from each state in the frame:", "stop(), cancel(), restart();", "last iteration, fatal error"}}},
        {{ending}, idle, "M227 472H388V26H227", {{235, 20}, anchor::start, {"after hook over"}}},
        {{ending}, starting, "M227 460H375V96H227", {{235, 90}, anchor::start, {"after restart()"}}},
    };
}

std::string listed(std::set<state_change> const& changes)
{
    std::string text;
    for (auto const& [from, to] : changes)
        text += "\n  " + std::string{to_string(from)} + " → " + std::string{to_string(to)};
    return text.empty() ? "\n  none" : text;
}

/// Those of `some` that are not in `others`.
std::set<state_change> without(std::set<state_change> some, std::set<state_change> const& others)
{
    std::erase_if(some, [&](state_change const& c) { return others.contains(c); });
    return some;
}

void check(std::vector<arrow> const& all)
{
    std::set<state_change> drawn;
    for (auto const& a : all)
        for (auto const from : a.from)
            drawn.insert({from, a.to});
    auto const seen = observed_state_changes();
    if (drawn != seen)
        throw std::logic_error{
            "The arrows of the states are not those that loops take.\nObserved, not drawn:" +
            listed(without(seen, drawn)) + "\nDrawn, not observed:" + listed(without(drawn, seen))};
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
        text += " to " + std::string{to_string(a.to)} + ":";
        for (auto const line : a.label.lines)
            text += " " + std::string{line};
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
    for (auto const& a : all) {
        s.path(a.path, "arrow");
        auto at = a.label.at;
        for (auto const line : a.label.lines) {
            s.text(at, a.label.where, font::small, line);
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
