// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/errors.hpp>

#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A function that this thread is just posting.
struct post_scope {
    void const* object = nullptr; ///< on whose behalf
    bool destroyed = false;       ///< within the call, uncalled
};
inline thread_local post_scope current_post;

/// Posts a function whose destructor tells its object if the executor destroys it instead of calling it.
///
/// If it is destroyed within this very call, because posting fails or the executor's context is going away, then the caller is told, by an
/// exception, and the object is not: `rejected` is how the destructor knows.
/// @throws what posting throws; `abandoned` if the executor took the function only to destroy it
template <class Executor, class Function>
void post_or_throw(void const* object, Executor const& executor, Function&& function)
{
    struct restore {
        post_scope former;
        ~restore() { current_post = former; }
    } const on_exit{std::exchange(current_post, {.object = object})};
    // A local, because the caller's is destroyed when `current_post` is restored, and `post` may throw before it moves anything.
    std::decay_t<Function> call{std::forward<Function>(function)};
    asio::post(executor, std::move(call));
    if (current_post.destroyed)
        throw abandoned{"tasks: the executor refuses functions; its context is going away"};
}

/// Whether a function posted for the object is being destroyed within `post_or_throw`.
[[nodiscard]] inline bool rejected(void const* object) noexcept
{
    if (current_post.object != object)
        return false;
    current_post.destroyed = true;
    return true;
}

} // namespace detail
TASKS_END_NAMESPACE
