// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/time/detail/zone_changes.hpp>
#include <tasks/time/detail/zone_spans.hpp>
#include <tasks/time/offset_span.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A zone: its name and its periods of constant offset, which are read on demand.
///
/// @par Thread safety
/// Safe for concurrent use.
class zone_table {
public:
    /// A zone with offset `offset` until the first of the changes.
    zone_table(std::string name, std::chrono::seconds offset, zone_changes changes = {})
        : name_{std::move(name)}
        , all_{(time_point::min)(), offset, std::move(changes)}
    {
    }

    /// The same, if the changes after `recent`, which is one of them, can be read without those before it.
    zone_table(std::string name, std::chrono::seconds offset, zone_changes changes, zone_change recent,
               zone_changes changes_behind)
        : name_{std::move(name)}
        , all_{(time_point::min)(), offset, std::move(changes)}
        , recent_{std::in_place, recent.at, recent.offset, std::move(changes_behind)}
    {
    }

    [[nodiscard]] std::string const& name() const noexcept { return name_; }

    [[nodiscard]] offset_span at(time_point t) const
    {
        return recent_ && t >= recent_->from() ? recent_->at(t) : all_.at(t);
    }

private:
    std::string name_;
    zone_spans all_;
    std::optional<zone_spans> recent_;
};

} // namespace detail
TASKS_END_NAMESPACE
