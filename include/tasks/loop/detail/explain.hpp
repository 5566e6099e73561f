// SPDX-License-Identifier: MIT
#pragma once

/// The error messages for arguments that make no loop. Each function returns true if its subject fits;
/// otherwise it fails to compile, with one sentence. Its caller then compiles nothing further, so that no
/// other error follows.

#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/loop/detail/body.hpp>
#include <tasks/loop/options.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class T>
concept points_to_executor_or_context =
    requires(T const& pointer) { requires executor_or_context<decltype(*pointer)>; };

/// Checks the first argument of a loop or ticker.
template <class Where>
consteval bool explain_where()
{
    constexpr bool fits = executor_or_context<Where>;
    constexpr bool pointer = !fits && points_to_executor_or_context<Where>;
    constexpr bool when = !fits && std::convertible_to<Where, schedule>;
    static_assert(!pointer,
                  "tasks: the first argument is a pointer to an execution context or executor; pass the "
                  "object itself: io, not &io");
    static_assert(!when, "tasks: the first argument is a schedule; the order is where, when, body: "
                         "tasks::loop l{io, 5s, body}");
    static_assert(fits || pointer || when, "tasks: the first argument is neither an execution context, such "
                                           "as asio::io_context, nor an executor");
    return fits;
}

/// Checks the second argument.
template <class When>
consteval bool explain_when()
{
    using value = std::remove_cvref_t<When>;
    constexpr bool fits = std::convertible_to<When, options> || std::convertible_to<When, schedule>;
    constexpr bool where = !fits && executor_or_context<When>;
    constexpr bool own = !fits && !where && requires { &value::next; };
    static_assert(
        !where,
        "tasks: the second argument is an execution context or an executor; the order is where, when, body: "
        "tasks::loop l{io, 5s, body}");
    static_assert(
        !own,
        "tasks: the second argument has a member next, but is not a schedule; it must be copyable and have "
        "std::optional<tasks::time_point> next(tasks::time_point) const");
    static_assert(
        fits || where || own,
        "tasks: the second argument is neither a schedule nor options; the order is where, when, body: "
        "tasks::loop l{io, 5s, body} or tasks::loop l{io, {.every = 5s}, body}");
    return fits;
}

/// Converts the second argument to options.
template <class When>
    requires(std::convertible_to<When, options> || std::convertible_to<When, schedule>)
[[nodiscard]] options as_options(When&& when)
{
    if constexpr (std::convertible_to<When, options>)
        return std::forward<When>(when);
    else
        return {.every = std::forward<When>(when)};
}

template <class T>
inline constexpr bool is_awaitable = false;
template <class T, class Executor>
inline constexpr bool is_awaitable<asio::awaitable<T, Executor>> = true;

/// Whether a function cannot be called with the pointer that is bound first, but could be with the object it
/// points to.
template <class F, class Bound, class Args>
inline constexpr bool wants_its_object = false;
template <class F, class First, class... Rest, class... Args>
    requires requires(First& first) { *first; }
inline constexpr bool wants_its_object<F, type_list<First, Rest...>, type_list<Args...>> =
    std::is_invocable_v<F&, decltype(*std::declval<First&>()), Rest&..., Args const&...>;

enum class role { body, hook, error_hook };

/// Checks a body or hook and its bound values. `Args` are the further arguments of the call.
template <role Role, class F, class Bound, class Args>
struct explain_call;
template <role Role, class F, class... Bound, class... Args>
struct explain_call<Role, F, type_list<Bound...>, type_list<Args...>> {
    using call = bound_call<F, Bound...>;

    static consteval bool fits()
    {
        constexpr bool callable = call::template callable<Args...>;
        if constexpr (callable) {
            constexpr bool result = coroutine_or_void<typename call::template result<Args...>>;
            static_assert(result, "tasks: a body or hook returns void or asio::awaitable<void>, because any "
                                  "other result would be lost");
            return result;
        } else {
            explain();
            return false;
        }
    }

private:
    static consteval void explain()
    {
        constexpr bool called = is_awaitable<F>;
        constexpr bool no_object = std::is_member_function_pointer_v<F> && sizeof...(Bound) == 0;
        constexpr bool pointer = !no_object && wants_its_object<F, type_list<Bound...>, type_list<Args...>>;
        constexpr bool rvalue = std::is_invocable_v<F, Bound&..., Args const&...> ||
                                std::is_invocable_v<F, iteration const&, Bound&..., Args const&...>;
        constexpr bool unknown = Role == role::body && !called && !rvalue && std::is_class_v<F> &&
                                 !has_known_parameters<F> && sizeof...(Args) == 0;
        constexpr bool other = !called && !no_object && !pointer && !rvalue && !unknown;

        static_assert(!called,
                      "tasks: the body or hook is a coroutine that has been called already; pass the "
                      "function itself: beat, not beat()");
        static_assert(!no_object,
                      "tasks: a member function needs its object after it: &printer::print, this");
        static_assert(!pointer,
                      "tasks: this function takes its object as a reference; bind std::ref(*this), not "
                      "this");
        static_assert(!rvalue,
                      "tasks: the call operator is &&-qualified; a body or hook is called repeatedly, "
                      "so it must be callable as an lvalue");
        static_assert(
            !unknown,
            "tasks: the body has no call operator, or an overloaded or template one, so the arguments of "
            "start() cannot be deduced from it; name them, as in tasks::loop<void(int)>");
        static_assert(
            !other || Role != role::body,
            "tasks: the body cannot be called with the arguments of the loop's signature (after bound "
            "values and an optional leading tasks::iteration const&); bodies take their arguments by value "
            "or by const reference");
        static_assert(!other || Role != role::hook,
                      "tasks: a before or after hook is called with its bound values only; this one "
                      "needs other arguments");
        static_assert(
            !other || Role != role::error_hook,
            "tasks: the error hook is called with a std::exception_ptr after its bound values, not with the "
            "exception itself: error([](std::exception_ptr e) { })");
    }
};

} // namespace detail
TASKS_END_NAMESPACE
