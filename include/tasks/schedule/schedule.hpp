// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/always_false.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/schedule/detail/checked_duration.hpp>
#include <tasks/schedule/detail/times_of_day.hpp>
#include <tasks/schedule/fixed_delay.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE

class schedule;
class time_zone;

/// A user-defined schedule: a copyable value whose `next` returns the first instant strictly after a given
/// one, or nothing. `next` must be pure, strictly increasing, and safe to call from several threads at once.
template <
    class S> // does not ask for copies, because they may be made by a constructor that takes a `schedule`
concept instant_schedule = !std::same_as<S, schedule> && requires(S const& s, time_point t) {
    { s.next(t) } -> std::convertible_to<std::optional<time_point>>;
};

namespace detail {

/// Is told the zones of a schedule, each as often as it occurs.
struct zone_visitor {
    virtual void operator()(time_zone const& zone) = 0;

protected:
    ~zone_visitor() = default;
};

/// A schedule with a zone, which spans without one take (rule 48).
template <class S>
concept zoned_schedule =
    requires(S const& s) { requires std::same_as<std::remove_cvref_t<decltype(s.zone())>, time_zone>; };

[[nodiscard]] std::string schedule_text(schedule const& s);

struct instants {
    virtual ~instants() = default;
    [[nodiscard]] virtual std::optional<time_point> next(time_point after) const = 0;
    [[nodiscard]] virtual std::string text() const = 0;
    [[nodiscard]] virtual void const* target(std::type_info const& type) const noexcept = 0;
    [[nodiscard]] virtual std::span<schedule const> parts() const noexcept = 0;
    [[nodiscard]] virtual bool has_times_of_day() const noexcept = 0;
    virtual void visit_zones(zone_visitor& visit) const = 0;
    /// Whether spans have chosen these among others, so that the text has operators that bind more than `|`.
    [[nodiscard]] virtual bool has_spans() const noexcept { return false; }
};

template <class S>
struct instants_of;
struct union_of_instants;
struct filtered_instants;
class timeline;

} // namespace detail

/// Returns, for example, `every 10s`, `fixed_delay 5s`, `on trigger`, or the result of the schedule's own
/// `to_string`; `none` if it is empty.
template <std::derived_from<schedule> S> // not what converts to one, which includes any type with `next`
[[nodiscard]] std::string to_string(S const& s)
{
    return detail::schedule_text(s);
}

/// The times at which a loop runs: an interval, a fixed delay, or a set of instants of the wall clock.
///
/// Converts implicitly from any chrono duration, from `tasks::day_at(…)` and the other schedules of the
/// library, and from any type with a suitable `next` (see `instant_schedule`). An interval is measured on the
/// steady clock, so that steps of the wall clock do not move it. `|` unites the instants of several
/// schedules; `&` and `-` choose among them by spans, see `<tasks/schedule/spans.hpp>`:
///
/// @code
/// using namespace std::chrono_literals;
/// tasks::schedule every_ten_seconds = 10s;
/// tasks::schedule often             = 0.25s;
/// tasks::schedule berlin            = tasks::day_at(9h).in("Europe/Berlin");
/// tasks::schedule offices           = berlin | tasks::day_at(9h).in("America/New_York");
/// tasks::schedule weekly            = berlin & tasks::weekdays{std::chrono::Monday};
/// @endcode
///
/// Cheap to copy, because copies share the immutable instants.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class schedule {
public:
    /// An empty schedule: it has no instants, and loops and tickers reject it. An interval of zero is written
    /// `0s`.
    schedule() noexcept = default;

    /// An interval, whole or fractional, in any unit. With 0, iterations follow one another immediately; the
    /// loop yields to the executor between them.
    /// @throws bad_option the interval is negative, NaN, infinite, not representable in 64-bit nanoseconds,
    /// or positive and below 1 ns
    template <class Rep, class Period>
    schedule(std::chrono::duration<Rep, Period> interval)
        : duration_{detail::checked_duration(interval, "an interval")}
        , kind_{kind::interval}
    {
    }

    /// A delay after the end of the last iteration; a delay of 0 is the interval 0.
    schedule(tasks::fixed_delay const& delay) noexcept
        : duration_{delay.delay()}
        , kind_{duration_ == std::chrono::nanoseconds::zero() ? kind::interval : kind::fixed_delay}
    {
    }

    /// No slots: iterations come from requests alone.
    schedule(on_trigger_t) noexcept
        : kind_{kind::trigger}
    {
    }

    /// A user-defined schedule, or one of the library.
    template <class S>
        requires(!std::same_as<S, schedule> && instant_schedule<S>)
    schedule(S instants)
        : instants_{std::make_shared<detail::instants_of<S>>(std::move(instants))}
    {
        static_assert(std::copy_constructible<S>, "tasks: a schedule must be copyable");
    }

    /// Rejects a bare number, because it has no unit.
    template <class Number>
        requires std::is_arithmetic_v<Number>
    schedule(Number)
    {
        static_assert(
            detail::always_false<Number>,
            "tasks: a bare number is not an interval, it has no unit; write 5s or std::chrono::minutes{5}");
    }

    /// Rejects a text, because it may be wrong; `parse_schedule` reads one.
    template <class Text>
        requires(std::is_convertible_v<Text const&, std::string_view> && !instant_schedule<Text>)
    schedule(Text)
    {
        static_assert(detail::always_false<Text>,
                      "tasks: a text is not a schedule; write 5s for an interval, "
                      "tasks::day_at(\"09:00\") for a time of day, or tasks::parse_schedule(text)");
    }

    /// Whether this is no schedule at all: default-constructed or moved from.
    [[nodiscard]] bool empty() const noexcept { return !instants_ && kind_ == kind::none; }
    /// Whether this is a set of instants of the wall clock.
    [[nodiscard]] bool has_instants() const noexcept { return instants_ != nullptr; }
    [[nodiscard]] bool is_interval() const noexcept { return kind_ == kind::interval; }
    [[nodiscard]] bool is_fixed_delay() const noexcept { return kind_ == kind::fixed_delay; }
    [[nodiscard]] bool is_on_trigger() const noexcept { return kind_ == kind::trigger; }

    /// The interval. @throws std::logic_error if this schedule is not an interval
    [[nodiscard]] std::chrono::nanoseconds interval() const
    {
        if (!is_interval())
            throw std::logic_error{"tasks: schedule '" + to_string(*this) + "' is not an interval"};
        return duration_;
    }

    /// The delay, which is positive. @throws std::logic_error if this schedule is not a fixed delay
    [[nodiscard]] std::chrono::nanoseconds fixed_delay() const
    {
        if (!is_fixed_delay())
            throw std::logic_error{"tasks: schedule '" + to_string(*this) + "' is not a fixed delay"};
        return duration_;
    }

    /// The first instant strictly after `after`, if any; for an interval or a fixed delay, `after` plus the
    /// duration. An empty schedule and `on_trigger` have none.
    /// @throws bad_schedule a user-defined schedule returned an instant that is not after `after`
    /// @throws anything that a user-defined `next` throws
    [[nodiscard]] std::optional<time_point> next(time_point after) const;

    /// The object that this schedule was made from if it is an `S`; otherwise null.
    template <class S>
    [[nodiscard]] S const* target() const noexcept
    {
        return instants_ ? static_cast<S const*>(instants_->target(typeid(S))) : nullptr;
    }

    /// The schedules that a `|` united; empty for any other schedule.
    [[nodiscard]] std::span<schedule const> parts() const noexcept
    {
        return instants_ ? instants_->parts() : std::span<schedule const>{};
    }

    /// The union of the instants of both; equal instants count once. If one is empty, the result is the
    /// other.
    /// @throws bad_option one of them is an interval, a fixed delay or `on_trigger`, which have no instants
    friend schedule operator|(schedule const& a, schedule const& b);

private:
    friend std::string detail::schedule_text(schedule const& s);
    friend class detail::timeline;
    friend struct detail::union_of_instants;
    friend struct detail::filtered_instants;

    enum class kind : std::uint8_t { none, interval, fixed_delay, trigger }; // none: instants, or empty

    explicit schedule(std::shared_ptr<detail::instants const> instants) noexcept
        : instants_{std::move(instants)}
    {
    }

    [[nodiscard]] bool has_times_of_day() const noexcept
    {
        return instants_ && instants_->has_times_of_day();
    }

    void visit_zones(detail::zone_visitor& visit) const
    {
        if (instants_)
            instants_->visit_zones(visit);
    }

    std::chrono::nanoseconds duration_{0};
    std::shared_ptr<detail::instants const> instants_;
    kind kind_ = kind::none;
};

schedule operator|(schedule const& a, schedule const& b);

namespace detail {

/// @throws bad_option the schedule, an operand of `operation`, is none of instants (rule 49)
void check_has_instants(schedule const& s, char const* operation);

namespace own_text {

void to_string() = delete; // so that the text is the type's own, found by its arguments

/// The result of the `to_string` found for the type; if there is none, `otherwise`.
template <class S>
std::string of(S const& value, char const* otherwise)
{
    if constexpr (requires {
                      { to_string(value) } -> std::convertible_to<std::string>;
                  })
        return to_string(value);
    else
        return otherwise;
}

} // namespace own_text

template <class S>
struct instants_of final : instants {
    explicit instants_of(S s)
        : value{std::move(s)}
    {
    }

    std::optional<time_point> next(time_point after) const override { return value.next(after); }

    std::string text() const override { return own_text::of(value, "user-defined schedule"); }

    void const* target(std::type_info const& type) const noexcept override
    {
        return type == typeid(S) ? &value : nullptr;
    }

    std::span<schedule const> parts() const noexcept override { return {}; }
    bool has_times_of_day() const noexcept override { return times_of_day<S>::in(value); }

    void visit_zones(zone_visitor& visit) const override
    {
        if constexpr (zoned_schedule<S>)
            visit(value.zone());
    }

    S value;
};

} // namespace detail

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/schedule.ipp>
#endif
