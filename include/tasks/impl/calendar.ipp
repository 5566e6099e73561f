// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/calendar.hpp>
#include <tasks/detail/prefetch.hpp>

#include <algorithm>
#include <bit>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL calendar::tick calendar::tick_of(nanoseconds t) noexcept
{
    return t <= nanoseconds::zero() ? 0 : static_cast<tick>(t.count()) >> bits_of_a_tick;
}

TASKS_DECL calendar::position calendar::position_of(tick t) const noexcept
{
    auto const highest_difference = static_cast<unsigned>(std::bit_width(t ^ horizon_)) - 1;
    auto const level = highest_difference / bits_per_level;
    return {level, (t >> (level * bits_per_level)) & (slots_per_level - 1)};
}

TASKS_DECL calendar::position calendar::first_slot() const noexcept
{
    // A lower level is within one slot of the level above, the one that the horizon is in; so its slots come first.
    auto const level = static_cast<std::size_t>(std::countr_zero(occupied_levels_));
    return {level, static_cast<std::size_t>(std::countr_zero(occupied_slots_[level]))};
}

TASKS_DECL calendar::tick calendar::start_of(position at) const noexcept
{
    auto const shift = at.level * bits_per_level;
    return (((horizon_ >> shift) & ~tick{slots_per_level - 1}) | at.slot) << shift;
}

TASKS_DECL void calendar::insert(waiter& w) noexcept
{
    if (tick_of(w.due_) > horizon_)
        insert_far(w);
    else
        insert_near(w);
}

TASKS_DECL void calendar::erase(waiter& w) noexcept
{
    if (w.home_ == waiter::home::far)
        erase_far(w);
    else
        erase_near(w);
}

TASKS_DECL waiter* calendar::take_due(nanoseconds now) noexcept
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
        if (occupied_levels_ == 0 || start_of(first_slot()) > present)
            break;
        deal_out(first_slot());
    }
    // Nothing is left up to the present, so the horizon may follow it: no waiter changes its slot by that.
    horizon_ = std::max(horizon_, present);
    return nullptr;
}

TASKS_DECL waiter* calendar::take_any() noexcept
{
    auto* w = near_;
    if (!w && occupied_levels_ != 0) {
        auto const at = first_slot();
        w = far_[at.level][at.slot];
    }
    if (w)
        erase(*w);
    return w;
}

TASKS_DECL nanoseconds calendar::next_look() const noexcept
{
    if (near_)
        return near_->due_;
    if (occupied_levels_ == 0)
        return never;
    // Of a few neighbours the first is easily found; for many, the beginning of their slot is near enough.
    constexpr int few = 16;
    auto const at = first_slot();
    auto first = never;
    int seen = 0;
    for (auto const* w = far_[at.level][at.slot]; w; w = w->next_) {
        if (++seen > few)
            return nanoseconds{static_cast<nanoseconds::rep>(start_of(at) << bits_of_a_tick)};
        first = std::min(first, w->due_);
    }
    return first;
}

// Near: a pairing heap. `child_` is the first child, `next_` the next sibling, `previous_` the previous one or, of the first, the parent.

TASKS_DECL waiter* calendar::meld(waiter* a, waiter* b) noexcept
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

TASKS_DECL waiter* calendar::meld_children(waiter* first) noexcept
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

TASKS_DECL void calendar::insert_near(waiter& w) noexcept
{
    w.home_ = waiter::home::near;
    w.next_ = w.previous_ = w.child_ = nullptr;
    near_ = meld(near_, &w);
}

TASKS_DECL void calendar::erase_near(waiter& w) noexcept
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
    w.home_ = waiter::home::none;
}

// Far: a doubly linked list in each slot of each level. `child_` is who was inserted a little earlier, most likely into the same list, of
// which it then is a little further on. It may have been destroyed since.

TASKS_DECL void calendar::insert_far(waiter& w) noexcept
{
    auto const at = position_of(tick_of(w.due_));
    auto*& head = far_[at.level][at.slot];
    w.home_ = waiter::home::far;
    w.child_ = std::exchange(inserted_[next_inserted_++ % inserted_.size()], &w);
    w.previous_ = nullptr;
    w.next_ = head;
    if (head)
        head->previous_ = &w;
    head = &w;
    occupied_slots_[at.level] |= std::uint64_t{1} << at.slot;
    occupied_levels_ |= std::uint32_t{1} << at.level;
}

TASKS_DECL void calendar::erase_far(waiter& w) noexcept
{
    if (w.next_)
        w.next_->previous_ = w.previous_;
    if (w.previous_) {
        w.previous_->next_ = w.next_;
    } else {
        auto const at = position_of(tick_of(w.due_));
        far_[at.level][at.slot] = w.next_;
        if (!w.next_)
            unmark(at);
    }
    w.next_ = w.previous_ = nullptr;
    w.home_ = waiter::home::none;
}

TASKS_DECL void calendar::unmark(position at) noexcept
{
    occupied_slots_[at.level] &= ~(std::uint64_t{1} << at.slot);
    if (occupied_slots_[at.level] == 0)
        occupied_levels_ &= ~(std::uint32_t{1} << at.level);
}

/// The first slot has been reached: it becomes the horizon, and its waiters go to the levels below or to `near`.
TASKS_DECL void calendar::deal_out(position at) noexcept
{
    auto* w = std::exchange(far_[at.level][at.slot], nullptr);
    unmark(at);
    horizon_ = start_of(at);
    while (w) {
        prefetch(w->child_, sizeof(waiter));
        auto& moved = *std::exchange(w, w->next_);
        insert(moved);
    }
}

} // namespace detail
TASKS_END_NAMESPACE
