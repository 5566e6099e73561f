// SPDX-License-Identifier: MIT
// The reference: the rules as plain state, with the acts that are possible in each state. It uses nothing of
// the library.
//
// Where the rules leave something open (the order in which different loops, or iterations in flight together,
// act at one instant), the model follows the library: it is given each event, checks that it is possible now,
// and updates its state. An act that has become possible must happen before time advances.
//
// Where the rules are silent, the model reads them as follows:
// - the schedule is asked until the after hook begins; slots that pass during the error hook are missed, as
//   the run ends;
// - so are those after the last iteration of a count, if they are due by then;
// - consecutive failures are counted separately for each iteration in flight;
// - an interval of 0 set by change_interval() shows the time of the change as the next iteration, until one
//   has started;
// - a slot of the old schedule that is due now and is also the first of the new one is one slot, of the new
//   one;
// - with `delay`, a slot that is due exactly now is the slot of the iteration, not one that it stands for;
// - the slot after the last one served, whose distance decides about the exception of rule 10, is one of the
//   present schedule;
// - the number of slots is exact if no more than 10,000 instants are overdue;
// - a direct call that is cancelled before its body begins ends with operation_aborted, or the body begins
//   and is cancelled at its first suspension.
#pragma once

#include "event.hpp"
#include "history.hpp"

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace simulation {

/// Problems are texts; the empty text means that there is none.
using complaint = std::string;

class model {
public:
    explicit model(history const& h);

    milliseconds now() const { return steady_; }
    bool exists(std::size_t index) const { return loops_[index].exists; }

    /// Time advances while everything can run.
    [[nodiscard]] complaint pass_to(milliseconds steady);
    /// Time advances while nothing runs.
    void suspend_until(milliseconds steady) { steady_ = steady; }
    void step_clock(milliseconds by) { offset_ += by; }

    /// Takes an event that happened now.
    [[nodiscard]] complaint accept(event const& e);
    /// Checks that nothing is left to be done now.
    [[nodiscard]] complaint settle();
    /// Performs a call of a loop's function; returns its result.
    std::string act(action const& a);
    /// Plans such a call, whose order at that instant is open.
    void plan(milliseconds due, action const& a) { plans_.push_back({due, &a}); }
    answers ask(std::size_t index) const;

private:
    /// A user function called by a run.
    struct function {
        actor who;
        script const* text = nullptr;
        std::size_t at = 0; ///< the next action
        std::optional<milliseconds> sleeps_until;
        bool interrupted = false; ///< the next suspension ends with operation_aborted
        bool backs_off = false;
        unsigned failures = 0; ///< consecutive
        milliseconds attempt_began{0};
        iteration_facts it;
    };

    struct served_slot {
        milliseconds steady{0};
        std::optional<milliseconds> on_the_wall; ///< of instants of the wall clock
        /// The distance to the following slot, if setting the clock back by as much makes the loop ask the
        /// schedule again.
        std::optional<milliseconds> distance;
    };

    /// A direct call, until its caller is completed.
    struct direct_call {
        std::uint64_t number = 0;
        bool begun = false;
        bool cancelled = false;
        bool ended = false; ///< the caller is completed at this instant
        std::optional<problem> failure;
    };

    enum class phase { starting, before, looping, closing };

    struct run {
        phase now = phase::starting;
        bool restarted = false;
        bool stopped = false;
        bool cancelled = false;
        bool restarts = false;
        // the slots
        bool begun = false;
        std::optional<milliseconds> next; ///< on the clock of the timetable
        std::optional<served_slot> served;
        milliseconds last_end{0};
        milliseconds offset_seen{0}; ///< of the wall clock, at the last reading
        std::uint64_t started = 0;   ///< iterations
        std::list<function> functions;
        std::vector<std::uint64_t> joiners;
        std::list<std::string> late; ///< events that may occur at any time before the end
    };

    struct loop {
        loop_definition const* definition = nullptr;
        bool exists = true;
        timetable every;
        std::set<problem> handled{problem::network};
        std::optional<run> current;
        std::optional<problem> failure;
        std::size_t body_calls = 0;
        std::size_t before_calls = 0;
        std::size_t after_calls = 0;
        std::size_t error_calls = 0;
        std::uint64_t joins = 0;
        std::uint64_t direct_calls = 0;
        std::list<direct_call> calls;
        std::list<function> direct; ///< the bodies of direct calls
        std::deque<std::string> expected;
        std::list<std::string> joined; ///< must occur at this instant, in any order
        std::list<function> orphans;   ///< of a destroyed loop, until their next suspension
    };

    milliseconds wall() const { return steady_ + offset_; }
    static bool on_grid(loop const& l) { return l.every.what == timetable::kind::interval; }
    static bool gridless(loop const& l) { return on_grid(l) && l.every.period == milliseconds::zero(); }
    milliseconds on_its_clock(loop const& l) const { return on_grid(l) ? steady_ : wall(); }
    milliseconds on_the_wall(loop const& l, milliseconds slot) const
    {
        return on_grid(l) ? slot + offset_ : slot;
    }
    answers ask(loop const& l) const;

    // what is possible
    std::size_t in_flight(loop const& l) const;
    bool count_reached(loop const& l) const;
    bool no_more_iterations(loop const& l) const;
    bool waits_for_slot(loop const& l) const;
    bool may_look(loop const& l) const;
    bool may_decide(loop const& l) const;
    bool may_close(loop const& l) const;
    bool can_be_cancelled(loop const& l) const;
    bool may_go_on(function const& f) const;
    bool has_to_go_on(function const& f) const;
    bool has_to_decide(loop const& l) const;
    std::optional<milliseconds> next_due(loop const& l) const;
    std::vector<std::string> possible(loop const& l) const;

    // what happens
    [[nodiscard]] complaint take(loop& l, event const& e);
    void launch(loop& l);
    void begin_slots(loop& l);
    void look(loop& l);
    void decide(loop& l);
    void close(loop& l);
    void end_run(loop& l, std::optional<problem> after_hook);
    function& call(loop& l, actor who, scripts const& texts, std::size_t& calls);
    void begin(loop& l, std::list<function>& among, function& f);
    [[nodiscard]] complaint take_direct(loop& l, event const& e);
    /// Returns false if this caller cannot be completed now.
    [[nodiscard]] bool tell_caller(loop& l, event const& e);
    void end_call(loop& l, std::uint64_t number, std::optional<problem> failure);
    void cancel_calls(loop& l);
    void destroy(loop& l);
    [[nodiscard]] complaint take_plan(event const& e);
    [[nodiscard]] complaint go_on(loop& l, std::list<function>& among, function& f, event const& e);
    void proceed(loop& l, std::list<function>& among, function& f);
    void finish(loop& l, std::list<function>& among, function& f, std::optional<problem> error);
    void finish_body(loop& l, function& f, std::optional<problem> error);
    void fail(loop& l, problem error);
    void iteration_over(loop& l, function& f);
    std::string perform(action const& a);
    void start(loop& l, bool restarted);
    void request_cancel(loop& l);
    std::string change(loop& l, timetable const& every);

    // slots
    std::optional<milliseconds> after(timetable const& every, milliseconds slot) const;
    std::vector<milliseconds> overdue(loop const& l) const;
    std::optional<milliseconds> distance_behind(timetable const& every, milliseconds slot) const;
    milliseconds notice_step(loop& l);
    void run_slot(loop& l, milliseconds slot, char const* cause, std::uint64_t coalesced);
    /// @param looked_at the number of overdue slots, `slots` among them
    std::string passed_text(loop const& l, char const* what, std::vector<milliseconds> const& slots,
                            std::size_t looked_at) const;

    milliseconds steady_{0};
    struct planned_call {
        milliseconds due;
        action const* what; ///< null once the call was made
    };

    milliseconds offset_{0};
    milliseconds latest_wake_{0}; ///< maximum delay of waits for slots and retries
    std::vector<planned_call> plans_;
    std::vector<loop> loops_;
};

} // namespace simulation
