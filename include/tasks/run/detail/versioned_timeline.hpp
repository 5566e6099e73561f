// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/detail/timeline.hpp>

#include <cstdint>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A timeline with a version number, so that a changed copy replaces it only if nothing else has changed it
/// meanwhile.
class versioned_timeline {
public:
    versioned_timeline(schedule when, slot_rules rules)
        : current_{std::move(when), rules}
    {
    }

    [[nodiscard]] timeline const& operator*() const noexcept { return current_; }
    [[nodiscard]] timeline const* operator->() const noexcept { return &current_; }

    /// Returns the timeline for a change.
    [[nodiscard]] timeline& touch() noexcept
    {
        ++version_;
        return current_;
    }
    [[nodiscard]] std::uint32_t version() const noexcept { return version_; }

    /// Whether some thread has failed to change a copy so often that the loop, whose iterations keep changing
    /// the timeline, must let it go first.
    [[nodiscard]] bool is_contended() const noexcept { return contenders_ != 0; }
    void add_contender() noexcept { ++contenders_; }
    void remove_contender() noexcept { --contenders_; }

private:
    timeline current_;
    std::uint32_t version_ = 0;
    std::uint32_t contenders_ = 0;
};

} // namespace detail
TASKS_END_NAMESPACE
