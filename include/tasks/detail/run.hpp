// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/place.hpp>
#include <tasks/detail/ref.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Takes the steps of a place until it has to rest, here and now, on the loop's executor. How often it rests and is run on again, and on
/// which thread, does not matter.
void run(ref<place> p);

} // namespace detail
TASKS_END_NAMESPACE
