// SPDX-License-Identifier: MIT
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace conformance {

/// Runs the program. Returns its exit status: 0 all passed, 1 some failed, 2 there was nothing to do or an
/// error in the request.
int run_cli(std::vector<std::string> const& args, std::ostream& out, std::ostream& err);

} // namespace conformance
