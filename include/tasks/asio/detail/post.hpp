// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/errors.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A function that this thread is just posting.
struct posting {
    void const* object = nullptr; ///< on whose behalf
    bool destroyed = false;       ///< within the call, uncalled
};
inline thread_local posting current_posting;

/// Posts a function whose destructor tells its object if the executor destroys it instead of calling it.
///
/// If it is destroyed within this very call, because posting fails or the executor's context is going away, then the caller is told, by an
/// exception, and the object is not: `refused` is how the destructor knows.
/// @throws what posting throws; `abandoned` if the executor took the function only to destroy it
template <class Executor, class Function>
void post_for(void const* object, Executor const& executor, Function&& function)
{
    struct restore {
        posting former;
        ~restore() { current_posting = former; }
    } const on_exit{std::exchange(current_posting, {.object = object})};
    asio::post(executor, std::forward<Function>(function));
    if (current_posting.destroyed)
        throw abandoned{"tasks: the executor refuses functions; its context is going away"};
}

/// Whether a function posted for the object is being destroyed within `post_for`.
[[nodiscard]] inline bool refused(void const* object) noexcept
{
    if (current_posting.object != object)
        return false;
    current_posting.destroyed = true;
    return true;
}

} // namespace detail
TASKS_END_NAMESPACE
