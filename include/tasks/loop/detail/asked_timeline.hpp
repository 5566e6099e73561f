// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/run/detail/versioned_timeline.hpp>

#include <mutex>
#include <optional>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A timeline that was replaced. It outlives the lock, because its schedule belongs to the user and may be
/// destroyed with it.
using retired_timeline = std::optional<timeline>;

/// A thread that changes a copy of a timeline, and after some tries in vain claims the timeline.
class timeline_contender {
public:
    timeline_contender(versioned_timeline& slots, std::unique_lock<mutex>& lock) noexcept
        : slots_{slots}
        , lock_{lock}
    {
    }
    timeline_contender(timeline_contender const&) = delete;
    timeline_contender& operator=(timeline_contender const&) = delete;
    ~timeline_contender()
    {
        if (tries_ < patient_for)
            return;
        bool const threw = !lock_.owns_lock();
        if (threw)
            lock_.lock();
        slots_.remove_contender();
        if (threw)
            lock_.unlock();
    }
    void count_a_try() noexcept
    {
        if (++tries_ == patient_for)
            slots_.add_contender();
    }

private:
    static constexpr unsigned patient_for = 8;

    versioned_timeline& slots_;
    std::unique_lock<mutex>& lock_;
    unsigned tries_ = 0;
};

/// Applies `change`, which may ask the schedule and with it code of the user, to a copy of a timeline without
/// the lock. Takes the copy over if nothing else has changed the timeline meanwhile and `still_wanted()`,
/// asked with the lock, is true; otherwise tries again, or gives up.
/// @returns with the lock held, whether the change took place
/// @throws what `change` throws, without the lock, and what `still_wanted` throws, with it; nothing has
/// changed then
template <class StillWanted, class Change>
bool change_unlocked(versioned_timeline& slots, std::unique_lock<mutex>& lock, retired_timeline& old,
                     StillWanted still_wanted, Change change)
{
    timeline_contender contender{slots, lock};
    while (still_wanted()) {
        contender.count_a_try();
        old.emplace(*slots);
        auto const seen = slots.version();
        lock.unlock();
        assert_unlocked();
        change(*old);
        lock.lock();
        if (slots.version() == seen && still_wanted()) {
            std::swap(slots.touch(), *old);
            return true;
        }
        lock.unlock();
        old.reset();
        lock.lock();
    }
    return false;
}

} // namespace detail
TASKS_END_NAMESPACE
