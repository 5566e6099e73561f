// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <exception>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The exception that `make` makes, for code that must not throw; what prevented it, if there is no memory for it.
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
