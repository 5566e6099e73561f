// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/group.hpp>
#include <tasks/tasks.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

// What the page gets to know, as JSON: instants in milliseconds since 1970, durations in milliseconds.

/// An instant, in whole milliseconds.
[[nodiscard]] std::int64_t milliseconds(tasks::time_point t);
/// A duration, to the microsecond.
[[nodiscard]] double milliseconds(std::chrono::nanoseconds d);

/// The state of a loop, without its history.
[[nodiscard]] nlohmann::json to_json(tasks::loop_status const& s);

/// The text of a document. Bytes that are no UTF-8, such as those in an error of a foreign system, are
/// replaced.
[[nodiscard]] std::string text_of(nlohmann::json const& document);
