// SPDX-License-Identifier: MIT
#pragma once

// The books of one loop: an observer that counts what it is told and checks what holds in every run, whatever
// the schedule, the executor and the interleaving. Those that know more of their loop derive from it.

#include <tasks/loop/observer.hpp>
#include <tasks/time/time_point.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <string>

namespace test {

class ledger {
public:
    ledger() = default;
    ledger(ledger const&) = delete;
    ledger& operator=(ledger const&) = delete;

    /// What was seen that must not be, a line each; empty if nothing was.
    [[nodiscard]] std::string faults() const
    {
        std::scoped_lock const lock{mutex_};
        std::string all;
        for (auto const& f : faults_)
            all += f + "\n";
        return without_memory_ ? all + "a fault, and no memory to note it\n" : all;
    }
    /// As above, and clears the problem.
    [[nodiscard]] std::string take_faults()
    {
        auto all = faults();
        std::scoped_lock const lock{mutex_};
        faults_.clear();
        without_memory_ = false;
        return all;
    }
    /// Notes what must not be, from any thread.
    void fault(std::string const& what) noexcept
    {
        std::scoped_lock const lock{mutex_};
        try {
            faults_.insert(what);
        } catch (std::bad_alloc const&) {
            without_memory_ = true;
        }
    }

    [[nodiscard]] int runs_begun() const { return runs_begun_; }
    [[nodiscard]] int runs_ended() const { return runs_ended_; }
    [[nodiscard]] int runs_failed() const { return runs_failed_; }
    [[nodiscard]] int attempts_begun() const { return attempts_begun_; }
    [[nodiscard]] int attempts_ended() const { return attempts_ended_; }

    void on_run_started(tasks::run_started const&)
    {
        if (running_)
            fault("a run began inside a run");
        running_ = true;
        numbers_ = 0;
        ++runs_begun_;
    }
    void on_slot(tasks::slot_decided const& e)
    {
        if (!running_)
            fault("a decision outside of a run");
        if (e.count == 0 || e.last < e.first)
            fault("a decision about no slot");
        if ((e.cause == tasks::miss_cause::none) == (e.what == tasks::decision::missed))
            fault("decision and cause do not fit");
        if (e.lateness < std::chrono::nanoseconds{0})
            fault("decided before its time");
        if (e.what != tasks::decision::ran && e.what != tasks::decision::requested)
            return;
        if (e.count != 1)
            fault("one iteration ran for several slots");
        if (e.number != numbers_++)
            fault("iteration numbers are not consecutive");
        ran_ = e.first;
    }
    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        ++attempts_begun_;
        if (e.it.attempt != 0)
            return;
        if (ran_ != e.it.slot)
            fault("the iteration's slot was not decided just before it");
        ran_.reset();
    }
    void on_attempt_ended(tasks::attempt_ended const&) { ++attempts_ended_; }
    void on_run_ended(tasks::run_ended const& e)
    {
        if (!running_)
            fault("the end of no run");
        if ((e.reason == tasks::exit_reason::failed) != (e.exception != nullptr))
            fault("the reason and the exception of a run differ");
        running_ = false;
        ++runs_ended_;
        if (e.reason == tasks::exit_reason::failed)
            ++runs_failed_;
    }

protected:
    ~ledger() = default;
    [[nodiscard]] bool is_running() const { return running_; }

private:
    // Read by any thread; the rest only on the loop's executor, without a lock, so that the thread sanitizer
    // sees if it is not.
    std::atomic<int> runs_begun_{0};
    std::atomic<int> runs_ended_{0};
    std::atomic<int> runs_failed_{0};
    std::atomic<int> attempts_begun_{0};
    std::atomic<int> attempts_ended_{0};

    bool running_ = false;
    std::uint64_t numbers_ = 0;
    std::optional<tasks::time_point> ran_; ///< the slot of the iteration that is to begin

    mutable std::mutex mutex_;
    std::set<std::string> faults_;
    bool without_memory_ = false;
};

} // namespace test
