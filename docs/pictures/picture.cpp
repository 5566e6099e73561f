// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include "describe.hpp"
#include "lane.hpp"
#include "legend.hpp"
#include "svg.hpp"

#include <string>

namespace pictures {

std::string drawn(picture const& p)
{
    svg s;
    int y = 6;
    for (auto const& l : p.lanes)
        y = draw_lane(s, l, p.time, y);
    y = draw_legend(s, p, y);
    return s.document(picture_width, y, p.title, described(p));
}

} // namespace pictures
