// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/place.hpp>
#include <tasks/detail/ref.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Starts the coroutine of a place: the run, or with `overlap` one of its places. Executes its first step here and now.
/// If that fails the core hears of it through `place_lost`, as of any coroutine that is destroyed before its end.
void start_coroutine(ref<place> p);

} // namespace detail
TASKS_END_NAMESPACE
