// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/iteration.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>

TASKS_BEGIN_NAMESPACE

/// How a run ended.
enum class exit_reason {
    completed, ///< count reached, schedule exhausted, or stopped
    cancelled, ///< `cancel()` or `restart()`
    failed     ///< a fatal exception
};

/// What became of a slot.
enum class decision { ran, missed, coalesced };

/// Why slots were missed; `none` for the other decisions.
enum class miss_cause {
    none,
    skipped,     ///< overdue, under `missed::skip`
    dropped,     ///< the oldest of more than `max` overdue slots, under `missed::catch_up(max)`
    rescheduled, ///< overdue when `change_interval` replaced the schedule
    ended        ///< overdue when the run ended
};

/// How an attempt ended.
enum class outcome { succeeded, failed, cancelled };

/// Which hook.
enum class hook { before, after, error };

[[nodiscard]] constexpr std::string_view to_string(exit_reason r) noexcept
{
    return r == exit_reason::completed ? "completed" : r == exit_reason::cancelled ? "cancelled" : "failed";
}

[[nodiscard]] constexpr std::string_view to_string(decision d) noexcept
{
    return d == decision::ran ? "ran" : d == decision::missed ? "missed" : "coalesced";
}

[[nodiscard]] constexpr std::string_view to_string(hook h) noexcept
{
    return h == hook::before ? "before hook" : h == hook::after ? "after hook" : "error hook";
}

/// A run begins. `restarted`: `restart()` launched it behind another run, whose end was reported just before.
struct run_started {
    std::string_view loop;
    bool restarted;
};

/// A decision about one slot, or about `count` consecutive slots that share it. Every slot of a run is in exactly one.
struct slot_decided {
    std::string_view loop;
    decision what;
    miss_cause cause;
    time_point first;     ///< the slot, or the first of several
    time_point last;      ///< the slot, or the last of several
    std::uint64_t count;  ///< how many slots; the least number there can be if `at_least`
    std::uint64_t number; ///< with `ran`: the iteration's number; otherwise the number of the next iteration
    std::chrono::nanoseconds lateness; ///< how long after `last` the decision was made
    /// There may be more slots than `count`: of instants no more than 10,000 are counted one by one. `first`
    /// and `last` are right.
    bool at_least = false;
};

/// An attempt begins.
struct attempt_begun {
    std::string_view loop;
    iteration const& it;
};

/// An attempt has ended; `exception` is null if it succeeded.
struct attempt_ended {
    std::string_view loop;
    iteration const& it;
    outcome what;
    std::exception_ptr exception;
};

/// The attempt just ended will be retried after `delay`.
struct retry_scheduled {
    std::string_view loop;
    iteration const& it;
    std::chrono::nanoseconds delay;
    unsigned failures; ///< consecutive, this one included
    std::exception_ptr exception;
};

/// A hook threw.
struct hook_failed {
    std::string_view loop;
    hook which;
    std::exception_ptr exception;
};

/// The wall clock moved by `step` against the steady clock since the loop last looked (1 s or more; loops with
/// instants of the wall clock only). A suspended machine looks the same as a clock that was set forward.
struct clock_stepped {
    std::string_view loop;
    std::chrono::nanoseconds step;
};

/// A run has ended; `exception` is null unless it failed.
struct run_ended {
    std::string_view loop;
    exit_reason reason;
    std::exception_ptr exception;
};

namespace detail {

// clang-format off
template <class O> concept sees_run_started   = requires(O& o, run_started const& e)     { o.on_run_started(e); };
template <class O> concept sees_slot          = requires(O& o, slot_decided const& e)    { o.on_slot(e); };
template <class O> concept sees_attempt_begun = requires(O& o, attempt_begun const& e)   { o.on_attempt_begun(e); };
template <class O> concept sees_attempt_ended = requires(O& o, attempt_ended const& e)   { o.on_attempt_ended(e); };
template <class O> concept sees_retry         = requires(O& o, retry_scheduled const& e) { o.on_retry(e); };
template <class O> concept sees_hook_failed   = requires(O& o, hook_failed const& e)     { o.on_hook_failed(e); };
template <class O> concept sees_clock_stepped = requires(O& o, clock_stepped const& e)   { o.on_clock_stepped(e); };
template <class O> concept sees_run_ended     = requires(O& o, run_ended const& e)       { o.on_run_ended(e); };

template <class O>
concept sees_anything = sees_run_started<O> || sees_slot<O> || sees_attempt_begun<O> || sees_attempt_ended<O> ||
                        sees_retry<O> || sees_hook_failed<O> || sees_clock_stepped<O> || sees_run_ended<O>;
// clang-format on

/// An attached observer as a table of functions; a null entry is a member that the observer does not have.
struct observer_table {
    void (*run_started)(void*, tasks::run_started const&) = nullptr;
    void (*slot)(void*, slot_decided const&) = nullptr;
    void (*attempt_begun)(void*, tasks::attempt_begun const&) = nullptr;
    void (*attempt_ended)(void*, tasks::attempt_ended const&) = nullptr;
    void (*retry)(void*, retry_scheduled const&) = nullptr;
    void (*hook_failed)(void*, tasks::hook_failed const&) = nullptr;
    void (*clock_stepped)(void*, tasks::clock_stepped const&) = nullptr;
    void (*run_ended)(void*, tasks::run_ended const&) = nullptr;
};

template <class O>
constexpr observer_table make_observer_table() noexcept
{
    observer_table t;
    if constexpr (sees_run_started<O>)
        t.run_started = [](void* o, run_started const& e) { static_cast<O*>(o)->on_run_started(e); };
    if constexpr (sees_slot<O>)
        t.slot = [](void* o, slot_decided const& e) { static_cast<O*>(o)->on_slot(e); };
    if constexpr (sees_attempt_begun<O>)
        t.attempt_begun = [](void* o, attempt_begun const& e) { static_cast<O*>(o)->on_attempt_begun(e); };
    if constexpr (sees_attempt_ended<O>)
        t.attempt_ended = [](void* o, attempt_ended const& e) { static_cast<O*>(o)->on_attempt_ended(e); };
    if constexpr (sees_retry<O>)
        t.retry = [](void* o, retry_scheduled const& e) { static_cast<O*>(o)->on_retry(e); };
    if constexpr (sees_hook_failed<O>)
        t.hook_failed = [](void* o, hook_failed const& e) { static_cast<O*>(o)->on_hook_failed(e); };
    if constexpr (sees_clock_stepped<O>)
        t.clock_stepped = [](void* o, clock_stepped const& e) { static_cast<O*>(o)->on_clock_stepped(e); };
    if constexpr (sees_run_ended<O>)
        t.run_ended = [](void* o, run_ended const& e) { static_cast<O*>(o)->on_run_ended(e); };
    return t;
}

template <class O>
inline constexpr observer_table observer_table_of = make_observer_table<O>();

/// The observer of a loop; empty by default. The pointer owns the object only if the user gave a shared_ptr.
struct attached_observer {
    std::shared_ptr<void> object;
    observer_table const* table = nullptr;

    explicit operator bool() const noexcept { return table != nullptr; }
};

} // namespace detail

TASKS_END_NAMESPACE
