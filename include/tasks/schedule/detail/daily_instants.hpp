// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/time/offset_span.hpp>
#include <tasks/time/time_of_day.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Computes the instants of a `day_at`. A zone is any type with `offset_span at(time_point)`.
///
/// There are two kinds of instants. A span of constant offset has the listed local times that occur in it; a
/// change that sets the clocks forward has those that it jumps over. `next` visits the spans and the changes
/// between them in chronological order and takes the earliest instant of all, because shifted instants may be
/// later than instants of the span after the gap.
///
/// The only assumption about changes is that every offset is below 26 hours (RFC 8536).
template <class Zone>
class daily_instants {
public:
    daily_instants(std::vector<time_of_day> const& times, Zone const& zone, gap missing,
                   fold repeated) noexcept
        : times_{times}
        , zone_{zone}
        , missing_{missing}
        , repeated_{repeated}
    {
    }

    [[nodiscard]] std::optional<time_point> next(time_point after) const
    {
        std::optional<time_point> best;
        auto const consider = [&best](std::optional<time_point> t) {
            if (t && (!best || *t < *best))
                best = t;
        };
        auto span = zone_.at(after - 2 * widest); // an earlier gap has shifted nothing past `after`
        for (;;) {
            if (span.until > after)
                consider(first_shown(span, after));
            if (span.until == (time_point::max)() || (best && *best <= span.until))
                return best;
            auto const following = zone_.at(span.until);
            consider(first_missing(span, following, after));
            span = following;
        }
    }

private:
    using local_point = std::chrono::local_time<std::chrono::nanoseconds>;
    static constexpr std::chrono::hours widest{26};

    static local_point to_local(time_point t, std::chrono::seconds offset)
    {
        return local_point{t.time_since_epoch() + offset};
    }

    static time_point to_utc(local_point l, std::chrono::seconds offset)
    {
        return time_point{l.time_since_epoch() - offset};
    }

    /// The first listed local time at or after `l`.
    [[nodiscard]] local_point listed(local_point l) const
    {
        auto const day = std::chrono::floor<std::chrono::days>(l);
        auto const from_midnight = [](time_of_day t, std::chrono::nanoseconds limit) {
            return t.since_midnight() < limit;
        };
        auto const t = std::lower_bound(times_.begin(), times_.end(), l - day, from_midnight);
        if (t != times_.end())
            return day + t->since_midnight();
        return day + std::chrono::days{1} + times_.front().since_midnight();
    }

    /// The first instant after `after` in this span whose local time is listed and counts.
    [[nodiscard]] std::optional<time_point> first_shown(offset_span const& span, time_point after) const
    {
        constexpr std::chrono::nanoseconds tick{1};
        auto l = listed(to_local((std::max)(span.from, after + tick), span.offset));
        for (;; l = listed(l + tick)) {
            auto const t = to_utc(l, span.offset);
            if (t >= span.until)
                return std::nullopt;
            auto const when = find(l);
            if (repeated_ == fold::both || t == (repeated_ == fold::second ? when.last : when.first))
                return t;
        }
    }

    /// The first instant after `after` that represents a listed time which the change between two spans jumps
    /// over.
    [[nodiscard]] std::optional<time_point> first_missing(offset_span const& before,
                                                          offset_span const& behind, time_point after) const
    {
        constexpr std::chrono::nanoseconds tick{1};
        auto const change = behind.from;
        if (missing_ == gap::skip || (missing_ == gap::after && change <= after))
            return std::nullopt;
        auto const gap_begin = missing_ == gap::after ? change : (std::max)(change, after + tick);
        auto const gap_end = to_local(change, behind.offset);
        for (auto l = listed(to_local(gap_begin, before.offset)); l < gap_end; l = listed(l + tick))
            if (auto const when = find(l); !when.first && when.jump == change)
                return missing_ == gap::after ? change : to_utc(l, before.offset);
        return std::nullopt;
    }

    struct occurrences {
        std::optional<time_point> first, last; // instants with the local time
        std::optional<time_point> jump;        // the first change that jumps over it
    };

    [[nodiscard]] occurrences find(local_point l) const
    {
        occurrences found;
        auto span = zone_.at(to_utc(l, widest));
        for (;;) {
            auto const t = to_utc(l, span.offset);
            if (t >= span.from && t < span.until) {
                found.last = t;
                if (!found.first)
                    found.first = t;
            }
            if (span.until > to_utc(l, -widest))
                return found;
            auto const following = zone_.at(span.until);
            if (!found.jump && t >= span.until && to_utc(l, following.offset) < following.from)
                found.jump = following.from;
            span = following;
        }
    }

    std::vector<time_of_day> const& times_;
    Zone const& zone_;
    gap missing_;
    fold repeated_;
};

} // namespace detail
TASKS_END_NAMESPACE
