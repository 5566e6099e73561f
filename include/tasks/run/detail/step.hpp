// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <cstdint>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// What a worker does next.
enum class step : std::uint8_t {
    call,  ///< the body or a hook: `worker_state::now` says which
    wait,  ///< until the slot, the end of the back-off, or a call that changes something
    yield, ///< let the executor do other work
    leave  ///< nothing more
};

} // namespace detail
TASKS_END_NAMESPACE
