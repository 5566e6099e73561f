// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/time/offset_span.hpp>
#include <tasks/time/time_point.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Local times stay within this distance of the ends of `time_point`, so that those a few days around an
/// instant do not overflow.
inline constexpr std::chrono::hours margin_of_time{10 * 24};
inline constexpr time_point begin_of_time = (time_point::min)() + margin_of_time;
inline constexpr time_point end_of_time = (time_point::max)() - margin_of_time;

/// Computes the instants of listed local times in a zone, for `day_at` and `cron`. The list has a
/// `std::optional<local_time<nanoseconds>> at_or_after(local_time<nanoseconds>)`, its first local time from
/// one on. A zone is any type with `offset_span at(time_point)`.
///
/// There are two kinds of instants. A span of constant offset has the listed local times that occur in it; a
/// change that sets the clocks forward has those that it jumps over. `search` visits the spans and the
/// changes between them in chronological order and takes the earliest instant of all, because shifted
/// instants may be later than instants of the span after the gap.
///
/// The only assumption about changes is that every offset is below 26 hours (RFC 8536).
template <class Times, class Zone>
class local_instants {
    using local_point = std::chrono::local_time<std::chrono::nanoseconds>;
    static constexpr std::chrono::hours widest{26};
    static constexpr std::chrono::nanoseconds tick{1};

public:
    local_instants(Times times, Zone const& zone, gap missing, fold repeated) noexcept
        : times_{times}
        , zone_{zone}
        , missing_{missing}
        , repeated_{repeated}
    {
    }

    /// The first instant after `after`; if that is not between `begin_of_time` and `end_of_time`, the first
    /// instant from the former on, or nothing.
    [[nodiscard]] std::optional<time_point> next(time_point after) const
    {
        if (after > end_of_time)
            return std::nullopt;
        after = (std::max)(after, begin_of_time);
        auto const span = zone_.at(after - 2 * widest); // an earlier gap has shifted nothing past `after`
        auto const l = first_listed(span, after);
        if (l && is_shown_once(*l, span))
            return to_utc(*l, span.offset);
        return search(span, after, l);
    }

private:
    /// The first listed local time of a span after `after`; it may be behind the span. None if that is over.
    [[nodiscard]] std::optional<local_point> first_listed(offset_span const& span, time_point after) const
    {
        if (span.until <= after)
            return std::nullopt;
        return times_.at_or_after(to_local((std::max)(span.from, after + tick), span.offset));
    }

    /// Whether no change of the clocks is near a local time of this span, so that one instant shows it.
    [[nodiscard]] bool is_shown_once(local_point l, offset_span const& span) const
    {
        return to_utc(l, widest) >= span.from && to_utc(l, -widest) < span.until;
    }

    /// The first instant after `after`, beginning with a span and its first listed local time.
    [[nodiscard]] std::optional<time_point> search(offset_span span, time_point after,
                                                   std::optional<local_point> l) const
    {
        std::optional<time_point> best;
        auto const consider = [&best](std::optional<time_point> t) {
            if (t && (!best || *t < *best))
                best = t;
        };
        for (;; l = first_listed(span, after)) {
            consider(first_shown(span, l));
            if (span.until == (time_point::max)() || (best && *best <= span.until))
                return best;
            if (!best && span.until > after) {
                // no clock shows a listed time before it may show the next one
                auto const next = times_.at_or_after(to_local(span.until, -widest));
                if (!next)
                    return std::nullopt;
                if (auto const t = to_utc(*next, widest); t > span.until) {
                    span = zone_.at(t);
                    continue;
                }
            }
            auto const following = zone_.at(span.until);
            consider(first_missing(span, following, after));
            span = following;
        }
    }

    static local_point to_local(time_point t, std::chrono::seconds offset)
    {
        return local_point{t.time_since_epoch() + offset};
    }

    static time_point to_utc(local_point l, std::chrono::seconds offset)
    {
        return time_point{l.time_since_epoch() - offset};
    }

    /// The first instant in this span from `l` on whose local time is listed and counts.
    [[nodiscard]] std::optional<time_point> first_shown(offset_span const& span,
                                                        std::optional<local_point> l) const
    {
        while (l && to_utc(*l, span.offset) < span.until) {
            auto const t = to_utc(*l, span.offset);
            if (repeated_ == fold::both || is_shown_once(*l, span))
                return t;
            auto const found = find(*l);
            auto const& counts = repeated_ == fold::second ? found.last : found.first;
            if (t == counts.at)
                return t;
            l = times_.at_or_after(counts.until); // until then, all listed times count there
        }
        return std::nullopt;
    }

    /// The first instant after `after` that represents a listed time which the change between two spans jumps
    /// over.
    [[nodiscard]] std::optional<time_point> first_missing(offset_span const& before,
                                                          offset_span const& behind, time_point after) const
    {
        auto const change = behind.from;
        if (missing_ == gap::skip || (missing_ == gap::after && change <= after))
            return std::nullopt;
        auto const gap_end = to_local(change, behind.offset);
        auto from =
            to_local(missing_ == gap::after ? change : (std::max)(change, after + tick), before.offset);
        while (from < gap_end) {
            auto const l = times_.at_or_after(from);
            if (!l || *l >= gap_end)
                break;
            auto const found = find(*l);
            if (!found.first.at && found.jump.at == change)
                return missing_ == gap::after ? change : to_utc(*l, before.offset);
            from = found.first.at ? found.first.until : found.jump.until;
        }
        return std::nullopt;
    }

    /// An instant, and the local time until which it holds for all local times behind.
    struct place {
        std::optional<time_point> at{};
        local_point until{};
    };

    struct occurrences {
        place first, last; ///< instants with the local time
        place jump;        ///< the first change that jumps over it
    };

    [[nodiscard]] occurrences find(local_point l) const
    {
        occurrences found;
        auto span = zone_.at(to_utc(l, widest));
        for (;;) {
            auto const t = to_utc(l, span.offset);
            if (t >= span.from && t < span.until) {
                found.last = {t, to_local((std::min)(span.until, end_of_time), span.offset)};
                if (!found.first.at)
                    found.first = found.last;
            }
            if (span.until > to_utc(l, -widest))
                return found;
            auto const following = zone_.at(span.until);
            if (!found.jump.at && t >= span.until && to_utc(l, following.offset) < following.from)
                found.jump = {following.from, to_local(following.from, following.offset)};
            span = following;
        }
    }

    Times times_;
    Zone const& zone_;
    gap missing_;
    fold repeated_;
};

} // namespace detail
TASKS_END_NAMESPACE
