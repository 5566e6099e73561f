// SPDX-License-Identifier: MIT
// The pictures of loops, by name.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pictures {

struct named_picture {
    std::string_view name;
    std::string (*draw)(); ///< returns the SVG
};

[[nodiscard]] std::span<named_picture const> all_pictures();

} // namespace pictures
