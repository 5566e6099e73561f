// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/tasks.hpp>

#include <optional>
#include <string>

/// What a schedule means, in English: `every 90s`, `at 2:30 on Monday, by the clock of Europe/Berlin`. Where
/// there are no better words, its text.
[[nodiscard]] std::string in_words(tasks::schedule const& s);

/// The zone by whose clock the times of day of a schedule are meant; of a union, that of the first part with
/// one. Empty for an interval and for schedules that are composed or the user's own.
[[nodiscard]] std::optional<tasks::time_zone> zone_of(tasks::schedule const& s);

/// Whether the clocks of the zone are set on the day to which `t` belongs there.
[[nodiscard]] bool clocks_are_set_on_the_day_of(tasks::time_point t, tasks::time_zone const& zone);
