// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/loop/detail/hook.hpp>
#include <tasks/run/iteration.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES
namespace detail {

template <class... T>
struct type_list {
    static constexpr std::size_t size = sizeof...(T);
};

template <class List, std::size_t N>
struct drop_front {
    using type = List;
};
template <class First, class... Rest, std::size_t N>
    requires(N > 0)
struct drop_front<type_list<First, Rest...>, N> : drop_front<type_list<Rest...>, N - 1> {};

// The parameters of a function as a list, without the object of a member function. Declarations only. No
// overloads for noexcept functions, because those convert.
// clang-format off
template <class R, class... P> type_list<P...> parameters_of(R (*)(P...));
template <class R, class C, class... P> type_list<P...> parameters_of(R (C::*)(P...));
template <class R, class C, class... P> type_list<P...> parameters_of(R (C::*)(P...) const);
template <class R, class C, class... P> type_list<P...> parameters_of(R (C::*)(P...) &);
template <class R, class C, class... P> type_list<P...> parameters_of(R (C::*)(P...) const&);
template <class R, class C, class... P> type_list<P...> parameters_of(R (C::*)(P...) &&);
template <class R, class C, class... P> type_list<P...> parameters_of(R (C::*)(P...) const&&);
// clang-format on

/// Removes the object from the parameters of a call operator that is an ordinary function, because it is
/// static or has an explicit object parameter. An explicit object is the first parameter.
template <class F, class List>
struct without_object {
    using type = List;
};
template <class F, class Object, class... P>
    requires std::derived_from<F, std::remove_cvref_t<Object>> && (!std::invocable<F&, Object, P...>)
struct without_object<F, type_list<Object, P...>> {
    using type = type_list<P...>;
};

/// The parameters with which an `F` is called. Declared only for callables that have exactly one set of them.
template <class F>
struct callable_parameters;
template <class F>
    requires requires { detail::parameters_of(std::declval<F>()); }
struct callable_parameters<F> {
    using type = decltype(detail::parameters_of(std::declval<F>()));
};
template <class F>
    requires requires { detail::parameters_of(&F::operator()); }
struct callable_parameters<F> {
    using call_operator = decltype(&F::operator());
    using all = decltype(detail::parameters_of(std::declval<call_operator>()));
    using type = typename std::conditional_t<std::is_member_function_pointer_v<call_operator>,
                                             std::type_identity<all>, without_object<F, all>>::type;
};

/// Whether `F` has exactly one set of parameters. False for an overloaded call operator and for a template.
template <class F>
concept has_known_parameters = requires { typename callable_parameters<F>::type; };

/// Removes a leading `iteration const&`, which is not an argument of the loop.
template <class List>
struct without_iteration {
    using type = List;
};
template <class First, class... Rest>
    requires std::same_as<std::remove_cvref_t<First>, iteration>
struct without_iteration<type_list<First, Rest...>> {
    using type = type_list<Rest...>;
};

template <class List>
struct signature_of_list;
template <class... A>
struct signature_of_list<type_list<A...>> {
    using type = void(std::decay_t<A>...);
};

/// The signature of the loop, deduced from the body: its parameters without the iteration and the bound
/// values.
template <class F, class... Bound>
struct signature {
    using type = void();
};
template <has_known_parameters F, class... Bound>
struct signature<F, Bound...> {
    // The object of a member function is bound, but is not one of its parameters.
    static constexpr std::size_t bound =
        sizeof...(Bound) - (std::is_member_function_pointer_v<F> && sizeof...(Bound) > 0);
    using type = typename signature_of_list<typename drop_front<
        typename without_iteration<typename callable_parameters<F>::type>::type, bound>::type>::type;
};
template <class F, class... Bound>
using signature_t = typename signature<std::decay_t<F>, std::decay_t<Bound>...>::type;

template <class T>
inline constexpr bool is_weak_ptr = false;
template <class T>
inline constexpr bool is_weak_ptr<std::weak_ptr<T>> = true;

/// Keeps the owner of a member function alive for as long as its coroutine runs.
inline asio::awaitable<void> keep_alive(std::shared_ptr<void const> owner, asio::awaitable<void> body)
{
    static_cast<void>(owner);
    co_await std::move(body);
}

/// A callable with its bound values, called with an iteration and the loop's arguments. As with
/// `std::jthread`, bound values are stored decayed and precede the arguments. If the callable takes the
/// iteration, it precedes both, but follows the object of a member function.
template <class F, class... Bound>
class bound_call {
    static constexpr bool is_member = std::is_member_function_pointer_v<F> && sizeof...(Bound) > 0;

    template <class... A>
    struct plain : std::is_invocable<F&, A...> {};
    template <class... A>
    struct with_iteration : std::is_invocable<F&, iteration const&, A...> {};
    template <class Object, class... A>
        requires is_member
    struct with_iteration<Object, A...> : std::is_invocable<F&, Object, iteration const&, A...> {};

    template <class... A>
        requires(!is_member)
    static auto result_with_iteration()
    {
        return std::type_identity<std::invoke_result_t<F&, iteration const&, A...>>{};
    }
    template <class Object, class... A>
        requires is_member
    static auto result_with_iteration()
    {
        return std::type_identity<std::invoke_result_t<F&, Object, iteration const&, A...>>{};
    }

    // A weak_ptr as the object is replaced by a shared_ptr for the call.
    template <class T>
    struct stored {
        using type = T&;
    };
    template <class T>
        requires is_member
    struct stored<std::weak_ptr<T>> {
        using type = std::shared_ptr<T>&;
    };

public:
    template <class G, class... B>
    explicit bound_call(std::in_place_t, G&& function, B&&... bound)
        : function_{std::forward<G>(function)}
        , bound_{std::forward<B>(bound)...}
    {
    }

    template <class... A>
    static constexpr bool callable_without_iteration =
        plain<typename stored<Bound>::type..., A const&...>::value;
    /// Whether it can be called, with or without an iteration. The call with one is only tried if the other
    /// is not possible, because the test compiles the body of a generic lambda.
    template <class... A>
    static constexpr bool callable =
        std::disjunction_v<plain<typename stored<Bound>::type..., A const&...>,
                           with_iteration<typename stored<Bound>::type..., A const&...>>;

    /// The result of a call, as a `std::type_identity`. Used only by `result`; public because clang 14
    /// requires it.
    template <class... A>
    static auto result_of()
    {
        if constexpr (callable_without_iteration<A...>)
            return std::type_identity<
                std::invoke_result_t<F&, typename stored<Bound>::type..., A const&...>>{};
        else if constexpr (callable<A...>)
            return result_with_iteration<typename stored<Bound>::type..., A const&...>();
        else
            return std::type_identity<void>{};
    }

    template <class... A>
    using result = typename decltype(result_of<A...>())::type;

    /// Whether a `weak_ptr` is bound as the object.
    static constexpr bool can_expire = [] {
        if constexpr (is_member)
            return is_weak_ptr<std::tuple_element_t<0, std::tuple<Bound...>>>;
        else
            return false;
    }();
    /// Whether that object has expired, so that nothing can be called.
    [[nodiscard]] bool expired() const noexcept
    {
        if constexpr (can_expire)
            return std::get<0>(bound_).expired();
        else
            return false;
    }

    template <class... A>
    [[nodiscard]] asio::awaitable<void> operator()(iteration const& it, A const&... args)
    {
        return std::apply([&](Bound&... bound) { return call_bound(it, bound..., args...); }, bound_);
    }

private:
    template <class... A>
    [[nodiscard]] asio::awaitable<void> call_bound(iteration const& it, A&... args)
    {
        if constexpr (can_expire)
            return call_locked(it, args...);
        else
            return call_direct(it, args...);
    }

    template <class Owner, class... A>
    [[nodiscard]] asio::awaitable<void> call_locked(iteration const& it, std::weak_ptr<Owner>& weak,
                                                    A&... args)
    {
        auto owner = weak.lock();
        if (!owner)
            return done();
        auto body = call_direct(it, owner, args...);
        return body.valid() ? keep_alive(std::move(owner), std::move(body)) : done();
    }

    template <class... A>
    [[nodiscard]] asio::awaitable<void> call_direct(iteration const& it, A&... args)
    {
        if constexpr (plain<A&...>::value)
            return detail::call(function_, args...);
        else
            return call_with_iteration(it, args...);
    }

    template <class Object, class... A>
        requires is_member
    [[nodiscard]] asio::awaitable<void> call_with_iteration(iteration const& it, Object& object, A&... args)
    {
        return detail::call(function_, object, it, args...);
    }
    template <class... A>
        requires(!is_member)
    [[nodiscard]] asio::awaitable<void> call_with_iteration(iteration const& it, A&... args)
    {
        return detail::call(function_, it, args...);
    }

    F function_;
    std::tuple<Bound...> bound_;
};

template <class F, class... Bound>
bound_call(std::in_place_t, F, Bound...) -> bound_call<std::decay_t<F>, std::decay_t<Bound>...>;

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
