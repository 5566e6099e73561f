// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/history.hpp>
#include <tasks/tasks.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// An entry of the bar that the page draws for a loop: an iteration, or slots that were missed for the same
/// cause.
struct bar_entry {
    tasks::time_point slot; ///< of several missed slots, the first
    bool missed = false;

    // An iteration:
    std::uint64_t number = 0;
    tasks::time_point start{};
    std::string outcome{}; ///< of its last attempt; `in progress`; or `abandoned`, if it can no longer end
    std::chrono::nanoseconds duration{0}; ///< until now, if it is in progress
    unsigned attempts = 0;
    std::uint64_t coalesced = 0;
    std::string error{};

    // Missed slots:
    tasks::time_point last{};
    std::uint64_t count = 0;
    bool at_least = false;
    tasks::miss_cause cause = tasks::miss_cause::none;

    [[nodiscard]] friend bool operator==(bar_entry const&, bar_entry const&) = default;
    /// Whether it is about the same slots, although more may be known about them.
    [[nodiscard]] bool continues(bar_entry const& e) const noexcept
    {
        return slot == e.slot && missed == e.missed && number == e.number;
    }
};

/// The last `most` iterations and missed slots of a loop, in the order of their slots.
[[nodiscard]] std::vector<bar_entry> bar_of(tasks::loop_history const& h, std::size_t most);

/// How a bar goes on: entries at its end are dropped, and those of the later bar from `from` on are added.
struct bar_growth {
    std::size_t drop;
    std::size_t from;
};

[[nodiscard]] bar_growth compare(std::vector<bar_entry> const& before, std::vector<bar_entry> const& now);

[[nodiscard]] nlohmann::json to_json(bar_entry const& e);
