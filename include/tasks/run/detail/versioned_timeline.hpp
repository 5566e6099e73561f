// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/detail/timeline.hpp>

#include <cstdint>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A timeline that counts its changes, so that a copy which was changed elsewhere is only taken over if
/// nothing else has changed meanwhile.
class versioned_timeline {
public:
    versioned_timeline(schedule when, tasks::missed policy)
        : current_{std::move(when), policy}
    {
    }

    [[nodiscard]] timeline const& operator*() const noexcept { return current_; }
    [[nodiscard]] timeline const* operator->() const noexcept { return &current_; }

    /// For a change.
    [[nodiscard]] timeline& touch() noexcept
    {
        ++version_;
        return current_;
    }
    [[nodiscard]] std::uint32_t version() const noexcept { return version_; }

    /// Whether somebody has tried to change a copy in vain so often that the loop, which changes the timeline
    /// with each iteration, lets it go first.
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
