// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/log.hpp>
#include <tasks/loop/observer.hpp>

#include <exception>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class Pointer>
using observed_by = called_through_t<std::remove_reference_t<decltype(*std::declval<Pointer const&>())>>;

/// Several observers as one, which has the members that any of them has.
template <class... Pointers>
class observer_list {
public:
    explicit observer_list(Pointers... parts)
        : parts_{std::move(parts)...}
    {
    }

#define TASKS_MEMBER(event, member)                                                                          \
    void member(event const& e) const                                                                        \
        requires(sees<observed_by<Pointers>, event> || ...)                                                  \
    {                                                                                                        \
        notify_all(e);                                                                                       \
    }
    TASKS_EVENTS(TASKS_MEMBER)
#undef TASKS_MEMBER

private:
    template <class Event>
    void notify_all(Event const& e) const
    {
        std::apply([&](auto const&... part) { (notify(part, e), ...); }, parts_);
    }

    template <class Pointer, class Event>
    static void notify(Pointer const& part, Event const& e)
    {
        using observed = observed_by<Pointer>;
        if constexpr (sees<observed, Event>) {
            try {
                observer_member<Event>::call(static_cast<observed&>(*part), e);
            } catch (...) { // the others must still get the event
                report({.loop = e.loop, .what = "an observer threw", .exception = std::current_exception()});
            }
        }
    }

    std::tuple<Pointers...> parts_;
};

template <class O>
inline constexpr bool is_observer_list = false;
template <class... Pointers>
inline constexpr bool is_observer_list<observer_list<Pointers...>> = true;

template <class O>
inline constexpr bool is_shared_ptr = false;
template <class O>
inline constexpr bool is_shared_ptr<std::shared_ptr<O>> = true;

template <class O>
[[nodiscard]] auto pointer_to_observer(O&& o)
{
    using plain = std::remove_cvref_t<O>;
    if constexpr (is_shared_ptr<plain>) {
        static_assert(sees_anything<observed_by<plain>>, TASKS_NO_OBSERVER);
        return require_observer(std::forward<O>(o));
    } else if constexpr (is_observer_list<plain> && !std::is_lvalue_reference_v<O>) {
        return std::make_shared<plain>(std::forward<O>(o));
    } else {
        static_assert(std::is_lvalue_reference_v<O>, TASKS_TEMPORARY_OBSERVER);
        static_assert(sees_anything<called_through_t<std::remove_reference_t<O>>>, TASKS_NO_OBSERVER);
        return std::addressof(o);
    }
}

} // namespace detail

/// Makes one observer of several. It has the members that any of them has, and calls them in the given order.
/// An exception of one goes to the log sink, and the others still get the event.
///
/// @code
/// tasks::history recent{50};
/// poll.observe(tasks::observers(recent, metrics));
/// @endcode
///
/// @param parts objects, which must outlive the loop; `std::shared_ptr`s, which are shared; and the result of
/// another call
/// @throws bad_option a pointer is null
template <class... Observers>
    requires(sizeof...(Observers) > 0)
[[nodiscard]] auto observers(Observers&&... parts)
{
    return detail::observer_list<decltype(detail::pointer_to_observer(std::forward<Observers>(parts)))...>{
        detail::pointer_to_observer(std::forward<Observers>(parts))...};
}

TASKS_END_NAMESPACE
