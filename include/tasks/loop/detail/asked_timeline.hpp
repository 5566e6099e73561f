// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/run/detail/timeline.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A timeline that several threads share, behind a mutex of its owner's, but whose schedule is asked without that mutex, because `next` is the
/// user's code.
class asked_timeline {
public:
    /// A timeline that was replaced. It outlives the lock, because its schedule is the user's and may be destroyed with it.
    using retired = std::optional<timeline>;

    asked_timeline(schedule when, tasks::missed policy)
        : current_{std::move(when), policy}
    {
    }

    [[nodiscard]] timeline const& operator*() const noexcept { return current_; }
    [[nodiscard]] timeline const* operator->() const noexcept { return &current_; }

    /// For a change that does not ask the schedule.
    [[nodiscard]] timeline& touch() noexcept
    {
        ++revision_;
        return current_;
    }

    /// Whether somebody has asked in vain so often that the loop, which changes the timeline with each iteration, should let it go first.
    [[nodiscard]] bool is_contended() const noexcept { return contended_ != 0; }

    /// Applies `change` to a copy without the lock, and takes the copy over if nothing else has changed the timeline meanwhile and
    /// `still_wanted()`, asked with the lock, is true; otherwise asks again, or gives up.
    /// @returns with the lock held, whether the change took place
    /// @throws what `change` throws, without the lock, and what `still_wanted` throws, with it; nothing has changed then
    template <class StillWanted, class Change>
    bool ask(std::unique_lock<mutex>& lock, retired& old, StillWanted still_wanted, Change change)
    {
        contender contending{*this, lock};
        while (still_wanted()) {
            contending.count_a_try();
            old.emplace(current_);
            auto const seen = revision_;
            lock.unlock();
            assert_unlocked();
            change(*old);
            lock.lock();
            if (revision_ == seen && still_wanted()) {
                std::swap(touch(), *old);
                return true;
            }
            lock.unlock();
            old.reset();
            lock.lock();
        }
        return false;
    }

private:
    /// Who asks, and after some tries in vain claims the timeline.
    class contender {
    public:
        contender(asked_timeline& timeline, std::unique_lock<mutex>& lock) noexcept
            : timeline_{timeline}
            , lock_{lock}
        {
        }
        contender(contender const&) = delete;
        contender& operator=(contender const&) = delete;
        ~contender()
        {
            if (tries_ < patient_for)
                return;
            bool const threw = !lock_.owns_lock();
            if (threw)
                lock_.lock();
            --timeline_.contended_;
            if (threw)
                lock_.unlock();
        }
        void count_a_try() noexcept
        {
            if (++tries_ == patient_for)
                ++timeline_.contended_;
        }

    private:
        static constexpr unsigned patient_for = 8;

        asked_timeline& timeline_;
        std::unique_lock<mutex>& lock_;
        unsigned tries_ = 0;
    };

    timeline current_;
    std::uint32_t revision_ = 0;
    std::uint32_t contended_ = 0; ///< by how many
};

} // namespace detail
TASKS_END_NAMESPACE
