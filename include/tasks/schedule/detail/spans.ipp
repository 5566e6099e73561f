// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/operand_text.hpp>
#include <tasks/schedule/spans.hpp>
#include <tasks/time/detail/instant_text.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// `a & b …` or `a | b …`. Both are decided by the parts that give one answer: an intersection is outside
/// where a part is outside, a union is inside where a part is inside.
struct span_composition final : span_set {
    enum class kind : bool { intersection, union_of };

    span_composition(kind k, spans const& a, spans const& b)
        : made_by{k}
    {
        for (auto const* s : {&a, &b}) {
            if (auto const* same = s->target<span_composition>(); same && same->made_by == k)
                parts.insert(parts.end(), same->parts.begin(), same->parts.end());
            else
                parts.push_back(*s);
        }
    }

    static spans make(kind k, spans const& a, spans const& b)
    {
        return erase(std::make_shared<span_composition>(k, a, b));
    }

    [[nodiscard]] bool is_deciding(bool answer) const { return answer == (made_by == kind::union_of); }

    bool contains(time_point t) const override
    {
        bool const decided = std::any_of(parts.begin(), parts.end(),
                                         [&](spans const& part) { return is_deciding(part.contains(t)); });
        return decided == (made_by == kind::union_of);
    }

    /// Until all parts that decide have changed, or else until the first of all parts has.
    std::optional<time_point> next_change(time_point t) const override
    {
        bool decided = false;
        std::optional<time_point> first, last = t; // empty: never
        for (auto const& part : parts) {
            bool const decides = is_deciding(part.contains(t));
            if (decided && !decides)
                continue;
            auto const change = part.next_change(t);
            decided = decided || decides;
            if (decides) {
                if (!change)
                    return std::nullopt;
                last = (std::max)(*last, *change);
            } else if (change && (!first || *change < *first)) {
                first = change;
            }
        }
        return decided ? last : first;
    }

    std::string text() const override
    {
        std::string s;
        for (auto const& part : parts) {
            if (!s.empty())
                s += made_by == kind::union_of ? " | " : " & ";
            s += operand_text(part, made_by == kind::union_of);
        }
        return s;
    }

    void const* target(std::type_info const& type) const noexcept override
    {
        return type == typeid(span_composition) ? this : nullptr;
    }

    bool lacks_zone() const noexcept override
    {
        return std::any_of(parts.begin(), parts.end(), [](spans const& s) { return of(s).lacks_zone(); });
    }

    spans with_zone(time_zone const& zone) const override
    {
        auto copy = std::make_shared<span_composition>(*this);
        for (auto& part : copy->parts)
            part = of(part).with_zone(zone);
        return erase(std::move(copy));
    }

    kind made_by;
    std::vector<spans> parts; // none of the same kind
};

struct span_complement final : span_set {
    explicit span_complement(spans const& s)
        : inner{s}
    {
    }

    bool contains(time_point t) const override { return !inner.contains(t); }
    std::optional<time_point> next_change(time_point t) const override { return inner.next_change(t); }
    std::string text() const override { return '!' + operand_text(inner, false); }
    void const* target(std::type_info const& type) const noexcept override
    {
        return type == typeid(span_complement) ? this : nullptr;
    }
    bool lacks_zone() const noexcept override { return of(inner).lacks_zone(); }
    spans with_zone(time_zone const& zone) const override { return !of(inner).with_zone(zone); }

    spans inner;
};

TASKS_DECL std::string operand_text(spans const& s, bool of_union)
{
    if (s.target<span_complement>() || (of_union && s.target<span_composition>()))
        return to_string(s);
    return operand_text(to_string(s));
}

} // namespace detail

TASKS_DECL std::optional<time_point> spans::next_change(time_point t) const
{
    auto const change = set_->next_change(t);
    if (change && *change <= t)
        throw bad_schedule{"tasks: spans '" + to_string(*this) + "' returned a change at " +
                           detail::instant_text(*change) +
                           ", which is not after the instant that it was given, " + detail::instant_text(t) +
                           "; next_change(t) must be strictly after t"};
    return change;
}

TASKS_DECL spans operator&(spans const& a, spans const& b)
{
    return detail::span_composition::make(detail::span_composition::kind::intersection, a, b);
}

TASKS_DECL spans operator|(spans const& a, spans const& b)
{
    return detail::span_composition::make(detail::span_composition::kind::union_of, a, b);
}

TASKS_DECL spans operator!(spans const& a)
{
    if (auto const* const complement = a.target<detail::span_complement>())
        return complement->inner;
    return detail::span_set::erase(std::make_shared<detail::span_complement>(a));
}

TASKS_END_NAMESPACE
