// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <concepts>
#include <iterator>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Something to iterate over, such as a vector, whose elements convert to `T`.
template <class Range, class T>
concept range_of = requires(Range const& r) {
    { *std::begin(r) } -> std::convertible_to<T>;
    std::end(r);
};

} // namespace detail
TASKS_END_NAMESPACE
