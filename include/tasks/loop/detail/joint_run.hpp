// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/loop/detail/ending.hpp>
#include <tasks/loop/detail/join_op.hpp>
#include <tasks/loop/detail/loop_list.hpp>
#include <tasks/timer/detail/sleep_op.hpp>

#include <cstddef>
#include <exception>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Runs loops together: starts the idle ones, joins all, and stops the others at the end that decides the
/// result. Counts the loops that have not ended.
///
/// A loop counts from its current run on, as for a joiner: a run that follows it is not part of this. All
/// members may be called from any thread.
class joint_run final : public end_count {
public:
    enum class decided_by : bool { first_failure, first_end };

    /// Null references are skipped. @throws std::bad_alloc
    joint_run(loop_list const& loops, decided_by what);
    ~joint_run() override;

    /// @throws std::logic_error the executor is that of a loop's body and hooks
    void require_outside(asio::any_io_executor const& executor) const;
    /// Starts and joins the loops. The last end wakes `wait`.
    void begin(ref<sleep_base> const& wait) noexcept;
    /// Hands a cancellation on to the loops that have not ended.
    /// @throws as their `cancel`, when all have been asked; those that threw have been stopped
    void cancel(asio::cancellation_type type);
    /// Stops the loops that have not ended; none if `begin` was not called.
    void stop() noexcept;

    // The result, when all have ended.

    /// The position of the loop that decided.
    [[nodiscard]] std::size_t position() const noexcept;
    /// @throws any exception with which the loop that decided has failed
    void throw_failure() const;

private:
    class part_joiner;

    struct part {
        ref<loop_core> loop;
        std::size_t position; ///< in the list given
        ref<part_joiner> joiner;
        bool left = false; ///< in the count; with the mutex
    };

    void begin(part& p) noexcept;
    [[nodiscard]] bool is_left(part const& p) const noexcept;
    void ended(part& p, std::exception_ptr failure) noexcept;
    /// Records the end or failure of a loop, and stops the others if it is the one that decides.
    void decide(part const& p, std::exception_ptr failure) noexcept;
    [[nodiscard]] bool is_decided() const noexcept;
    [[nodiscard]] char const* name() const noexcept; ///< of the function, for messages
    void none_left() noexcept override;

    std::vector<part> parts_;
    decided_by const by_;
    ref<sleep_base> wait_;
    bool decided_ = false;
    std::size_t position_ = 0;   ///< of the loop that decided
    std::exception_ptr failure_; ///< its own
};

/// Awaits the run. @throws as `joint_run::throw_failure`, `require_outside`; `std::bad_alloc`
[[nodiscard]] asio::awaitable<void> run_together(ref<joint_run> run);
/// The same. Returns the position of the loop that ended first.
[[nodiscard]] asio::awaitable<std::size_t> run_until_first_end(ref<joint_run> run);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/joint_run.ipp>
#endif
