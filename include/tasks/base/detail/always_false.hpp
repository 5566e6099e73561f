// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Makes a `static_assert` fail only in a template that is instantiated.
template <class>
inline constexpr bool always_false = false;

} // namespace detail
TASKS_END_NAMESPACE
