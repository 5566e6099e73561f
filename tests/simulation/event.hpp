// SPDX-License-Identifier: MIT
// The observed events of a loop. The driver and the model use the same words, so that equal events are equal
// texts.
#pragma once

#include "history.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace simulation {

/// The parts of a loop. The next act of a part is determined by its previous ones.
struct actor {
    enum class kind : std::uint8_t {
        launch, ///< the first step of a run
        look,   ///< notices that the wall clock was set
        slots,  ///< decides about slots and begins iterations
        before, ///< hooks
        body,   ///< the iteration with this number
        error,
        after,
        close,   ///< ends the run
        late,    ///< reports slots that a call has decided about
        join,    ///< a wait for the end of the run
        direct,  ///< a direct call of the body
        trigger, ///< a wait for the iteration that serves a request
        plan,    ///< something planned from outside
        other    ///< continues the previous choice
    };
    kind what = kind::other;
    std::uint64_t number = 0;
    bool operator==(actor const&) const = default;
};

struct event {
    std::size_t loop = 0;
    actor by;
    std::string text = {};
    milliseconds at{0};
};

/// The results of all queries of a loop.
struct answers {
    std::uint64_t current_loop = 0;
    std::optional<milliseconds> next_iteration; ///< on the wall clock
    bool running = false;
    bool failed = false;
    bool cancelling = false;
    bool paused = false;
    std::uint64_t failures = 0;
    std::optional<problem> last_error;
    bool operator==(answers const&) const = default;
};

struct iteration_facts {
    std::uint64_t number = 0;
    milliseconds slot{0};  ///< on the wall clock
    milliseconds start{0}; ///< on the wall clock
    milliseconds lateness{0};
    unsigned attempt = 0;
    std::uint64_t coalesced = 0;
    char const* cause = "scheduled";
    bool operator==(iteration_facts const&) const = default;
};

struct slot_facts {
    char const* what = "ran"; ///< the decision, or the cause of a miss
    milliseconds first{0};    ///< on the wall clock
    milliseconds last{0};
    std::uint64_t count = 1;
    std::uint64_t number = 0;
    milliseconds lateness{0};
    bool at_least = false; ///< the count is a lower bound, and is not part of the text
};

std::string to_string(problem p);
std::string to_string(actor const& a);
std::string to_string(answers const& a);
std::string to_string(event const& e);

std::string run_started_text(bool restarted);
std::string run_ended_text(char const* reason, std::optional<problem> error);
std::string slot_text(slot_facts const& s);
std::string attempt_begun_text(iteration_facts const& it);
std::string attempt_ended_text(iteration_facts const& it, char const* outcome, std::optional<problem> error);
std::string retry_text(iteration_facts const& it, milliseconds delay, unsigned failures, problem error);
std::string hook_failed_text(char const* which, problem error);
std::string clock_stepped_text(milliseconds step);
std::string log_text(char const* what, problem error);
/// A user function reached a point: `what` is "begins", "ends", or an action with its result. Also the end of
/// a wait for a run, or of a direct call.
std::string over_text(actor const& who, std::optional<problem> error);
/// The result of an action, and the queries of its target afterwards.
std::string action_text(action const& a, std::string const& result, answers const& target);
std::string script_text(actor const& by, std::string const& what, answers const& own);

} // namespace simulation
