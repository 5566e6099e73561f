// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/asio.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The object on whose behalf this thread is just posting a function.
inline thread_local void const* posted_for = nullptr;

/// Posts a function whose destructor does something if it is destroyed by the executor instead of called. Should posting fail, then the
/// function is destroyed, too, but its object has not lost anything: the exception tells enough. `being_posted` is how it knows.
template <class Executor, class Function>
void post_for(void const* object, Executor const& executor, Function&& function)
{
    struct restore {
        void const* former;
        ~restore() { posted_for = former; }
    } const on_exit{std::exchange(posted_for, object)};
    asio::post(executor, std::forward<Function>(function));
}

[[nodiscard]] inline bool being_posted(void const* object) noexcept
{
    return posted_for == object;
}

} // namespace detail
TASKS_END_NAMESPACE
