// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/offset_span.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// All that the library knows of a zone: its name, and every change of its offset in the range of
/// `time_point`. Immutable once it has been filled, so that reading needs no lock and no allocation.
class zone_table {
public:
    /// No zone's table goes beyond: a few months remain in which local times can be computed without
    /// overflow.
    static constexpr std::chrono::sys_seconds end = std::chrono::sys_days{std::chrono::January / 1 / 2262};

    zone_table(std::string name, std::chrono::seconds offset)
        : name_{std::move(name)}
        , spans_{{(time_point::min)(), (time_point::max)(), offset}}
    {
    }

    [[nodiscard]] std::string const& name() const noexcept { return name_; }
    [[nodiscard]] offset_span const& last() const noexcept { return spans_.back(); }

    [[nodiscard]] offset_span const& at(time_point t) const noexcept
    {
        auto const starts_later = [](time_point at, offset_span const& span) { return at < span.from; };
        return *std::prev(std::upper_bound(std::next(spans_.begin()), spans_.end(), t, starts_later));
    }

    /// From `at` on, which is not before the last change given, the offset is this one. A change to the
    /// same offset is none, and of two at the same instant the later given holds.
    void change(std::chrono::sys_seconds at, std::chrono::seconds offset)
    {
        if (at >= end)
            return;
        if (at == spans_.back().from) {
            spans_.pop_back();
            spans_.back().until = (time_point::max)();
        }
        if (offset == spans_.back().offset)
            return;
        spans_.back().until = at;
        spans_.push_back({at, (time_point::max)(), offset});
    }

private:
    std::string name_;
    std::vector<offset_span> spans_; // never empty; each begins where the one before it ends
};

} // namespace detail
TASKS_END_NAMESPACE
