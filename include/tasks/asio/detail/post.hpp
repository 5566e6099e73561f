// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/base/errors.hpp>

#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The post that this thread is performing.
struct post_scope {
    void const* object = nullptr; ///< on whose behalf
    bool destroyed = false;       ///< the function was destroyed uncalled within the post
};
inline thread_local post_scope current_post;

/// Posts a function whose destructor notifies its object if the executor destroys it instead of calling it.
///
/// If it is destroyed during this call, because posting fails or the executor's context is being destroyed,
/// the call throws and the object is not notified. The destructor calls `rejected` to distinguish the two
/// cases.
/// @throws anything that posting throws; `abandoned` if the executor destroyed the function
template <class Executor, class Function>
void post_or_throw(void const* object, Executor const& executor, Function&& function)
{
    struct restore {
        post_scope former;
        ~restore() { current_post = former; }
    } const on_exit{std::exchange(current_post, {.object = object})};
    // A local, because the caller's is destroyed when `current_post` is restored, and `post` may throw before
    // it moves anything.
    std::decay_t<Function> call{std::forward<Function>(function)};
    asio::post(executor, std::move(call));
    if (current_post.destroyed)
        throw abandoned{"tasks: the executor rejects functions because its context is being destroyed"};
}

/// Whether a function posted for the object is being destroyed within `post_or_throw`.
[[nodiscard]] inline bool rejected(void const* object) noexcept
{
    if (current_post.object != object)
        return false;
    current_post.destroyed = true;
    return true;
}

/// A function for `post_or_throw` on behalf of an object: calls `Call` with it. If the executor destroys the
/// function instead of calling it, calls `Lost`.
template <class T, void (*Call)(ref<T>), void (*Lost)(T&) noexcept>
class posted_op {
public:
    explicit posted_op(ref<T> object) noexcept
        : object_{std::move(object)}
    {
    }
    posted_op(posted_op&&) noexcept = default;
    posted_op& operator=(posted_op&&) = delete;
    ~posted_op()
    {
        if (object_ && !rejected(object_.get()))
            Lost(*object_);
    }
    void operator()() { Call(std::exchange(object_, {})); }

private:
    ref<T> object_;
};

} // namespace detail
TASKS_END_NAMESPACE
