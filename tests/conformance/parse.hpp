// SPDX-License-Identifier: MIT
// Converts JSON to plain data. Every key must be known, and every value must have the type that the format
// gives it. The library itself decides whether values are valid.
#pragma once

#include "scenario.hpp"

#include <span>
#include <stdexcept>
#include <string_view>

namespace conformance {

/// The text is not in the format. The message gives the position and the problem.
struct malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One element of `cases` of a loop-*.json.
loop_case parse_loop_case(json const& source);

/// Requires an object with no other keys than these. @throws malformed
void check_object(json const& object, std::span<std::string_view const> known);

} // namespace conformance
