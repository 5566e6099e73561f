// SPDX-License-Identifier: MIT
// Instants and durations in the format of the files.
#pragma once

#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace conformance {

/// "2024-01-15T12:00:00[.fraction]Z"; throws std::invalid_argument, also if the instant is not on a whole day
/// that 64-bit nanoseconds represent.
tasks::time_point parse_instant(std::string_view text);

/// The same, but nothing for an instant out of that range.
std::optional<tasks::time_point> parse_instant_in_range(std::string_view text);

/// The same form; the fraction has 3, 6 or 9 digits and is omitted if it is zero.
std::string format_instant(tasks::time_point instant);

/// "HH:MM[:SS[.fraction]]" as time since midnight; nothing if the text does not have this form.
std::optional<std::chrono::nanoseconds> parse_time_of_day(std::string_view text);

/// The offset east of UTC of "+09:00" or "-03:30[:SS]", and of the names of UTC; nothing for any other name.
std::optional<std::chrono::seconds> parse_fixed_offset(std::string_view zone);

} // namespace conformance
