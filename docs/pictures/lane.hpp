// SPDX-License-Identifier: MIT
// Draws a lane of a picture.
#pragma once

#include "picture.hpp"
#include "svg.hpp"

#include <string_view>

namespace pictures {

constexpr int picture_width = 400;
constexpr int margin = 16; // of the axis, on both sides; half of the label of a tick needs it

/// Draws a lane below `top`, and returns where it ends.
[[nodiscard]] int draw_lane(svg& s, lane const& l, axis const& time, int top);

// The parts that a legend shows, too
void draw_bar(svg& s, box where, look kind);
void draw_mark(svg& s, point at, tasks::decision what);
void draw_call(svg& s, point from, point to);
void draw_run_end(svg& s, point at);

/// The name of a look, which is that of its class of CSS, too.
[[nodiscard]] std::string_view name_of(look kind);

} // namespace pictures
