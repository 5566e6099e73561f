// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/loop/detail/join_op.hpp>
#include <tasks/loop/detail/loop_core.hpp>

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Counts the loops that have not ended yet.
class end_count : public ref_counted {
public:
    void one_more() noexcept
    {
        std::scoped_lock lock{mutex_};
        ++left_;
    }
    void one_ended() noexcept;
    [[nodiscard]] bool none() const noexcept
    {
        std::scoped_lock lock{mutex_};
        return left_ == 0;
    }

protected:
    mutable mutex mutex_;
    std::size_t left_ = 0;

private:
    /// Called without the mutex, on the thread on which the last loop ended.
    virtual void none_left() noexcept = 0;
};

/// Counts one loop when its executor has finished its work for it. The end of a run is reported before the
/// last function of the run returns, and until then that thread may still destroy arguments and coroutines.
void count_when_reached(ref<end_count> count, asio::any_io_executor const& where) noexcept;

/// Ends a list of loops, and records which have ended and which had to be cancelled.
///
/// It does not wait; the count reports when all have ended. A loop that is destroyed has ended, too.
class ending {
public:
    enum class way { stop, cancel };

    ending(std::vector<ref<loop_core>> loops, ref<end_count> count);

    /// Asks the loops that have not ended to end. Must be repeated when the count is zero, because a loop may
    /// have been started again.
    /// @returns whether there is something left to wait for
    /// @throws any exception of the loop's `cancel`, or of an allocation
    [[nodiscard]] bool request(way how);
    [[nodiscard]] bool all_ended() const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return loops_.size(); }
    [[nodiscard]] loop_core const& loop(std::size_t i) const noexcept { return *loops_[i]; }
    [[nodiscard]] bool was_cancelled(std::size_t i) const noexcept { return cancelled_[i]; }
    [[nodiscard]] bool has_ended(std::size_t i) const noexcept;

private:
    [[nodiscard]] bool is_in_use(std::size_t i) const noexcept;

    std::vector<ref<loop_core>> loops_;
    std::vector<bool> cancelled_;
    ref<end_count> count_;
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/ending.ipp>
#endif
