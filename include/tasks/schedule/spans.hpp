// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/always_false.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/schedule/detail/local_span.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

TASKS_BEGIN_NAMESPACE

class spans;

/// A set of instants that is made of spans: a copyable value that says of an instant whether it is inside.
///
/// `contains(t)` is the answer. `next_change(t)` is the first instant strictly after `t` at which the answer
/// may change; nothing if it never changes again. An instant that is too early costs time, one that is too
/// late loses slots. Both must be pure, and safe to call from several threads at once.
template <class S>
concept time_spans = !std::same_as<S, spans> && requires(S const& s, time_point t) {
    { s.contains(t) } -> std::convertible_to<bool>;
    { s.next_change(t) } -> std::convertible_to<std::optional<time_point>>;
};

namespace detail {

struct span_set {
    [[nodiscard]] static span_set const& of(spans const& s) noexcept;
    [[nodiscard]] static spans erase(std::shared_ptr<span_set const> set) noexcept;

    virtual ~span_set() = default;
    [[nodiscard]] virtual bool contains(time_point t) const = 0;
    [[nodiscard]] virtual std::optional<time_point> next_change(time_point t) const = 0;
    [[nodiscard]] virtual std::string text() const = 0;
    [[nodiscard]] virtual void const* target(std::type_info const& type) const noexcept = 0;
    /// Whether a part has no zone of its own.
    [[nodiscard]] virtual bool lacks_zone() const noexcept = 0;
    /// The same with this zone for the parts that have none.
    [[nodiscard]] virtual spans with_zone(time_zone const& zone) const = 0;
};

template <class S>
struct span_set_of;

} // namespace detail

/// Spans of time of any kind, for example `tasks::workdays & tasks::between(8h, 18h)`.
///
/// Converts implicitly from the spans of the library (`weekdays`, `between`, `dates`, `months`, `since`,
/// `until`) and from any type with `contains` and `next_change` (see `time_spans`). `&`, `|` and `!` make
/// spans of spans; `schedule & spans` and `schedule - spans` choose among the instants of a schedule:
///
/// @code
/// using namespace std::chrono_literals;
/// auto const berlin = tasks::time_zone::named("Europe/Berlin");
/// tasks::spans const office = tasks::workdays.in(berlin) & tasks::between(8h, 18h).in(berlin);
/// tasks::schedule const day   = tasks::aligned(10min) & office;
/// tasks::schedule const night = tasks::aligned(1h) - office;
/// @endcode
///
/// The operators are found if one operand is of the library. For two types of your own, convert one of them
/// (`tasks::schedule{mine} & my_spans`), or write `using tasks::operator&;`.
///
/// Cheap to copy, because copies share the immutable set.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class spans {
public:
    /// Spans of the library, or user-defined ones.
    template <class S>
        requires(!std::same_as<S, spans> && time_spans<S>)
    spans(S value)
        : set_{std::make_shared<detail::span_set_of<S>>(std::move(value))}
    {
        static_assert(std::copy_constructible<S>, "tasks: spans must be copyable");
    }

    // no move operations, because spans are never empty
    spans(spans const&) = default;
    spans& operator=(spans const&) = default;
    ~spans() = default;

    /// Whether `t` is inside.
    /// @throws anything that a user-defined `contains` throws
    [[nodiscard]] bool contains(time_point t) const { return set_->contains(t); }

    /// The first instant strictly after `t` at which `contains` may change; nothing if it never changes
    /// again. For a composition, nothing changes before the end of the stretch that `t` is in: while any part
    /// keeps `a & b` outside, for example, the other does not matter.
    /// @throws bad_schedule user-defined spans returned an instant that is not after `t`
    /// @throws anything that a user-defined `contains` or `next_change` throws
    [[nodiscard]] std::optional<time_point> next_change(time_point t) const;

    /// The object that these spans were made from if it is an `S`; otherwise null.
    template <class S>
    [[nodiscard]] S const* target() const noexcept
    {
        return static_cast<S const*>(set_->target(typeid(S)));
    }

    /// Inside both.
    friend spans operator&(spans const& a, spans const& b);

    /// Inside one of them, or both.
    friend spans operator|(spans const& a, spans const& b);

    /// Inside where `a` is not.
    friend spans operator!(spans const& a);

private:
    friend struct detail::span_set;

    explicit spans(std::shared_ptr<detail::span_set const> set) noexcept
        : set_{std::move(set)}
    {
    }

    std::shared_ptr<detail::span_set const> set_;
};

[[nodiscard]] spans operator&(spans const& a, spans const& b);
[[nodiscard]] spans operator|(spans const& a, spans const& b);
[[nodiscard]] spans operator!(spans const& a);

/// Returns, for example, `workdays in Europe/Berlin & between(08:00, 18:00)`; a part without a zone shows
/// none.
template <std::derived_from<spans> S> // not what converts to one
[[nodiscard]] std::string to_string(S const& s)
{
    return detail::span_set::of(s).text();
}

/// The slots of the schedule that are inside the spans.
///
/// Spans of the library without `in()` take the zone of the schedule, which a schedule tells by a member
/// `zone()` that returns a `time_zone`; a union has the zones of its parts. It is UTC if there is none.
///
/// From a slot outside, the search goes on to the next change of the spans. After 4,096 slots outside, or at
/// a slot outside that is more than 50 years after the instant asked from, there is no further slot, so that
/// `next` never spins.
/// @throws bad_option the schedule is an interval, a fixed delay or `on_trigger`, which have no instants, or
/// it has several zones and spans have none
[[nodiscard]] schedule operator&(schedule const& all, spans const& where);
[[nodiscard]] schedule operator&(spans const& where, schedule const& all);

/// The slots of the schedule that are outside the spans. Otherwise as `schedule & spans`.
[[nodiscard]] schedule operator-(schedule const& all, spans const& where);

namespace detail {

template <class T>
concept schedule_operand = std::same_as<T, schedule> || instant_schedule<T>;
template <class T>
concept spans_operand = std::same_as<T, spans> || time_spans<T>;
template <class T>
concept operand_without_instants =
    is_duration<T> || std::same_as<T, fixed_delay> || std::same_as<T, on_trigger_t>;

template <class A, class B>
concept spans_and_no_instants =
    (spans_operand<A> && operand_without_instants<B>) || (operand_without_instants<A> && spans_operand<B>);
template <class A, class B>
concept two_schedules = schedule_operand<A> && schedule_operand<B> && !spans_operand<A> && !spans_operand<B>;
template <class A, class B>
concept schedule_and_spans = (schedule_operand<A> && spans_operand<B> && !spans_operand<A>) ||
                             (spans_operand<A> && schedule_operand<B> && !spans_operand<B>);

} // namespace detail

// The following overloads only explain what is wrong.

template <class A, class B>
    requires detail::spans_and_no_instants<A, B>
schedule operator&(A const&, B const&)
{
    static_assert(
        detail::always_false<A>,
        "tasks: an interval, a fixed delay and on_trigger have no instants that could be inside spans; "
        "tasks::aligned(10min) has, at every multiple of a period");
    return {};
}

template <class A, class B>
    requires detail::spans_and_no_instants<A, B>
schedule operator-(A const&, B const&)
{
    static_assert(
        detail::always_false<A>,
        "tasks: an interval, a fixed delay and on_trigger have no instants that could be inside spans; "
        "tasks::aligned(10min) has, at every multiple of a period");
    return {};
}

template <class A, class B>
    requires detail::two_schedules<A, B>
schedule operator&(A const&, B const&)
{
    static_assert(
        detail::always_false<A>,
        "tasks: & needs a schedule and spans, such as tasks::workdays; schedules are united with |");
    return {};
}

template <class A, class B>
    requires(detail::two_schedules<A, B> || (detail::spans_operand<A> && detail::schedule_operand<B>))
schedule operator-(A const&, B const&)
{
    static_assert(detail::always_false<A>,
                  "tasks: - takes spans, such as tasks::workdays, away from a schedule: schedule - spans");
    return {};
}

template <class A, class B>
    requires(detail::spans_operand<A> && detail::spans_operand<B>)
spans operator-(A const& a, B const&)
{
    static_assert(detail::always_false<A>, "tasks: the difference of spans is written a & !b");
    return a;
}

template <class A, class B>
    requires detail::schedule_and_spans<A, B>
schedule operator|(A const&, B const&)
{
    static_assert(
        detail::always_false<A>,
        "tasks: | unites two schedules or two spans; the slots of a schedule that are inside spans are "
        "schedule & spans");
    return {};
}

namespace detail {

inline span_set const& span_set::of(spans const& s) noexcept
{
    return *s.set_;
}

inline spans span_set::erase(std::shared_ptr<span_set const> set) noexcept
{
    return spans{std::move(set)};
}

template <class S>
struct span_set_of final : span_set {
    explicit span_set_of(S s)
        : value{std::move(s)}
    {
    }

    bool contains(time_point t) const override { return value.contains(t); }
    std::optional<time_point> next_change(time_point t) const override { return value.next_change(t); }
    std::string text() const override { return own_text::of(value, "user-defined spans"); }
    void const* target(std::type_info const& type) const noexcept override
    {
        return type == typeid(S) ? &value : nullptr;
    }

    bool lacks_zone() const noexcept override
    {
        if constexpr (is_local_span<S>)
            return !value.zone();
        else
            return false;
    }

    spans with_zone(time_zone const& zone) const override
    {
        if constexpr (is_local_span<S>) {
            if (!value.zone())
                return value.in(zone);
        }
        return value;
    }

    S value;
};

} // namespace detail

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/filtered_instants.ipp>
#include <tasks/schedule/detail/spans.ipp>
#endif
