// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <exception>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Returns the exception that `make` creates, or the exception that prevented it (no memory), because the
/// caller must not throw.
template <class Make>
[[nodiscard]] std::exception_ptr make_exception_nothrow(Make make) noexcept
{
    try {
        return std::make_exception_ptr(make());
    } catch (...) {
        return std::current_exception();
    }
}

} // namespace detail
TASKS_END_NAMESPACE
