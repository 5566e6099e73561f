// SPDX-License-Identifier: MIT
#pragma once

// Checks a loop in real time by its own events. The checks do not depend on the speed of the machine: a loop
// that gets no processor time has more overdue slots, and must account for them as well.

#include <tasks/loop/observer.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/retry/exception_text.hpp>
#include <tasks/run/iteration.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace real_time {

using namespace std::chrono_literals;
using nanoseconds = std::chrono::nanoseconds;

class grid_judge {
public:
    /// @param exact true if the slots are multiples of the period on the wall clock; otherwise they are on
    /// the steady clock and reported on the wall clock, which a time server may adjust
    grid_judge(std::string name, tasks::missed policy, nanoseconds period, bool exact)
        : name_{std::move(name)}
        , policy_{policy}
        , period_{period}
        , exact_{exact}
    {
    }
    grid_judge(grid_judge const&) = delete;
    grid_judge& operator=(grid_judge const&) = delete;

    void on_slot(tasks::slot_decided const& e)
    {
        if (e.lateness < 0ns)
            fault("a slot was decided before its time");
        if (!last_) {
            if (exact_ && e.first.time_since_epoch() % period_ != 0ns)
                fault("the first slot is not on the grid");
        } else if (!anew_ && slots_between(*last_, e.first) != 1) {
            fault("between two decisions lie " + std::to_string(slots_between(*last_, e.first)) + " periods");
        } else if (e.first <= *last_) {
            fault("a slot came twice, or went back");
        }
        anew_ = false;
        if (slots_between(e.first, e.last) + 1 != static_cast<std::int64_t>(e.count))
            fault("a decision about " + std::to_string(e.count) + " slots that are not neighbours");
        last_ = e.last;
        slots_ += e.count;
        if (e.what == tasks::decision::ran) {
            ++ran_;
            return;
        }
        passed_ += e.count;
        if (e.cause != tasks::miss_cause::ended && e.count >= long_gap)
            ++long_gaps_;
        dropped_ = e.cause == tasks::miss_cause::dropped;
        anew_ = delays() && e.what == tasks::decision::coalesced;
        judge_cause(e);
    }

    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        auto const& it = e.it;
        if (it.number + 1 != ran_)
            fault("the iterations' numbers do not follow one another");
        if (it.start < it.slot || it.lateness < 0ns)
            fault("an iteration began before its slot");
        // If it is later than a period, another slot is overdue as well, and only `catch_up` may serve the
        // older one.
        auto const most = policy_.kind() == tasks::missed::policy::catch_up ? policy_.max() : 1;
        if (it.lateness >= most * period_)
            fault("an iteration is late by more than " + std::to_string(most) + " periods");
        if (dropped_ && it.lateness < (most - 1) * period_)
            fault("after dropping it did not catch up with all that it may");
        dropped_ = false;
        caught_up_ += it.cause == tasks::cause::catch_up;
        if (it.cause == tasks::cause::delayed && it.lateness != 0ns)
            fault("a delayed iteration's slot is not its start");
    }

    void on_run_ended(tasks::run_ended const& e)
    {
        if (e.reason != tasks::exit_reason::cancelled)
            fault("the run ended: " + tasks::what(e.exception));
    }

    /// Prints the events and the problems. Returns true if there are none, and the process was suspended
    /// at least `suspensions` times.
    [[nodiscard]] bool report(std::uint64_t suspensions)
    {
        if (long_gaps_ < suspensions)
            fault("of " + std::to_string(suspensions) + " suspensions " + std::to_string(long_gaps_) +
                  " were seen");
        if (policy_.kind() == tasks::missed::policy::catch_up && suspensions > 0 && caught_up_ == 0)
            fault("it never caught up");
        std::printf("%-22s %llu slots, %llu iterations, %llu of them catching up, %llu slots without one%s\n",
                    name_.c_str(), static_cast<unsigned long long>(slots_),
                    static_cast<unsigned long long>(ran_), static_cast<unsigned long long>(caught_up_),
                    static_cast<unsigned long long>(passed_), faults_ == 0 ? "" : " FAILED");
        return faults_ == 0;
    }

private:
    static constexpr std::uint64_t long_gap = 7; ///< slots at once; the suspensions last longer than ten

    [[nodiscard]] bool delays() const { return policy_.kind() == tasks::missed::policy::delay && !exact_; }

    [[nodiscard]] std::int64_t slots_between(tasks::time_point a, tasks::time_point b)
    {
        auto const n = static_cast<std::int64_t>(std::llround(static_cast<long double>((b - a).count()) /
                                                              static_cast<long double>(period_.count())));
        auto const off = (b - a) - n * period_;
        if (off > (exact_ ? 0ns : period_ / 4) || off < (exact_ ? 0ns : -period_ / 4))
            fault("a slot is off the grid by " + std::to_string(off.count()) + " ns");
        return n;
    }

    void judge_cause(tasks::slot_decided const& e)
    {
        using tasks::miss_cause;
        using policy = tasks::missed::policy;
        if (e.cause == miss_cause::ended)
            return;
        auto const expected = policy_.kind() == policy::skip       ? miss_cause::skipped
                              : policy_.kind() == policy::catch_up ? miss_cause::dropped
                                                                   : miss_cause::none;
        if (e.cause != expected)
            fault("slots passed for a reason that the policy does not know");
    }

    void fault(std::string const& what)
    {
        if (++faults_ <= 10)
            std::printf("FAULT in %s: %s\n", name_.c_str(), what.c_str());
    }

    std::string name_;
    tasks::missed policy_;
    nanoseconds period_;
    bool exact_;
    std::optional<tasks::time_point> last_;
    bool anew_ = false;    ///< the next slot begins a new grid
    bool dropped_ = false; ///< the latest decision
    std::uint64_t slots_ = 0;
    std::uint64_t ran_ = 0;
    std::uint64_t passed_ = 0;
    std::uint64_t caught_up_ = 0;
    std::uint64_t long_gaps_ = 0;
    int faults_ = 0;
};

} // namespace real_time
