// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/schedule/detail/operand_text.hpp>
#include <tasks/schedule/schedule.hpp>

#include <algorithm>
#include <string>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL void check_has_instants(schedule const& s, char const* operation)
{
    if (s.is_interval() || s.is_fixed_delay())
        throw bad_option{"tasks: '" + to_string(s) + "' cannot be combined with " + operation + ": " +
                         (s.is_interval() ? "an interval" : "a fixed delay") +
                         " has no fixed instants; tasks::aligned has, at every multiple of a period"};
    if (s.is_on_trigger())
        throw bad_option{std::string{"tasks: on_trigger cannot be combined with "} + operation +
                         ": it has no instants; tasks::aligned has, at every multiple of a period"};
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
            s += (s.empty() ? "" : " | ") +
                 (part.instants_->has_spans() ? to_string(part) : operand_text(to_string(part)));
        return s;
    }

    void const* target(std::type_info const&) const noexcept override { return nullptr; }
    std::span<schedule const> parts() const noexcept override { return united; }
    bool has_times_of_day() const noexcept override
    {
        return std::any_of(united.begin(), united.end(),
                           [](schedule const& s) { return s.has_times_of_day(); });
    }
    void visit_zones(zone_visitor& visit) const override
    {
        for (auto const& part : united)
            part.visit_zones(visit);
    }

    std::vector<schedule> united;
};

} // namespace detail

TASKS_DECL std::optional<time_point> schedule::next(time_point after) const
{
    if (is_interval() || is_fixed_delay()) {
        if (after > (time_point::max)() - duration_)
            return std::nullopt;
        return after + duration_;
    }
    if (!instants_)
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
        detail::check_has_instants(*s, "|");
    if (a.empty() || b.empty())
        return a.empty() ? b : a;
    auto all = std::make_shared<detail::union_of_instants>();
    for (auto const* s : {&a, &b}) {
        if (auto const parts = s->parts(); !parts.empty())
            all->united.insert(all->united.end(), parts.begin(), parts.end());
        else
            all->united.push_back(*s);
    }
    return schedule{std::shared_ptr<detail::instants const>{std::move(all)}};
}

TASKS_DECL std::string detail::schedule_text(schedule const& s)
{
    switch (s.kind_) {
    case schedule::kind::interval: return "every " + detail::duration_text(s.duration_);
    case schedule::kind::fixed_delay: return to_string(tasks::fixed_delay{s.duration_});
    case schedule::kind::trigger: return to_string(on_trigger);
    case schedule::kind::none: break;
    }
    return s.instants_ ? s.instants_->text() : "none";
}

TASKS_END_NAMESPACE
