// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/time/detail/zone_changes.hpp>
#include <tasks/time/offset_span.hpp>
#include <tasks/time/time_point.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The periods of constant offset of a zone, from some instant on. Changes are read when an instant after the
/// known ones is looked up, and then for some years ahead, because a database may take milliseconds for each.
///
/// A change to the same offset is ignored; of two changes at the same instant the last one given counts.
///
/// @par Thread safety
/// Safe for concurrent use. Looking up a known period takes no lock and does not allocate.
class zone_spans {
public:
    /// How far ahead of the looked-up instant changes are read.
    static constexpr std::chrono::years ahead{10};

    /// `offset` applies from `from` until the first of the changes.
    zone_spans(time_point from, std::chrono::seconds offset, zone_changes changes)
        : from_{from}
        , changes_{std::move(changes)}
        , open_{from, (time_point::max)(), offset}
    {
        if (!changes_)
            extend(first_, from); // so that no lookup allocates or throws
    }
    zone_spans(zone_spans const&) = delete;
    zone_spans& operator=(zone_spans const&) = delete;

    [[nodiscard]] time_point from() const noexcept { return from_; }

    /// The period that contains `t`. Precondition: `t` is not before `from()`.
    [[nodiscard]] offset_span at(time_point t) const
    {
        auto const* next = &first_;
        for (;;) {
            auto const* p = next->load(std::memory_order_acquire);
            if (p == nullptr)
                p = extend(*next, t);
            if (t < p->until() || p->until() == (time_point::max)())
                return p->at(t);
            next = &p->next;
        }
    }

private:
    /// Consecutive periods, followed by those of the next page.
    struct page {
        explicit page(std::vector<offset_span> content) noexcept
            : spans{std::move(content)}
        {
        }

        [[nodiscard]] time_point until() const noexcept { return spans.back().until; }

        [[nodiscard]] offset_span const& at(time_point t) const noexcept
        {
            auto const starts_later = [](time_point at, offset_span const& span) { return at < span.from; };
            return *std::prev(std::upper_bound(std::next(spans.begin()), spans.end(), t, starts_later));
        }

        std::vector<offset_span> const spans; // never empty
        std::atomic<page const*> next{nullptr};
    };

    page const* extend(std::atomic<page const*> const& last, time_point t) const
    {
        std::lock_guard const lock{mutex_};
        if (auto const* p = last.load(std::memory_order_relaxed)) // another thread was faster
            return p;
        auto const wanted = t < (time_point::max)() - ahead ? t + ahead : (time_point::max)();
        while (making_.empty() ||
               (making_.back().until <= wanted && making_.back().until != (time_point::max)()))
            read_change();
        pages_.reserve(pages_.size() + 1);
        auto made = std::make_unique<page>(std::move(making_));
        making_.clear();
        auto& link = pages_.empty() ? first_ : pages_.back()->next;
        auto const* const p = made.get();
        pages_.push_back(std::move(made));
        link.store(p, std::memory_order_release);
        return p;
    }

    /// Reads one more change and ends the period before it. If it throws, it can be called again.
    void read_change() const
    {
        if (!read_)
            read_ = changes_ ? changes_() : std::nullopt;
        if (read_ && read_->at >= end_of_zones)
            read_.reset();
        if (pending_ && !(read_ && read_->at == pending_->at))
            begin_stretch(*pending_);
        pending_ = std::exchange(read_, std::nullopt);
        if (!pending_)
            making_.push_back(open_); // the last one
    }

    void begin_stretch(zone_change const& c) const
    {
        // in seconds, because a change before the range of time_point cannot be converted to it
        if (c.at <= std::chrono::floor<std::chrono::seconds>(open_.from)) {
            open_.offset = c.offset;
        } else if (c.offset != open_.offset) {
            making_.push_back({open_.from, c.at, open_.offset});
            open_ = {c.at, (time_point::max)(), c.offset};
        }
    }

    time_point const from_;
    mutable std::atomic<page const*> first_{nullptr};

    // Only grows, with the mutex held. A published page does not change, except for its link to the next one.
    mutable detail::mutex mutex_;
    mutable zone_changes changes_;
    mutable std::optional<zone_change> read_;    // after `pending_`
    mutable std::optional<zone_change> pending_; // may be replaced by another one at that instant
    mutable offset_span open_;                   // its end is not known yet
    mutable std::vector<offset_span> making_;    // for the next page
    mutable std::vector<std::unique_ptr<page>> pages_;
};

} // namespace detail
TASKS_END_NAMESPACE
