// SPDX-License-Identifier: MIT
#pragma once

// Checks one loop, which threads use in any way, for properties that hold for any interleaving.

#include <tasks/loop/observer.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/time/time_point.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
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
class watch {
public:
    /// @param grids all steps that the loop's schedule may have
    watch(std::set<std::chrono::nanoseconds> grids, int overlap)
        : grids_{std::move(grids)}
        , overlap_{overlap}
    {
    }
    watch(watch const&) = delete;
    watch& operator=(watch const&) = delete;

    /// The violations; empty if there are none.
    [[nodiscard]] std::string faults() const
    {
        std::scoped_lock const lock{mutex_};
        std::string all;
        for (auto const& f : faults_)
            all += f + "\n";
        return all;
    }
    [[nodiscard]] int bodies() const { return bodies_; }
    [[nodiscard]] int runs() const { return ended_; }

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

    /// Records a violation.
    void fault(std::string const& what)
    {
        std::scoped_lock const lock{mutex_};
        faults_.insert(what);
    }

    /// Covers one attempt in the body.
    class visit {
    public:
        visit(watch& w, tasks::iteration const& it)
            : watch_{w}
        {
            w.statement();
            ++w.bodies_;
            if (++w.inside_ > w.overlap_)
                w.fault("more iterations at once than overlap allows");
            if (it.start < it.slot || it.lateness < std::chrono::nanoseconds{0} ||
                std::chrono::system_clock::now() < it.slot)
                w.fault("an attempt began before its slot");
        }
        visit(visit const&) = delete;
        visit& operator=(visit const&) = delete;
        ~visit() { --watch_.inside_; }

    private:
        watch& watch_;
    };

    void before_hook()
    {
        statement();
        if (!running_ || before_ != 0 || after_ != 0 || number_ != 0)
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

    void on_run_started(tasks::run_started const&)
    {
        statement();
        if (running_)
            fault("a run began inside a run");
        running_ = true;
        before_ = after_ = 0;
        number_ = 0;
        last_.reset();
    }
    void on_slot(tasks::slot_decided const& e)
    {
        statement();
        if (!running_ || before_ != 1 || after_ != 0)
            fault("a decision about a slot outside of the iterations of a run");
        if (e.count == 0 || (e.what == tasks::decision::ran && e.count != 1))
            fault("a decision is about no slot, or one iteration about several");
        if (e.lateness < std::chrono::nanoseconds{0})
            fault("a slot was decided about before it was due");
        if ((e.cause == tasks::miss_cause::none) == (e.what == tasks::decision::missed))
            fault("decision and cause do not fit");
        if (e.what == tasks::decision::ran && e.number != number_++)
            fault("iteration numbers are not consecutive");
        enter(e);
        last_ = e.last;
    }
    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        statement();
        if (e.it.attempt == 0 && last_ != e.it.slot)
            fault("an iteration is not for the slot that was decided about last");
        if (e.it.attempt == 0)
            changes_in_force_[0] = std::exchange(changes_in_force_[1], changes_made_.load());
    }
    void on_attempt_ended(tasks::attempt_ended const&) { statement(); }
    void on_run_ended(tasks::run_ended const&)
    {
        statement();
        if (!running_)
            fault("the end of no run");
        if (before_ != after_)
            fault("the after hook did not run once in a run that was begun");
        running_ = false;
        ++ended_;
    }

private:
    /// Checks that all slots of a schedule are decided, in order; a new schedule may begin after the last
    /// one.
    void enter(tasks::slot_decided const& e)
    {
        // Changes made before the iteration before the last were in force when the last slot was decided.
        bool const may_leap = !last_ || changes_begun_ != changes_in_force_[0];
        if (last_ && e.first <= *last_)
            fault("slots do not strictly increase");

        auto const span = e.last - e.first;
        auto const fits = [&](std::chrono::nanoseconds step) {
            grid const g{step};
            return g.has(e.first) && g.has(e.last) && static_cast<std::uint64_t>(span / step) == e.count - 1;
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
    std::atomic<int> ended_{0};
    std::atomic<unsigned> changes_begun_{0};
    std::atomic<unsigned> changes_made_{0};
    std::atomic<bool> gone_{false};

    bool running_ = false;
    int before_ = 0;
    int after_ = 0;
    std::uint64_t number_ = 0;
    unsigned changes_in_force_[2] = {0, 0}; ///< at the last two iterations
    std::optional<tasks::time_point> last_;
    std::set<std::chrono::nanoseconds> steps_; ///< the schedule has one of them

    mutable std::mutex mutex_;
    std::set<std::string> faults_;
};

} // namespace test
