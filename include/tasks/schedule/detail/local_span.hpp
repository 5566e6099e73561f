// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/time/offset_span.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// What a local clock shows: a day, and the time since its midnight.
struct local_reading {
    std::chrono::local_days day;
    std::chrono::nanoseconds time;
};

/// The reading at an instant of a clock with this offset.
[[nodiscard]] inline local_reading read_local(time_point t, std::chrono::seconds offset)
{
    // in seconds, because the local time of the first and the last instants does not fit into nanoseconds
    auto const second = std::chrono::floor<std::chrono::seconds>(t);
    auto const local = second.time_since_epoch() + offset;
    auto const day = std::chrono::floor<std::chrono::days>(local);
    return {std::chrono::local_days{day}, (local - day) + (t - second)};
}

/// The instant at which a clock with this offset shows the reading; the first or the last of all if it is out
/// of their range.
[[nodiscard]] inline time_point instant_of(local_reading const& l, std::chrono::seconds offset)
{
    using std::chrono::seconds;
    auto const whole = std::chrono::floor<seconds>(l.time);
    std::chrono::sys_seconds const t{seconds{l.day.time_since_epoch()} + whole - offset};
    if (t >= std::chrono::floor<seconds>((time_point::max)()))
        return (time_point::max)();
    if (t <= std::chrono::floor<seconds>((time_point::min)()))
        return (time_point::min)();
    return t + (l.time - whole);
}

[[nodiscard]] inline std::string zone_text(std::optional<time_zone> const& zone)
{
    return zone ? " in " + to_string(*zone) : std::string{};
}

/// Base of a span that is decided by what the clock of its zone shows (rule 48). `Span` has
/// - `bool shows(local_reading) const`: whether it is inside when a clock shows this,
/// - `std::optional<local_reading> change_after(local_reading) const`: the first reading after this one at
///   which that changes; nothing if it never does.
template <class Span>
class local_span {
public:
    /// The same span in a zone, given as a value or by a name for `time_zone::named`.
    /// @throws bad_option there is no such zone
    [[nodiscard]] Span in(std::string_view zone) const { return in(time_zone::named(zone)); }
    [[nodiscard]] Span in(time_zone const& zone) const
    {
        auto copy = self();
        static_cast<local_span&>(copy).zone_ = zone;
        return copy;
    }

    /// The zone, if one was given. Without one, a schedule gives it its own; otherwise it is UTC.
    [[nodiscard]] std::optional<time_zone> const& zone() const noexcept { return zone_; }

    /// Whether the clock of the zone shows a time inside the span at `t`.
    [[nodiscard]] bool contains(time_point t) const
    {
        return self().shows(read_local(t, offset_at(t).offset));
    }

    /// The first instant strictly after `t` at which `contains` changes, if any.
    [[nodiscard]] std::optional<time_point> next_change(time_point t) const;

    friend bool operator==(local_span const&, local_span const&) = default;

private:
    friend Span;

    constexpr local_span() noexcept = default;

    [[nodiscard]] Span const& self() const noexcept { return static_cast<Span const&>(*this); }

    [[nodiscard]] offset_span offset_at(time_point t) const
    {
        return zone_ ? zone_->at(t)
                     : offset_span{(time_point::min)(), (time_point::max)(), std::chrono::seconds{0}};
    }

    std::optional<time_zone> zone_;
};

template <class Span>
std::optional<time_point> local_span<Span>::next_change(time_point t) const
{
    constexpr std::chrono::hours widest{26}; // every offset is below (RFC 8536)
    auto offsets = offset_at(t);
    bool const inside = self().shows(read_local(t, offsets.offset));
    for (;;) {
        auto const shown = self().change_after(read_local(t, offsets.offset));
        auto const change = shown ? instant_of(*shown, offsets.offset) : (time_point::max)();
        if (change < offsets.until)
            return change;
        if (offsets.until == (time_point::max)())
            return std::nullopt;
        // 2 * widest after t the clock never again shows what it showed before t, and widest before `shown`
        // it cannot show that yet: nothing changes in between, however often the clock is set.
        auto next = offsets.until;
        if (t < (time_point::max)() - 2 * widest && next >= t + 2 * widest) {
            if (!shown)
                return std::nullopt;
            next = (std::max)(next, instant_of(*shown, widest));
        }
        t = next;
        offsets = offset_at(t);
        if (self().shows(read_local(t, offsets.offset)) != inside)
            return t;
    }
}

template <class S>
concept is_local_span = std::derived_from<S, local_span<S>>;

} // namespace detail
TASKS_END_NAMESPACE
