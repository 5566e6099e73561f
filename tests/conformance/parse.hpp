// SPDX-License-Identifier: MIT
//
// From JSON to plain data. Every key must be known and every value of the type that the format gives it;
// whether a value makes sense is for the library to say.
#pragma once

#include "scenario.hpp"

#include <stdexcept>

namespace conformance {

/// The text is not in the format. The message says where and what.
struct malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One element of `cases` of a loop-*.json.
loop_case parse_loop_case(json const& source);

} // namespace conformance
