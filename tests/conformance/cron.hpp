// SPDX-License-Identifier: MIT
// The vectors of cron-next.json, cron-invalid.json and cron-dialect.json.
#pragma once

#include "scenario.hpp"

#include <optional>
#include <string>

namespace conformance {

// Each function checks one element of the list in its file. It returns the first difference as readable text,
// or nothing. It throws if the element is not in the format, and the exceptions of the library.

/// Checks the instants of a cron expression under every rule for gaps and folds.
std::optional<std::string> first_difference_of_cron(json const& vector);

/// Checks that an expression is refused.
std::optional<std::string> first_difference_of_wrong_cron(json const& expression);

/// Checks that an expression is accepted, with its meaning, or refused.
std::optional<std::string> first_difference_of_cron_dialect(json const& vector);

} // namespace conformance
