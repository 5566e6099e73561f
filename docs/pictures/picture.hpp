// SPDX-License-Identifier: MIT
// A picture of one or more loops on one axis of time.
#pragma once

#include "time_line.hpp"

#include <functional>
#include <string>
#include <vector>

namespace pictures {

struct axis {
    instant length;
    instant tick;
    std::function<std::string(instant)> label; ///< of a tick
};

/// One loop.
struct lane {
    std::string code; ///< what is particular to it
    std::string note; ///< a comment on it, or empty
    time_line line;
};

struct picture {
    std::string title;
    axis time;
    std::vector<lane> lanes;
};

/// The picture as SVG, with a legend of what is in it and a description in words.
/// @throws std::logic_error texts would overlap, or one does not fit its place
[[nodiscard]] std::string drawn(picture const& p);

} // namespace pictures
