// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/run/detail/versioned_timeline.hpp>
#include <tasks/run/detail/worker_state.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/timer/detail/sleep_op.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The state of a `ticker`. A tick in progress keeps it alive.
class ticker_core final : public ref_counted {
public:
    ticker_core(asio::any_io_executor executor, options o);

    void stop() noexcept;
    void change_interval(schedule every);
    [[nodiscard]] std::optional<time_point> next_iteration() const;

    // For `tick`.

    /// Marks a tick as in progress. @throws std::logic_error another one is
    void enter();
    void leave() noexcept;

    struct wait_for {
        clock_kind clock = clock_kind::steady;
        nanoseconds due{0};
        std::uint64_t decision = 0; ///< number of the decision that began the wait
    };
    struct answer {
        step what = step::leave;
        iteration it;  ///< if `what` is `call`: the tick
        wait_for wait; ///< if `what` is `wait`
    };
    [[nodiscard]] answer decide();
    /// Waits. `stop` and `change_interval` end the wait early.
    [[nodiscard]] asio::awaitable<void> wait(wait_for w);

private:
    struct initiate_wait;

    /// @throws bad_option an option breaks its rule, or is not one of a ticker's
    static void check_for_ticker(options const& o);
    static void check_for_ticker(schedule const& every);

    mutable mutex mutex_;
    asio::any_io_executor const executor_;
    std::shared_ptr<timer_queue> const queue_;
    versioned_timeline timeline_;
    worker_state worker_; ///< the caller of the ticks; only `burst` is used
    std::optional<std::int64_t> const count_;
    ref<sleep_base> sleep_;
    std::uint64_t served_ = 0;
    std::uint64_t decisions_ = 0; ///< counts ends of ticks as well
    bool busy_ = false;           ///< a tick is in progress
    bool taken_ = false;          ///< the caller works on a tick: no other one has begun since
    bool stopped_ = false;
    bool changed_ = false; ///< since the last decision
};

/// Takes one tick.
[[nodiscard]] asio::awaitable<std::optional<iteration>> tick(ref<ticker_core> core);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/ticker_core.ipp>
#endif
