// SPDX-License-Identifier: MIT
#pragma once

// A ledger that knows the schedule: every slot of a run gets exactly one decision, in order, with none left
// out.

#include "ledger.hpp"
#include "virtual_context.hpp"

#include <tasks/loop/text.hpp>
#include <tasks/schedule.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace test {

class slot_ledger : public ledger {
public:
    slot_ledger(virtual_context const& s, tasks::schedule grid)
        : slot_ledger{s.began(), std::move(grid)}
    {
    }
    /// @param zero the instant from which slots are named
    slot_ledger(tasks::time_point zero, tasks::schedule grid)
        : zero_{zero}
        , grid_{std::move(grid)}
    {
    }

    /// Announces a new schedule, whose slots follow those already decided; the first one need not continue
    /// the last.
    void moved_to(tasks::schedule grid)
    {
        grid_ = std::move(grid);
        last_.reset();
    }

    /// Announces that the schedule is replaced by the same one, so that an interval begins anew at some
    /// later slot.
    void renewed() { ++renewals_; }

    /// `0s ran, 10s coalesced, 20s ran`; missed slots with their cause.
    [[nodiscard]] std::string trace()
    {
        std::string all;
        for (auto const& e : std::exchange(entries_, {}))
            all += (all.empty() ? "" : ", ") + e;
        return all;
    }

    void on_run_started(tasks::run_started const& e)
    {
        ledger::on_run_started(e);
        last_.reset();
        old_grid_.reset();
        renewals_ = 0;
    }

    void on_slot(tasks::slot_decided const& e)
    {
        ledger::on_slot(e);
        if (e.what == tasks::decision::requested) {
            entries_.push_back(when(e.first) + " requested"); // which is no slot
            return;
        }
        auto t = e.first;
        for (std::uint64_t i = 0; i < e.count; ++i) {
            if (i != 0)
                t = *grid_.next(t);
            enter(t, e);
        }
        if (t != e.last)
            fault("the last slot of the decision is " + when(e.last) + " and not " + when(t));
        if (e.cause == tasks::miss_cause::rescheduled) { // the next slot begins a new grid
            old_grid_ = last_;
            last_.reset();
        }
    }

private:
    void enter(tasks::time_point slot, tasks::slot_decided const& e)
    {
        bool const follows_end = grid_.is_fixed_delay() || (grid_.is_interval() && grid_.interval() == 0ns);
        if (last_ && !follows_end && slot != *grid_.next(*last_) && !begins_anew(slot))
            fault("after slot " + when(*last_) + " came " + when(slot));
        if (old_grid_ && slot <= *old_grid_ && e.cause != tasks::miss_cause::rescheduled)
            fault("slot " + when(slot) + " is not after " + when(*old_grid_) + ", which was decided already");
        last_ = slot;
        std::string what{to_string(e.what)};
        if (e.cause != tasks::miss_cause::none)
            what += "(" + std::string{to_string(e.cause)} + ")";
        entries_.push_back(when(slot) + " " + what);
    }

    [[nodiscard]] bool begins_anew(tasks::time_point slot)
    {
        return renewals_ != 0 && slot > *last_ && renewals_-- != 0;
    }

    [[nodiscard]] std::string when(tasks::time_point t) const { return text(t - zero_); }

    tasks::time_point zero_;
    tasks::schedule grid_;
    std::optional<tasks::time_point> last_;
    int renewals_ = 0;
    std::optional<tasks::time_point> old_grid_; ///< the last slot of the previous schedule
    std::vector<std::string> entries_;
};

} // namespace test
