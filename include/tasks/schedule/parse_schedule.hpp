// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/cron.hpp>
#include <tasks/schedule/schedule.hpp>

#include <string_view>

TASKS_BEGIN_NAMESPACE

/// Reads a schedule from a text, such as a line of a configuration file.
///
/// | text                                       | schedule                                                 |
/// | ------------------------------------------ | -------------------------------------------------------- |
/// | `90s`, `1h30min`, `1.5h`, `0s`             | an interval                                              |
/// | `@every 90s`, `every 90s`                  | the same                                                 |
/// | `30 4 * * MON-FRI`, `@daily`               | a cron expression in UTC, as `cron_expression` reads it  |
/// | `TZ=Europe/Berlin 30 4 * * *`, `CRON_TZ=…` | the same in a zone, as `time_zone::named` reads it       |
///
/// A duration is numbers with units: `d` (24 h), `h`, `m` or `min`, `s`, `ms`, `us`, `ns`, without blanks, in
/// falling order, each once. The last number may have a fraction. The sum must be a whole number of
/// nanoseconds that fits into 64 bits.
///
/// Blanks, tabs and line ends around the text are ignored. `to_string` of the result is read back as the same
/// schedule.
///
/// @code
/// tasks::loop job{io, tasks::parse_schedule(config.when), run};
/// @endcode
///
/// @throws bad_option the text is wrong; the message names the column, the value there, and the rule
[[nodiscard]] schedule parse_schedule(std::string_view text);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/parse_schedule.ipp>
#endif
