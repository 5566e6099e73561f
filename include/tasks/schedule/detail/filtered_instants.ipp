// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/operand_text.hpp>
#include <tasks/schedule/spans.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The slots of a schedule that are inside, or outside, spans (rule 49).
///
/// Filters of filters are one filter with several conditions, because nested searches would multiply. For the
/// same reason a filter of a union that contains filters is a union of filters.
struct filtered_instants final : instants {
    static constexpr int most_outside = 4096;
    static constexpr std::chrono::years farthest_outside{50};

    struct condition {
        spans where;
        bool inside;
    };

    static schedule make(schedule const& all, spans const& where, bool inside)
    {
        check_has_instants(all, inside ? "&" : "-");
        if (all.empty())
            return all;
        return restrict(all, {with_zone_of(all, where), inside});
    }

    static schedule restrict(schedule const& all, condition const& c)
    {
        if (auto const parts = all.parts(); std::any_of(parts.begin(), parts.end(), is_filtered)) {
            schedule united;
            for (auto const& part : parts)
                united = united | restrict(part, c);
            return united;
        }
        auto const* const known = all.target<filtered_instants>();
        auto made =
            known ? std::make_shared<filtered_instants>(*known) : std::make_shared<filtered_instants>(all);
        made->conditions.push_back(c);
        return schedule{std::shared_ptr<instants const>{std::move(made)}};
    }

    static bool is_filtered(schedule const& s) { return s.target<filtered_instants>() != nullptr; }

    /// The spans with the zone of the schedule where they have none (rule 48).
    static spans with_zone_of(schedule const& all, spans const& where)
    {
        if (!span_set::of(where).lacks_zone())
            return where;
        struct distinct_zones final : zone_visitor {
            void operator()(time_zone const& zone) override
            {
                if (std::find(found.begin(), found.end(), zone) == found.end())
                    found.push_back(zone);
            }
            std::vector<time_zone> found;
        } zones;
        all.visit_zones(zones);
        if (zones.found.size() > 1)
            throw bad_option{"tasks: '" + to_string(where) +
                             "' has no zone, and the schedule that it is combined with has several (" +
                             to_string(zones.found[0]) + ", " + to_string(zones.found[1]) +
                             (zones.found.size() > 2 ? ", ...)" : ")") + "; give it one with .in(zone)"};
        return span_set::of(where).with_zone(zones.found.empty() ? time_zone::utc() : zones.found.front());
    }

    explicit filtered_instants(schedule s)
        : all{std::move(s)}
    {
    }

    std::optional<time_point> next(time_point after) const override
    {
        constexpr std::chrono::nanoseconds tick{1};
        auto const farthest =
            after < (time_point::max)() - farthest_outside ? after + farthest_outside : (time_point::max)();
        auto from = after;
        for (int outside = 0; outside < most_outside; ++outside) {
            auto const t = all.next(from);
            if (!t)
                return std::nullopt;
            auto const end = end_outside(*t);
            if (end == t)
                return t;
            if (!end || *t > farthest)
                return std::nullopt;
            from = *end - tick;
        }
        return std::nullopt;
    }

    /// The end of the stretch outside that contains `t`: the latest change of the conditions that are not
    /// met; `t` itself if all are met; nothing if it never ends.
    [[nodiscard]] std::optional<time_point> end_outside(time_point t) const
    {
        auto end = t;
        for (auto const& c : conditions) {
            if (c.where.contains(t) == c.inside)
                continue;
            auto const change = c.where.next_change(t);
            if (!change)
                return std::nullopt;
            end = (std::max)(end, *change);
        }
        return end;
    }

    std::string text() const override
    {
        auto s = operand_text(to_string(all));
        bool before = conditions.front().inside;
        for (auto const& c : conditions) {
            if (c.inside != std::exchange(before, c.inside))
                s.insert(0, 1, '(').append(1, ')'); // although - binds more than &, few readers know
            s += (c.inside ? " & " : " - ") + operand_text(c.where, false);
        }
        return s;
    }

    void const* target(std::type_info const& type) const noexcept override
    {
        return type == typeid(filtered_instants) ? this : nullptr;
    }
    std::span<schedule const> parts() const noexcept override { return {}; }
    bool has_times_of_day() const noexcept override { return all.has_times_of_day(); }
    bool has_spans() const noexcept override { return true; }
    void visit_zones(zone_visitor& visit) const override { all.visit_zones(visit); }

    schedule all; // neither filtered nor a union with parts that are
    std::vector<condition> conditions;
};

} // namespace detail

TASKS_DECL schedule operator&(schedule const& all, spans const& where)
{
    return detail::filtered_instants::make(all, where, true);
}

TASKS_DECL schedule operator&(spans const& where, schedule const& all)
{
    return all & where;
}

TASKS_DECL schedule operator-(schedule const& all, spans const& where)
{
    return detail::filtered_instants::make(all, where, false);
}

TASKS_END_NAMESPACE
