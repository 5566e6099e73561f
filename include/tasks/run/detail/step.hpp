// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// What a worker does next.
enum class step : std::uint8_t {
    call,  ///< call the body or a hook, whichever `worker_state::now` names
    wait,  ///< wait for the slot, the alarm, the end of the back-off, or a wake-up by a call
    yield, ///< let the executor do other work
    draw,  ///< draw the jitter of the slot in `worker_state::it`, and decide again
    again, ///< report the slots that have passed, and decide again
    leave  ///< stop executing steps
};

} // namespace detail
TASKS_END_NAMESPACE
