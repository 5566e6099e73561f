// SPDX-License-Identifier: MIT
// Places labels of points on a line, in as few levels as possible, so that no label covers another one or the
// stem of a label further out.
#pragma once

#include "svg.hpp"

#include <string>
#include <vector>

namespace pictures {

struct label {
    int x; ///< of its point
    std::string text;
    font kind;
};

struct placed_label {
    label what;
    anchor where;
    int level; ///< 0 is the one next to the line
};

/// @param left, right  where the labels may be
/// @throws std::logic_error they are too many or too close
[[nodiscard]] std::vector<placed_label> place(std::vector<label> const& labels, int left, int right);

/// The number of levels.
[[nodiscard]] int levels_of(std::vector<placed_label> const& labels);

} // namespace pictures
