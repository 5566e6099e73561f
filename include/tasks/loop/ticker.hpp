// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/loop/detail/explain.hpp>
#include <tasks/loop/detail/ticker_core.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/run/iteration.hpp>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE

/// The pull form of a loop, for code with its own `for`: it has the same slots, but calls nothing.
///
/// @code
/// tasks::ticker t{io, {.every = 1s, .count = 10}};
/// while (auto it = co_await t.async_tick())
///     fmt::print("tick {} was {} late\n", it->number, it->lateness);
/// @endcode
///
/// The first tick of an interval is due `initial_delay` after the first call, the others on its grid; a fixed
/// delay counts from each further call. If slots pass between two calls, the policy `missed` and the `grace`
/// period decide, as they do for a loop. A ticker uses the options `every`, `count`, `missed`,
/// `initial_delay`, `grace` and `name`, and refuses `jitter`, `timeout`, `retries`, `on_error` and an
/// `overlap`: ticks do not overlap, and what happens between them is up to the caller.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe, except for the destructor and for two ticks at a time.
class ticker {
public:
    /// @param where an execution context, or an executor
    /// @param every only the schedule, `1s` or `tasks::day_at(9h)`, or options in braces
    /// @throws bad_option an option breaks its rule, or is not one of a ticker's
    template <class Where, class Every>
        requires(!std::convertible_to<Every, options>)
    ticker(Where&& where, Every&& every)
        : core_{make_core(where, std::forward<Every>(every))}
    {
    }

    /// @overload
    // The comment on the parameter line is there because compilers show it, as in loop.hpp.
    template <class Where>
    // clang-format off
    ticker(Where&& where, options o) // tasks: the options in braces are, in this order: .every, .count, .missed, .initial_delay, .grace, .name
        // clang-format on
        : core_{make_core(where, std::move(o))}
    {
    }

    ticker(ticker const&) = delete;
    ticker& operator=(ticker const&) = delete;

    /// Ends a tick in progress, which completes with an empty value.
    ~ticker() { core_->stop(); }

    /// Waits for the next slot. The result is empty if the count is reached, the schedule is exhausted, or
    /// the ticker is stopped.
    ///
    /// @par Per-operation cancellation
    /// Terminal: ends the wait with `operation_aborted`; the slot is not lost.
    /// @throws std::logic_error another tick is in progress
    /// @throws anything that a user's schedule throws
    [[nodiscard]] asio::awaitable<std::optional<iteration>> async_tick() { return detail::tick(core_); }

    /// Stops the ticker: a tick in progress and every later one complete with an empty value.
    void stop() noexcept { core_->stop(); }
    /// As `loop::change_interval`.
    /// @throws bad_option the schedule is empty, or has no slots
    void change_interval(schedule every) { core_->change_interval(std::move(every)); }
    /// The slot that a tick waits for, or the slot after the last one served. Empty before the first tick and
    /// after the last, and between two ticks with a fixed delay, which counts from the next call.
    [[nodiscard]] std::optional<time_point> next_iteration() const { return core_->next_iteration(); }

private:
    template <class Where, class When>
    static detail::ref<detail::ticker_core> make_core(Where& where, When&& when)
    {
        if constexpr (detail::explain_where<Where>())
            if constexpr (detail::explain_when<When>())
                return detail::ref<detail::ticker_core>{new detail::ticker_core{
                    detail::context_executor(where), detail::as_options(std::forward<When>(when))}};
        return {};
    }

    detail::ref<detail::ticker_core> core_;
};

TASKS_END_NAMESPACE
