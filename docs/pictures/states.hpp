// SPDX-License-Identifier: MIT
// The diagram of the states of a loop.
#pragma once

#include <string>

namespace pictures {

/// The diagram as SVG.
/// @throws std::logic_error its arrows are not the changes of state that were observed
[[nodiscard]] std::string states();

} // namespace pictures
