// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/detail/weak_loop.hpp>

#include <mutex>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL ref<loop_core> weak_loop::lock() const noexcept
{
    std::scoped_lock lock{mutex_};
    return ref{core_};
}

} // namespace detail
TASKS_END_NAMESPACE
