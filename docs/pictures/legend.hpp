// SPDX-License-Identifier: MIT
// Explains the shapes that occur in a picture.
#pragma once

#include "picture.hpp"
#include "svg.hpp"

namespace pictures {

/// Draws the legend below `top`, and returns where it ends.
[[nodiscard]] int draw_legend(svg& s, picture const& p, int top);

} // namespace pictures
