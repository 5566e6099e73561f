// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/events.hpp>

#include <memory>

TASKS_BEGIN_NAMESPACE
namespace detail {

// clang-format off
template <class O> concept sees_run_started = requires(O& o, run_started const& e) { o.on_run_started(e); };
template <class O> concept sees_slot = requires(O& o, slot_decided const& e) { o.on_slot(e); };
template <class O> concept sees_attempt_begun =
    requires(O& o, attempt_begun const& e) { o.on_attempt_begun(e); };
template <class O> concept sees_attempt_ended =
    requires(O& o, attempt_ended const& e) { o.on_attempt_ended(e); };
template <class O> concept sees_retry = requires(O& o, retry_scheduled const& e) { o.on_retry(e); };
template <class O> concept sees_hook_failed = requires(O& o, hook_failed const& e) { o.on_hook_failed(e); };
template <class O> concept sees_clock_stepped =
    requires(O& o, clock_stepped const& e) { o.on_clock_stepped(e); };
template <class O> concept sees_run_ended = requires(O& o, run_ended const& e) { o.on_run_ended(e); };

template <class O>
concept sees_anything = sees_run_started<O> || sees_slot<O> || sees_attempt_begun<O> ||
                        sees_attempt_ended<O> ||
                        sees_retry<O> || sees_hook_failed<O> || sees_clock_stepped<O> || sees_run_ended<O>;
// clang-format on

/// The function table of an attached observer; null for a member that the observer does not have.
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

/// The observer of a loop; empty by default. The pointer owns the object only if the user passed a
/// shared_ptr.
struct attached_observer {
    std::shared_ptr<void> object;
    observer_table const* table = nullptr;

    explicit operator bool() const noexcept { return table != nullptr; }
};

} // namespace detail
TASKS_END_NAMESPACE
