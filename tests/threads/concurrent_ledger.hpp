// SPDX-License-Identifier: MIT
#pragma once

// Checks one loop, which threads use in any way, for properties that hold for any interleaving.

#include "support/ledger.hpp"

#include <tasks/run/iteration.hpp>
#include <tasks/time/time_point.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace test {

/// A schedule of the multiples of a step on the wall clock. Its slots are reported exactly, so that they can
/// be checked; those of an interval are converted from the steady clock.
struct grid {
    std::chrono::nanoseconds step;

    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point after) const
    {
        auto const t = after.time_since_epoch();
        return tasks::time_point{t - t % step + step};
    }
    [[nodiscard]] bool has(tasks::time_point t) const
    {
        return t.time_since_epoch() % step == std::chrono::nanoseconds{0};
    }
};

/// The observer of a loop, and the checks in its body and hooks. Its data have no lock, because it is called
/// on the loop's executor; the thread sanitizer detects it if it is not. Must outlive the loop and its
/// coroutines.
class concurrent_ledger : public ledger {
public:
    /// @param grids all steps that the loop's schedule may have; none if it has other slots, whose order is
    /// then not checked
    concurrent_ledger(std::set<std::chrono::nanoseconds> grids, int overlap)
        : grids_{std::move(grids)}
        , overlap_{overlap}
    {
    }

    [[nodiscard]] int bodies() const { return bodies_; }
    /// The number of iterations that began for requests only.
    [[nodiscard]] int requested() const { return requested_; }
    /// The number of decisions about slots.
    [[nodiscard]] int slots() const { return slots_; }

    /// To be called before the schedule is replaced, and once more afterwards.
    void schedule_changes() { ++changes_begun_; }
    void schedule_has_changed() { ++changes_made_; }
    /// To be called after the loop's destructor, before its executor does anything else.
    void loop_is_gone() { gone_ = true; }

    /// Called in a body or hook after each suspension: checks that it may run.
    void statement()
    {
        if (gone_)
            fault("a statement was executed after the destruction of the loop");
    }

    /// Covers one attempt in the body.
    class attempt_scope {
    public:
        attempt_scope(concurrent_ledger& w, tasks::iteration const& it)
            : ledger_{w}
        {
            w.statement();
            ++w.bodies_;
            if (++w.inside_ > w.overlap_)
                w.fault("more iterations at once than overlap allows");
            if (it.start < it.slot || it.lateness < std::chrono::nanoseconds{0} ||
                std::chrono::system_clock::now() < it.slot)
                w.fault("an attempt began before its slot");
        }
        attempt_scope(attempt_scope const&) = delete;
        attempt_scope& operator=(attempt_scope const&) = delete;
        ~attempt_scope() { --ledger_.inside_; }

    private:
        concurrent_ledger& ledger_;
    };

    void before_hook()
    {
        statement();
        if (!is_running() || before_ != 0 || after_ != 0 || last_)
            fault("the before hook is not the first step of a run");
        ++before_;
    }
    void after_hook()
    {
        statement();
        if (before_ != 1 || after_ != 0)
            fault("the after hook does not run once in a run that was begun");
        if (inside_ != 0)
            fault("an iteration is in flight in the after hook");
        ++after_;
    }

    void on_run_started(tasks::run_started const& e)
    {
        statement();
        ledger::on_run_started(e);
        before_ = after_ = 0;
        last_.reset();
    }
    void on_slot(tasks::slot_decided const& e)
    {
        statement();
        ledger::on_slot(e);
        if (before_ != 1 || after_ != 0)
            fault("a decision about a slot outside of the iterations of a run");
        if (e.what == tasks::decision::requested) {
            ++requested_;
            return; // which is no slot
        }
        ++slots_;
        if (!grids_.empty())
            enter(e);
        last_ = e.last;
    }
    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        statement();
        ledger::on_attempt_begun(e);
        if (e.it.attempt == 0 && e.it.cause != tasks::cause::requested)
            changes_in_force_[0] = std::exchange(changes_in_force_[1], changes_made_.load());
    }
    void on_attempt_ended(tasks::attempt_ended const& e)
    {
        statement();
        ledger::on_attempt_ended(e);
    }
    void on_run_ended(tasks::run_ended const& e)
    {
        statement();
        ledger::on_run_ended(e);
        if (before_ != after_)
            fault("the after hook did not run once in a run that was begun");
    }

private:
    /// Checks that all slots of a schedule are decided, in order; a new schedule may begin after the last
    /// one.
    void enter(tasks::slot_decided const& e)
    {
        // Changes made before the iteration before the last were in force when the last slot was decided; of
        // the iterations that serve a slot.
        bool const may_leap = !last_ || changes_begun_ != changes_in_force_[0];
        if (last_ && e.first <= *last_)
            fault("slots do not strictly increase");

        auto const span = e.last - e.first;
        auto const fits = [&](std::chrono::nanoseconds step) {
            grid const g{step};
            auto const further = static_cast<std::uint64_t>(span / step);
            return g.has(e.first) && g.has(e.last) &&
                   (e.at_least ? further >= e.count - 1 : further == e.count - 1);
        };
        std::set<std::chrono::nanoseconds> fitting;
        std::set<std::chrono::nanoseconds> following;
        for (auto const step : grids_) {
            if (!fits(step))
                continue;
            fitting.insert(step);
            if (may_leap || (steps_.contains(step) && e.first == *last_ + step))
                following.insert(step);
        }
        if (fitting.empty())
            fault("slots that are of no schedule of the loop");
        else if (following.empty())
            fault("a slot was left out");
        steps_ = following.empty() ? fitting : following;
    }

    std::set<std::chrono::nanoseconds> const grids_;
    int const overlap_;
    std::atomic<int> inside_{0};
    std::atomic<int> bodies_{0};
    std::atomic<int> requested_{0};
    std::atomic<int> slots_{0};
    std::atomic<unsigned> changes_begun_{0};
    std::atomic<unsigned> changes_made_{0};
    std::atomic<bool> gone_{false};

    int before_ = 0;
    int after_ = 0;
    unsigned changes_in_force_[2] = {0, 0}; ///< at the last two iterations
    std::optional<tasks::time_point> last_;
    std::set<std::chrono::nanoseconds> steps_; ///< the schedule has one of them
};

} // namespace test
