// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// False for every type. A `static_assert` on it fails only when its template is instantiated.
template <class>
inline constexpr bool always_false = false;

} // namespace detail
TASKS_END_NAMESPACE
