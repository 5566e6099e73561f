// SPDX-License-Identifier: MIT
#include "label_levels.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace pictures {
namespace {

constexpr int gap = 5; // between labels

struct range {
    int from;
    int to;
};

range range_of(label const& l, anchor where)
{
    auto const width = width_of(l.text, l.kind);
    switch (where) {
    case anchor::start: return {.from = l.x, .to = l.x + width};
    case anchor::middle: return {.from = l.x - width / 2, .to = l.x - width / 2 + width};
    case anchor::end: return {.from = l.x - width, .to = l.x};
    }
    return {};
}

bool apart(range a, range b)
{
    return a.to + gap <= b.from || b.to + gap <= a.from;
}

bool fits(placed_label const& l, std::vector<placed_label> const& others, int left, int right)
{
    auto const mine = range_of(l.what, l.where);
    if (mine.from < left || mine.to > right)
        return false;
    return std::ranges::all_of(others, [&](placed_label const& other) {
        auto const theirs = range_of(other.what, other.where);
        if (other.level == l.level)
            return apart(mine, theirs);
        // the stem of the outer one passes the inner one
        auto const stem = other.level > l.level ? other.what.x : l.what.x;
        return apart(other.level > l.level ? mine : theirs, {.from = stem, .to = stem});
    });
}

/// Places the labels from `labels[placed.size()]` on, and returns whether that was possible.
bool place_rest(std::vector<label> const& labels, int levels, int left, int right,
                std::vector<placed_label>& placed)
{
    if (placed.size() == labels.size())
        return true;
    for (int level = 0; level < levels; ++level) {
        for (auto const where : {anchor::middle, anchor::start, anchor::end}) {
            placed_label next{.what = labels[placed.size()], .where = where, .level = level};
            if (!fits(next, placed, left, right))
                continue;
            placed.push_back(std::move(next));
            if (place_rest(labels, levels, left, right, placed))
                return true;
            placed.pop_back();
        }
    }
    return false;
}

} // namespace

std::vector<placed_label> place(std::vector<label> const& labels, int left, int right)
{
    std::vector<placed_label> placed;
    auto const most = static_cast<int>(labels.size());
    for (int levels = 0; levels <= most; ++levels)
        if (place_rest(labels, levels, left, right, placed))
            return placed;
    throw std::logic_error{"there is no room for the label '" + labels.front().text + "' and those after it"};
}

int levels_of(std::vector<placed_label> const& labels)
{
    int levels = 0;
    for (auto const& l : labels)
        levels = (std::max)(levels, l.level + 1);
    return levels;
}

} // namespace pictures
