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
//   and is cancelled at its first suspension;
// - a jitter is drawn when the loop begins to wait, so not while a request makes an iteration start;
// - an alarm whose moment has come becomes a request when the loop, or a call that sets another one, looks;
// - once the last iteration of a run has ended no request is taken;
// - once a run has failed, iterations that fail go to the log, also under `next_slot`;
// - a run whose schedule has no further slot does not end while the loop is paused;
// - after change_interval() a slot that is due does not wait for a jitter, and another one is drawn anew.
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
    bool operator==(model const&) const = default;

    milliseconds now() const { return steady_; }
    bool exists(std::size_t index) const { return loops_[index].exists; }

    /// Time advances while everything can run.
    [[nodiscard]] complaint pass_to(milliseconds steady);
    /// Time advances while nothing runs.
    void suspend_until(milliseconds steady) { steady_ = steady; }
    void step_clock(milliseconds by)
    {
        offset_ += by;
        stepped_at_ = steady_;
    }

    /// Takes an event that happened now.
    [[nodiscard]] complaint accept(event const& e);
    /// What else may be the case: the first step of a run that restart() began may have no event.
    std::vector<model> silently_launched() const;
    /// Checks that nothing is left to be done now.
    [[nodiscard]] complaint settle();
    /// Performs a call of a loop's function; returns its result.
    std::string act(action const& a);
    /// Plans such a call, whose order at that instant is open.
    void plan(milliseconds due, action const& a) { plans_.push_back({due, &a}); }
    answers ask(std::size_t index) const;

    // For a player that has no library, and chooses by itself.

    /// An act that a loop will perform.
    struct choice {
        std::size_t loop = 0;
        actor by;
        /// The steady time that it waits for; nothing if it is caused by something that has happened.
        std::optional<milliseconds> due = {};
        bool scripted = false; ///< waits in a user function, not by a timer of the loop
    };
    std::vector<choice> choices() const;
    /// The action that a user function performs, if that is what it does.
    action const* action_of(choice const& c) const;
    /// Performs an act that is due.
    [[nodiscard]] complaint choose(choice const& c);
    /// The events since the last call.
    std::vector<event> take_events();
    timetable const& every(std::size_t index) const { return loops_[index].every; }

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
        std::optional<milliseconds> times_out_at; ///< of an attempt that no time-out has cancelled
        bool timed_out = false;
        std::optional<problem> failed_with; ///< of an iteration, once its error hook runs in its place
        std::vector<std::uint64_t> told;    ///< those who wait for the iteration
        iteration_facts it;

        bool in_flight() const { return who.what == actor::kind::body || failed_with; }
        bool operator==(function const&) const = default;
    };

    struct served_slot {
        milliseconds steady{0};
        std::optional<milliseconds> on_the_wall; ///< of instants of the wall clock
        /// The distance to the following slot, if setting the clock back by as much makes the loop ask the
        /// schedule again.
        std::optional<milliseconds> distance;
        bool operator==(served_slot const&) const = default;
    };

    struct instant {
        milliseconds steady{0};
        milliseconds wall{0};
        bool operator==(instant const&) const = default;
    };

    struct request {
        milliseconds moment{0};
        bool by_the_wall = false;
        std::optional<std::uint64_t> told = {}; ///< who waits for it
        bool operator==(request const&) const = default;
    };

    struct drawn_jitter {
        milliseconds slot{0}; ///< on the clock of the timetable
        milliseconds length{0};
        bool operator==(drawn_jitter const&) const = default;
    };

    /// Somebody waits for a direct call, or for an iteration, until the completion.
    struct operation {
        std::uint64_t number = 0;
        bool begun = false;
        bool cancelled = false;
        bool ended = false; ///< the completion happens at this instant
        /// Cancelled in a back-off, at the instant of the loop's destruction, it ends by either.
        bool destroyed = false;
        std::optional<problem> failure;
        bool operator==(operation const&) const = default;
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
        milliseconds asks_from{0};        ///< on the steady clock
        std::optional<milliseconds> next; ///< on the clock of the timetable
        std::optional<served_slot> served;
        std::optional<milliseconds> last_end;
        std::optional<instant> freed; ///< when a place became free after none was
        milliseconds offset_seen{0};  ///< of the wall clock, at the last reading
        milliseconds resumed_at{0};   ///< without a grid no slot is earlier
        bool waits = false;           ///< the next slot lay ahead when the loop became ready
        std::optional<drawn_jitter> jitter;
        std::optional<instant> paused_at; ///< if what was overdue then is still undecided
        std::vector<request> requests;
        std::optional<request> earliest; ///< of the requests, by the clocks when they were made
        std::optional<request> alarm;
        std::uint64_t started = 0; ///< iterations
        std::list<function> functions;
        std::vector<std::uint64_t> joiners;
        std::list<std::string> late; ///< decisions of calls, which the loop has not told yet
        bool operator==(run const&) const = default;
    };

    struct loop {
        loop_definition const* definition = nullptr;
        bool exists = true;
        bool paused = false;
        timetable every;
        std::set<problem> handled{problem::network};
        std::optional<run> current;
        std::optional<problem> failure;
        std::uint64_t failures = 0;
        std::optional<problem> last_error;
        std::size_t body_calls = 0;
        std::size_t before_calls = 0;
        std::size_t after_calls = 0;
        std::size_t error_calls = 0;
        std::uint64_t jitters = 0; ///< questions to the policy
        std::uint64_t joins = 0;
        std::uint64_t direct_calls = 0;
        std::uint64_t triggers = 0;
        std::list<operation> calls;
        std::list<operation> waits;  ///< for requests
        std::list<function> direct;  ///< the bodies of direct calls
        std::optional<actor> unsure; ///< a body ended by operation_aborted, perhaps after its time-out
        std::deque<std::string> expected;
        std::list<std::string> joined; ///< must occur at this instant, in any order
        std::list<function> orphans;   ///< of a destroyed loop, until their next suspension
        bool operator==(loop const&) const = default;
    };

    milliseconds wall() const { return steady_ + offset_; }
    static bool fixed_delay(loop const& l) { return l.every.what == timetable::kind::fixed_delay; }
    /// Whether the slots, if any, are on the steady clock.
    static bool on_steady(timetable const& t)
    {
        return t.what == timetable::kind::interval || t.what == timetable::kind::fixed_delay ||
               t.what == timetable::kind::on_trigger;
    }
    static bool on_steady(loop const& l) { return on_steady(l.every); }
    static bool gridless(loop const& l)
    {
        return fixed_delay(l) ||
               (l.every.what == timetable::kind::interval && l.every.period == milliseconds::zero());
    }
    milliseconds on_its_clock(loop const& l) const { return on_steady(l) ? steady_ : wall(); }
    milliseconds on_the_wall(loop const& l, milliseconds slot) const
    {
        return on_steady(l) ? slot + offset_ : slot;
    }
    milliseconds on_the_wall(request const& r) const { return r.by_the_wall ? r.moment : r.moment + offset_; }
    answers ask(loop const& l) const;

    // what is possible
    std::size_t in_flight(loop const& l) const;
    bool place_is_free(loop const& l) const;
    bool count_reached(loop const& l) const;
    bool no_more_iterations(loop const& l) const;
    /// Whether a step of the loop finds a place free, and tells what calls have decided about slots.
    bool tells_decisions(loop const& l) const;
    /// Whether it looks for work then.
    bool looks_for_work(loop const& l) const;
    bool may_look(loop const& l) const;
    /// The time on the loop's clock from which the next slot makes an iteration start.
    std::optional<milliseconds> slot_starts(loop const& l) const;
    bool slot_may_start(loop const& l) const;
    bool request_is_due(run const& r) const;
    bool may_decide(loop const& l) const;
    bool may_close(loop const& l) const;
    bool can_be_cancelled(loop const& l) const;
    bool takes_requests(loop const& l) const;
    bool time_is_up(function const& f) const;
    bool may_go_on(function const& f) const;
    bool has_to_go_on(function const& f) const;
    bool has_to_decide(loop const& l) const;
    static bool has_decided(run const& r);
    std::optional<milliseconds> next_due(loop const& l) const;
    bool may_look_later(loop const& l) const;
    milliseconds latest_look() const;
    std::vector<std::string> possible(loop const& l) const;
    void add_choices(std::size_t index, std::vector<choice>& all) const;

    // what happens
    [[nodiscard]] complaint take(loop& l, event const& e);
    [[nodiscard]] complaint take_one(loop& l, event const& e);
    bool may_launch_silently(loop const& l) const;
    void launch(loop& l);
    void look(loop& l);
    void decide(loop& l);
    void close(loop& l);
    void end_run(loop& l, std::optional<problem> after_hook);
    function& call(loop& l, actor who, scripts const& texts, std::size_t& calls);
    void begin(loop& l, std::list<function>& among, function& f);
    void begin_attempt(loop& l, function& f);
    [[nodiscard]] complaint take_direct(loop& l, event const& e);
    /// Returns false if nobody is completed by this now.
    [[nodiscard]] static bool tell_somebody(std::list<operation>& among, event const& e);
    static void end(std::list<operation>& among, std::uint64_t number, std::optional<problem> failure);
    [[nodiscard]] complaint take_plan(event const& e);
    [[nodiscard]] complaint go_on(loop& l, std::list<function>& among, function& f, event const& e);
    void proceed(loop& l, std::list<function>& among, function& f);
    void finish(loop& l, std::list<function>& among, function& f, std::optional<problem> error);
    void finish_body(loop& l, function& f, std::optional<problem> error);
    void fail_iteration(loop& l, function& f, problem error);
    void iteration_over(loop& l, function& f, std::optional<problem> error);
    void fail(loop& l, problem error);

    // calls
    std::string perform(action const& a);
    void start(loop& l, bool restarted);
    void request_cancel(loop& l);
    std::string change(loop& l, timetable const& every);
    std::optional<milliseconds> first_of(loop const& l, timetable const& every) const;
    void pause(loop& l);
    void resume(loop& l);
    std::string trigger(loop& l, request q, bool sets_alarm = false);
    void cancel_waits(loop& l);
    void cancel_calls(loop& l);
    void destroy(loop& l);

    // slots
    void begin_slots(loop& l);
    std::optional<milliseconds> after(timetable const& every, milliseconds slot) const;
    std::vector<milliseconds> overdue(loop const& l) const;
    std::vector<milliseconds> until(loop const& l, milliseconds last) const;
    std::vector<milliseconds> dropped_by_pause(loop const& l) const;
    void pass(loop& l, std::vector<milliseconds> const& slots);
    std::optional<milliseconds> distance_behind(timetable const& every, milliseconds slot) const;
    milliseconds notice_step(loop& l);
    void begin_waiting(loop& l);
    bool jitter_throws(loop const& l) const;
    milliseconds jitter_of(loop const& l, milliseconds slot) const;
    bool too_late(loop const& l, milliseconds slot) const;
    /// Decides about the slots that are overdue. Returns false if that starts no iteration.
    bool decide_overdue(loop& l);
    bool decide_coalescing(loop& l, std::vector<milliseconds> due, std::size_t all);
    void miss(loop& l, char const* cause, std::vector<milliseconds> const& slots, std::size_t looked_at);
    void run_slot(loop& l, milliseconds slot, char const* cause, std::uint64_t coalesced);
    void run_request(loop& l);
    void start_iteration(loop& l, char const* decision, iteration_facts it);
    void add_request(run& r, request const& q) const;
    void catch_alarm(run& r) const;
    /// @param looked_at the number of overdue slots, `slots` among them
    std::string passed_text(loop const& l, char const* what, std::vector<milliseconds> const& slots,
                            std::size_t looked_at) const;

    milliseconds steady_{0};
    struct planned_call {
        milliseconds due;
        action const* what; ///< null once the call was made
        bool operator==(planned_call const&) const = default;
    };

    milliseconds offset_{0};
    std::optional<milliseconds> stepped_at_; ///< when the wall clock was set, on the steady clock
    milliseconds latest_wake_{0};            ///< maximum delay of waits for slots and retries
    std::vector<planned_call> plans_;
    std::vector<loop> loops_;
};

} // namespace simulation
