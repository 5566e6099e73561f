// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/run/detail/versioned_timeline.hpp>

#include <mutex>
#include <optional>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A timeline that was replaced. Declared before the lock, because it may destroy the user's schedule.
using retired_timeline = std::optional<timeline>;

/// Counts a thread's attempts to change a copy of a timeline, and claims the timeline after several failures.
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

/// Applies `change` to a copy of a timeline without the lock, because it may call the user's schedule. The
/// copy replaces the timeline if nothing else has changed it meanwhile and `still_wanted()`, called with the
/// lock, is true. Otherwise the function tries again, or gives up if the change is no longer wanted.
/// @returns whether the change took place; the lock is held
/// @throws any exception of `change`, without the lock, or of `still_wanted`, with it; nothing has changed
/// then
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
