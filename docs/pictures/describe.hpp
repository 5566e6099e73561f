// SPDX-License-Identifier: MIT
// Says what a picture shows.
#pragma once

#include "picture.hpp"

#include <string>

namespace pictures {

/// What happens in a picture, in words: a line for each event.
[[nodiscard]] std::string described(picture const& p);

} // namespace pictures
