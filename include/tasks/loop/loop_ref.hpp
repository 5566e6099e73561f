// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/detail/loop_list.hpp>
#include <tasks/loop/detail/weak_loop.hpp>
#include <tasks/loop/loop.hpp>
#include <tasks/loop/status.hpp>

#include <optional>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE

class loop_ref;

namespace detail {

[[nodiscard]] loop_list existing(std::vector<loop_ref> const& loops);

} // namespace detail

/// A loop of any signature, as `loop_ref::with` passes it: with everything of `loop_base`, and `start()` and
/// `restart()` for loops without arguments. It controls the loop, and does not own it.
class controlled_loop final : public loop_base {
public:
    ~controlled_loop() { core_ = {}; }

    /// As `loop::start()`. @throws std::logic_error the body takes arguments
    void start() { core_->start_without_arguments(); }
    /// As `loop::restart()`. @throws std::logic_error the body takes arguments
    void restart() { core_->restart_without_arguments(); }
    /// As `start()`, unless a run is in progress. @returns whether one was started
    bool start_if_idle()
    {
        try {
            if (is_running())
                return false;
            start();
            return true;
        } catch (already_running const&) { // started by another thread just now
            return false;
        }
    }
    /// Whether the body takes arguments, so that only the loop's own `start(args…)` can start it.
    [[nodiscard]] bool takes_arguments() const noexcept { return core_->takes_arguments(); }

private:
    friend class loop_ref;

    explicit controlled_loop(detail::ref<detail::loop_core> core) noexcept
        : loop_base{std::move(core)}
    {
    }
};

/// A reference that does not own its loop, and knows when that has been destroyed. Copies refer to the same
/// loop.
///
/// @par Thread safety
/// Distinct objects: safe, also if they refer to the same loop.
class loop_ref {
public:
    /// Makes the loop remember what `status()` tells, from now on, which costs each iteration about as much
    /// as an observer does.
    /// @throws std::bad_alloc
    explicit loop_ref(loop_base& l)
        : loop_{detail::loop_access::core(l)->weak()}
    {
        detail::loop_access::core(l)->record();
        loop_->refers_to(l);
    }

    /// Returns the loop, or null if it has been destroyed. The pointer is valid as long as the user keeps the
    /// loop.
    [[nodiscard]] loop_base* get() const noexcept { return loop_->object(); }

    /// Returns the state of the loop at this moment; empty if it has been destroyed. Allocates; not for hot
    /// paths.
    /// @throws any exception of the schedule's text
    [[nodiscard]] std::optional<loop_status> status() const
    {
        auto const core = loop_->lock();
        return core ? std::optional{core->status()} : std::nullopt;
    }

    /// Calls `f(controlled_loop&)`, during which the loop's object may even be destroyed: its controls then
    /// act as on a loop without a context. The reference must not be kept.
    /// @returns whether `f` was called; false if the loop has been destroyed
    /// @throws any exception of `f`
    template <class F>
    bool with(F&& f) const
    {
        auto core = loop_->lock();
        if (!core)
            return false;
        controlled_loop l{std::move(core)};
        std::forward<F>(f)(l);
        return true;
    }

private:
    friend detail::loop_list detail::existing(std::vector<loop_ref> const& loops);

    detail::ref<detail::weak_loop> loop_;
};

namespace detail {

/// Returns the loops that have not been destroyed.
[[nodiscard]] inline loop_list existing(std::vector<loop_ref> const& loops)
{
    loop_list cores;
    for (auto const& l : loops)
        if (auto core = l.loop_->lock())
            cores.push_back(std::move(core));
    return cores;
}

} // namespace detail

TASKS_END_NAMESPACE
