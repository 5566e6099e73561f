// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/errors.hpp>
#include <tasks/run/events.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE

class observer;

namespace detail {

/// Calls the member that takes an event, if the observer has it.
template <class Event>
struct observer_member;

#define TASKS_MEMBER(event, member)                                                                          \
    template <>                                                                                              \
    struct observer_member<event> {                                                                          \
        template <class O>                                                                                   \
            requires requires(O& o, event const& e) { o.member(e); }                                         \
        static void call(O& o, event const& e)                                                               \
        {                                                                                                    \
            o.member(e);                                                                                     \
        }                                                                                                    \
    };
TASKS_EVENTS(TASKS_MEMBER)
#undef TASKS_MEMBER

template <class O, class Event>
concept sees = requires(O& o, Event const& e) { observer_member<Event>::call(o, e); };

#define TASKS_OR_SEES(event, member) || sees<O, event>
template <class O>
concept sees_anything = false TASKS_EVENTS(TASKS_OR_SEES);
#undef TASKS_OR_SEES

#define TASKS_NAME(event, member) #member ", "
#define TASKS_NO_OBSERVER                                                                                    \
    "tasks: the observer has none of the members " TASKS_EVENTS(                                             \
        TASKS_NAME) "each taking a const reference to its event"
#define TASKS_TEMPORARY_OBSERVER                                                                             \
    "tasks: the observer is a temporary, which the loop would outlive; name it, or pass a std::shared_ptr"

template <class Event>
struct observer_table_entry {
    void (*call)(void*, Event const&) = nullptr;
};

struct no_entry {};

/// The functions of an attached observer, by event; null for a member that the observer does not have.
#define TASKS_ENTRY(event, member) , observer_table_entry<event>
struct observer_table : no_entry TASKS_EVENTS(TASKS_ENTRY) {
    template <class Event>
    [[nodiscard]] constexpr auto& entry() noexcept
    {
        return static_cast<observer_table_entry<Event>&>(*this).call;
    }
    template <class Event>
    [[nodiscard]] constexpr auto entry() const noexcept
    {
        return static_cast<observer_table_entry<Event> const&>(*this).call;
    }
};
#undef TASKS_ENTRY

template <class O, class Event>
constexpr void fill_entry(observer_table& t) noexcept
{
    if constexpr (sees<O, Event>)
        t.entry<Event>() = [](void* o, Event const& e) {
            observer_member<Event>::call(*static_cast<O*>(o), e);
        };
}

template <class O>
constexpr observer_table make_observer_table() noexcept
{
    observer_table t;
#define TASKS_FILL(event, member) fill_entry<O, event>(t);
    TASKS_EVENTS(TASKS_FILL)
#undef TASKS_FILL
    return t;
}

template <class O>
inline constexpr observer_table observer_table_of = make_observer_table<O>();

/// The type through which an observer is called: its base class if it overrides the members of that, because
/// the overriding ones may be private.
template <class O>
struct called_through {
    using type = O;
};
template <class O>
    requires std::derived_from<O, observer>
struct called_through<O> {
    using type = std::conditional_t<std::is_const_v<O>, observer const, observer>;
};
template <class O>
using called_through_t = typename called_through<O>::type;

template <class... Pointers>
class observer_list;

/// @throws bad_option the pointer is null
template <class O>
[[nodiscard]] std::shared_ptr<O> require_observer(std::shared_ptr<O> o)
{
    if (!o)
        throw bad_option{"tasks: a null std::shared_ptr as observer: must point to one"};
    return o;
}

/// The observer of a loop; empty by default. The pointer owns the object only if the user passed a
/// shared_ptr.
struct attached_observer {
    std::shared_ptr<void> object;
    observer_table const* table = nullptr;

    explicit operator bool() const noexcept { return table != nullptr; }
};

} // namespace detail
TASKS_END_NAMESPACE
