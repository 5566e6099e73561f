// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Whether a schedule consists of times of day. Such a schedule is not queried again after the wall clock was
/// set back a little, however close its times are (rule 10). Specialised by the library's own schedules.
template <class S>
struct times_of_day {
    [[nodiscard]] static constexpr bool in(S const&) noexcept { return false; }
};

} // namespace detail
TASKS_END_NAMESPACE
