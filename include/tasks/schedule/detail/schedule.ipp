// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/schedule/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL std::chrono::nanoseconds checked_interval(long double count, long double seconds_per_unit)
{
    auto const seconds = count * seconds_per_unit;
    auto const refuse = [&](char const* rule) {
        char value[64];
        std::snprintf(value, sizeof value, "%.12Lg", seconds);
        throw bad_option{std::string{"tasks: an interval of "} + value + " s " + rule};
    };
    if (std::isnan(seconds))
        refuse("is not a number; an interval must be a finite duration of 0 or more");
    if (seconds < 0)
        refuse("is negative; an interval must be 0 or more");
    constexpr long double limit = 9223372036.854775807L; // the largest int64 of nanoseconds, in seconds
    if (std::isinf(seconds) || seconds > limit)
        refuse("is not representable; an interval must fit into 64-bit nanoseconds (about 292 years)");
    auto const rounded = std::llroundl(seconds * 1e9L);
    if (seconds > 0 && rounded == 0)
        refuse("is below the resolution; an interval must be 0 or at least 1 ns");
    return std::chrono::nanoseconds{rounded};
}

struct union_of_instants final : instants {
    std::optional<time_point> next(time_point after) const override
    {
        std::optional<time_point> first;
        for (auto const& part : united)
            if (auto const t = part.next(after); t && (!first || *t < *first))
                first = t;
        return first;
    }

    std::string text() const override
    {
        std::string s;
        for (auto const& part : united)
            s += (s.empty() ? "" : " | ") + to_string(part);
        return s;
    }

    void const* target(std::type_info const&) const noexcept override { return nullptr; }
    std::span<schedule const> parts() const noexcept override { return united; }
    bool has_times_of_day() const noexcept override
    {
        return std::any_of(united.begin(), united.end(),
                           [](schedule const& s) { return s.has_times_of_day(); });
    }

    std::vector<schedule> united;
};

} // namespace detail

TASKS_DECL std::optional<time_point> schedule::next(time_point after) const
{
    if (is_interval()) {
        if (after > (time_point::max)() - interval_)
            return std::nullopt;
        return after + interval_;
    }
    if (empty())
        return std::nullopt;
    auto const t = instants_->next(after);
    if (t && *t <= after) {
        using std::chrono::nanoseconds;
        // The distance may not fit, because two instants may be 584 years apart.
        bool const fits = *t >= time_point{nanoseconds::zero()} || after <= *t + (nanoseconds::max)();
        throw bad_schedule{"tasks: schedule '" + to_string(*this) +
                           "' returned an instant that is not after the one it was given (" +
                           (fits ? detail::duration_text(after - *t) : "more than 292 years") +
                           " before); next(t) must be strictly after t"};
    }
    return t;
}

TASKS_DECL schedule operator|(schedule const& a, schedule const& b)
{
    for (auto const* s : {&a, &b})
        if (s->is_interval())
            throw bad_option{"tasks: '" + to_string(*s) +
                             "' cannot be combined with |: an interval has no fixed instants"};
    if (a.empty() || b.empty())
        return a.empty() ? b : a;
    auto all = std::make_shared<detail::union_of_instants>();
    for (auto const* s : {&a, &b}) {
        if (auto const parts = s->parts(); !parts.empty())
            all->united.insert(all->united.end(), parts.begin(), parts.end());
        else
            all->united.push_back(*s);
    }
    schedule both;
    both.instants_ = std::move(all);
    return both;
}

TASKS_DECL std::string to_string(schedule const& s)
{
    if (s.empty())
        return "none";
    return s.instants_ ? s.instants_->text() : "every " + detail::duration_text(s.interval_);
}

TASKS_END_NAMESPACE
