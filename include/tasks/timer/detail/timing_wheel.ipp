// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/prefetch.hpp>
#include <tasks/timer/detail/timing_wheel.hpp>

#include <algorithm>
#include <bit>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL timing_wheel::tick timing_wheel::tick_of(nanoseconds t) noexcept
{
    return t <= nanoseconds::zero() ? 0 : static_cast<tick>(t.count()) >> bits_of_a_tick;
}

TASKS_DECL nanoseconds timing_wheel::start_of(tick t) noexcept
{
    return nanoseconds{static_cast<nanoseconds::rep>(t << bits_of_a_tick)};
}

TASKS_DECL void timing_wheel::insert(waiter& w) noexcept
{
    auto const t = tick_of(w.due_);
    if (t <= horizon_)
        insert_near(w);
    else if (t - horizon_ < soon_size)
        insert_soon(w, t);
    else
        insert_far(w, t);
}

TASKS_DECL void timing_wheel::erase(waiter& w) noexcept
{
    if (w.at_home() == waiter::home::in_near)
        erase_near(w);
    else
        erase_from_list(w);
}

TASKS_DECL waiter* timing_wheel::take_due(nanoseconds now) noexcept
{
    auto const present = tick_of(now);
    for (;;) {
        if (near_) {
            if (near_->due_ > now)
                return nullptr;
            auto* const first = near_;
            erase_near(*first);
            return first;
        }
        auto const soon = first_soon();
        auto const distant = first_far();
        if ((std::min)(soon, distant) > present)
            break;
        // Both, if they begin with the same tick, because it becomes the horizon.
        if (distant <= soon)
            cascade_far(distant);
        if (soon <= distant)
            cascade_soon(soon);
    }
    // No waiter is left up to the present, so the horizon can move there without moving any waiter.
    horizon_ = (std::max)(horizon_, present);
    return nullptr;
}

TASKS_DECL waiter* timing_wheel::take_any() noexcept
{
    auto* w = near_;
    if (!w && occupied_words_ != 0) {
        w = soon_[first_soon() % soon_size];
    } else if (!w && occupied_levels_ != 0) {
        auto const at = first_bucket();
        w = far_[at.level][at.bucket];
    }
    if (w)
        erase(*w);
    return w;
}

TASKS_DECL nanoseconds timing_wheel::next_check() const noexcept
{
    if (near_)
        return near_->due_;
    auto first = never;
    if (auto const t = first_soon(); t != no_tick)
        first = first_of(soon_[t % soon_size], t);
    if (auto const t = first_far(); t != no_tick && start_of(t) < first) {
        auto const at = first_bucket();
        first = (std::min)(first, first_of(far_[at.level][at.bucket], t));
    }
    return first;
}

TASKS_DECL nanoseconds timing_wheel::first_of(waiter const* list, tick start) noexcept
{
    // A few waiters are searched; for many, the start of their first tick is accurate enough.
    constexpr int few = 16;
    auto first = never;
    int seen = 0;
    for (auto const* w = list; w; w = w->next_) {
        if (++seen > few)
            return start_of(start);
        first = (std::min)(first, w->due_);
    }
    return first;
}

// Near: a pairing heap. `child_` is the first child, `next_` the next sibling, `previous_` the previous
// sibling or, for the first one, the parent.

TASKS_DECL waiter* timing_wheel::meld(waiter* a, waiter* b) noexcept
{
    if (!a || !b)
        return a ? a : b;
    if (b->earlier_than(*a))
        std::swap(a, b);
    b->next_ = a->child_;
    b->previous_ = a;
    if (b->next_)
        b->next_->previous_ = b;
    a->child_ = b;
    return a;
}

TASKS_DECL waiter* timing_wheel::meld_children(waiter* first) noexcept
{
    waiter* pairs = nullptr; // linked backwards through next_
    while (first) {
        auto* const a = first;
        auto* const b = a->next_;
        first = b ? b->next_ : nullptr;
        a->next_ = a->previous_ = nullptr;
        if (b)
            b->next_ = b->previous_ = nullptr;
        auto* const pair = meld(a, b);
        pair->next_ = pairs;
        pairs = pair;
    }
    waiter* root = nullptr;
    while (pairs) {
        auto* const pair = std::exchange(pairs, pairs->next_);
        pair->next_ = nullptr;
        root = meld(root, pair);
    }
    return root;
}

TASKS_DECL void timing_wheel::insert_near(waiter& w) noexcept
{
    w.settle(waiter::home::in_near);
    w.next_ = w.previous_ = w.child_ = nullptr;
    near_ = meld(near_, &w);
}

TASKS_DECL void timing_wheel::erase_near(waiter& w) noexcept
{
    auto* const children = meld_children(std::exchange(w.child_, nullptr));
    if (near_ == &w) {
        near_ = children;
    } else {
        (w.previous_->child_ == &w ? w.previous_->child_ : w.previous_->next_) = w.next_;
        if (w.next_)
            w.next_->previous_ = w.previous_;
        near_ = meld(near_, children);
    }
    w.next_ = w.previous_ = nullptr;
    w.settle(waiter::home::none);
}

// Soon and far: doubly linked lists. `child_` is a prefetch hint: the waiter inserted 16 insertions earlier,
// which is probably a little further on in the same list. It may dangle and is never dereferenced. Without it
// 400,000 loops of 1 s need 1.6 times the CPU (`tasks_scale`).

TASKS_DECL void timing_wheel::push(waiter*& list, waiter& w) noexcept
{
    w.child_ = std::exchange(pushed_[next_pushed_++ % pushed_.size()], &w);
    w.previous_ = nullptr;
    w.next_ = list;
    if (list)
        list->previous_ = &w;
    list = &w;
}

TASKS_DECL void timing_wheel::erase_from_list(waiter& w) noexcept
{
    if (w.next_)
        w.next_->previous_ = w.previous_;
    if (w.previous_) {
        w.previous_->next_ = w.next_;
    } else if (auto const t = tick_of(w.due_); w.at_home() == waiter::home::in_soon) {
        soon_[t % soon_size] = w.next_;
        if (!w.next_)
            unmark_soon(t);
    } else {
        auto const at = position_of(t);
        far_[at.level][at.bucket] = w.next_;
        if (!w.next_)
            unmark_far(at);
    }
    w.next_ = w.previous_ = nullptr;
    w.settle(waiter::home::none);
}

// Soon: a list for each of the ticks after the horizon, at index tick % soon_size.

TASKS_DECL timing_wheel::tick timing_wheel::first_soon() const noexcept
{
    if (occupied_words_ == 0)
        return no_tick;
    constexpr auto words = static_cast<int>(soon_size / word_size);
    auto const from = horizon_ + 1;
    auto const index = static_cast<unsigned>(from % soon_size);
    auto const word = static_cast<int>(index / word_size);
    tick found;
    if (auto const here = occupied_ticks_[index / word_size] >> (index % word_size); here != 0) {
        found = index + static_cast<tick>(std::countr_zero(here));
    } else {
        auto const next = (word + 1) % words;
        auto const further = (next + std::countr_zero(std::rotr(occupied_words_, next))) % words;
        auto const bits = occupied_ticks_[static_cast<std::size_t>(further)];
        found = static_cast<tick>(further) * word_size + static_cast<tick>(std::countr_zero(bits));
    }
    return from + (found + soon_size - index) % soon_size;
}

TASKS_DECL void timing_wheel::insert_soon(waiter& w, tick t) noexcept
{
    auto const index = static_cast<unsigned>(t % soon_size);
    push(soon_[index], w);
    w.settle(waiter::home::in_soon);
    occupied_ticks_[index / word_size] |= std::uint64_t{1} << index % word_size;
    occupied_words_ = static_cast<std::uint16_t>(occupied_words_ | 1U << index / word_size);
}

TASKS_DECL void timing_wheel::unmark_soon(tick t) noexcept
{
    auto const index = static_cast<unsigned>(t % soon_size);
    auto& word = occupied_ticks_[index / word_size];
    word &= ~(std::uint64_t{1} << index % word_size);
    if (word == 0)
        occupied_words_ = static_cast<std::uint16_t>(occupied_words_ & ~(1U << index / word_size));
}

/// Makes the first occupied tick the horizon and moves its waiters to `near`.
TASKS_DECL void timing_wheel::cascade_soon(tick t) noexcept
{
    auto* w = std::exchange(soon_[static_cast<unsigned>(t % soon_size)], nullptr);
    unmark_soon(t);
    horizon_ = t;
    while (w) {
        prefetch(w->child_, sizeof(waiter));
        insert_near(*std::exchange(w, w->next_));
    }
}

// Far: a list for each bucket of each level.

TASKS_DECL timing_wheel::position timing_wheel::position_of(tick t) const noexcept
{
    auto const highest_difference = static_cast<unsigned>(std::bit_width(t ^ horizon_)) - 1;
    std::size_t const level = highest_difference / bits_per_level - 1;
    return {level, static_cast<unsigned>(t >> shift_of(level)) & (buckets_per_level - 1)};
}

TASKS_DECL timing_wheel::position timing_wheel::first_bucket() const noexcept
{
    // A level lies within one bucket of the level above, the one that contains the horizon, so its buckets
    // come first.
    auto const level = static_cast<std::size_t>(std::countr_zero(occupied_levels_));
    return {level, static_cast<std::size_t>(std::countr_zero(occupied_buckets_[level]))};
}

TASKS_DECL timing_wheel::tick timing_wheel::first_far() const noexcept
{
    if (occupied_levels_ == 0)
        return no_tick;
    auto const at = first_bucket();
    auto const shift = shift_of(at.level);
    return (((horizon_ >> shift) & ~tick{buckets_per_level - 1}) | at.bucket) << shift;
}

TASKS_DECL void timing_wheel::insert_far(waiter& w, tick t) noexcept
{
    auto const at = position_of(t);
    push(far_[at.level][at.bucket], w);
    w.settle(waiter::home::in_far);
    occupied_buckets_[at.level] |= std::uint64_t{1} << at.bucket;
    occupied_levels_ |= std::uint32_t{1} << at.level;
}

TASKS_DECL void timing_wheel::unmark_far(position at) noexcept
{
    occupied_buckets_[at.level] &= ~(std::uint64_t{1} << at.bucket);
    if (occupied_buckets_[at.level] == 0)
        occupied_levels_ &= ~(std::uint32_t{1} << at.level);
}

/// Makes the start of the first bucket the horizon and moves its waiters to lower levels, to `soon` or to
/// `near`.
TASKS_DECL void timing_wheel::cascade_far(tick start) noexcept
{
    auto const at = first_bucket();
    auto* w = std::exchange(far_[at.level][at.bucket], nullptr);
    unmark_far(at);
    horizon_ = start;
    while (w) {
        prefetch(w->child_, sizeof(waiter));
        insert(*std::exchange(w, w->next_));
    }
}

} // namespace detail
TASKS_END_NAMESPACE
