// SPDX-License-Identifier: MIT
#include "describe.hpp"

#include "lane.hpp"
#include "picture.hpp"

#include <tasks/run/events.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace pictures {
namespace {

/// What happens, by when it begins; in the order of insertion at the same time.
using statements = std::multimap<instant, std::string>;

std::string text_of(bar const& b, axis const& time)
{
    auto const until = " until " + time.label(b.to);
    switch (b.kind) {
    case look::hook: return b.text + " hook" + until;
    case look::unfinished: return "iteration " + b.text + " begins";
    case look::succeeded:
    case look::failed:
    case look::timed_out:
    case look::cancelled:
    case look::skipped: break;
    }
    std::string name{name_of(b.kind)};
    std::ranges::replace(name, '_', ' ');
    return "iteration " + b.text + until + ", " + name;
}

std::string text_of(mark const& m)
{
    switch (m.what) {
    case tasks::decision::ran: return "slot";
    case tasks::decision::missed: return "slot missed (" + m.cause + ")";
    case tasks::decision::coalesced: return "slot coalesced into iteration " + std::to_string(m.number);
    case tasks::decision::requested: return "request";
    }
    return {};
}

statements statements_of(time_line const& line, axis const& time)
{
    statements all;
    for (auto const& m : line.marks)
        all.emplace(m.at, text_of(m));
    for (auto const& b : line.bars)
        all.emplace(b.from, text_of(b, time));
    for (auto const& f : line.flags)
        all.emplace(f.at, (f.kind == flag_kind::run_end ? "the run ends: " : "") + f.text);
    return all;
}

} // namespace

std::string described(picture const& p)
{
    std::string text;
    for (auto const& l : p.lanes) {
        text += l.code + (l.note.empty() ? "" : " // " + l.note) + "\n";
        for (auto const& [at, what] : statements_of(l.line, p.time))
            text += p.time.label(at) + " " + what + "\n";
    }
    return text;
}

} // namespace pictures
