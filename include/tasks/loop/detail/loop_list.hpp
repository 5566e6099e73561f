// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/ref.hpp>
#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/loop.hpp>

#include <concepts>
#include <iterator>
#include <memory>
#include <type_traits>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

using loop_list = std::vector<ref<loop_core>>;

struct loop_access {
    [[nodiscard]] static ref<loop_core> core(loop_base const& l) noexcept { return l.core_; }
};

template <class T>
concept some_loop = std::derived_from<std::remove_cvref_t<T>, loop_base>;

/// A pointer to a loop, of any type.
template <class T>
concept loop_pointer = !some_loop<T> && requires(T& p) {
    { *p } -> some_loop;
    static_cast<bool>(p);
};

/// A container of loops, or of pointers to loops.
template <class R>
concept loop_range = requires(R& r) {
    std::end(r);
    { *std::begin(r) } -> some_loop;
} || requires(R& r) {
    std::end(r);
    { *std::begin(r) } -> loop_pointer;
};

template <class... Loops>
[[nodiscard]] loop_list list_of(Loops const&... loops)
{
    loop_list cores; // not from an initializer_list, whose elements would be further references
    cores.reserve(sizeof...(Loops));
    (cores.push_back(loop_access::core(loops)), ...);
    return cores;
}

/// Calls `f` with a pointer to each loop; with a null pointer where the container has one.
template <loop_range R, class F>
void for_each_in(R& range, F f)
{
    for (auto&& l : range) {
        if constexpr (some_loop<decltype(l)>)
            f(std::addressof(l));
        else
            f(l ? std::addressof(*l) : nullptr);
    }
}

/// Null pointers become null references, so that the others keep their positions.
template <loop_range R>
[[nodiscard]] loop_list loops_by_position(R& range)
{
    loop_list cores;
    for_each_in(range, [&cores](loop_base const* l) {
        cores.push_back(l ? loop_access::core(*l) : ref<loop_core>{});
    });
    return cores;
}

/// Null pointers are skipped.
template <loop_range R>
[[nodiscard]] loop_list loops_in(R& range)
{
    auto cores = loops_by_position(range);
    std::erase(cores, ref<loop_core>{});
    return cores;
}

} // namespace detail
TASKS_END_NAMESPACE
