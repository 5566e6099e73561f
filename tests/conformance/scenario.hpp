// SPDX-License-Identifier: MIT
//
// A conformance case as read from its file: plain data, no behaviour. Names and meanings are those of the
// format's description; what it calls `run` (the k-th call of a function) is script::calls here.
#pragma once

#include <tasks/time/time_point.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace conformance {

/// Preserves the order of keys, because `others` are reported in the order of the file.
using json = nlohmann::ordered_json;
using nanoseconds = std::chrono::nanoseconds;
using arguments = std::vector<json>;

struct time_entry {
    std::string at;
    std::string zone; ///< empty: none was given
};

/// `seconds`, `minutes`, `hours`, `time`, `fixed_delay`, `on_trigger`: the values of the file, valid or not.
struct when {
    double seconds = 0;
    double minutes = 0;
    double hours = 0;
    std::optional<std::vector<time_entry>> times;
    std::optional<double> fixed_delay; ///< s
    bool on_trigger = false;
};

struct missed_choice {
    enum class kind { coalesce, skip, delay, catch_up, forbid };
    kind what = kind::coalesce;
    std::int64_t max = 0; ///< of catch_up
};

struct overlap_choice {
    bool unlimited = false;
    std::int64_t limit = 1;
};

/// One answer of a jitter policy.
struct jitter_answer {
    double seconds = 0;
    std::string throws; ///< the class of an exception; empty: none
};

/// `jitter`: a longest delay, or the answers of a policy for one slot after the other.
struct jitter_choice {
    std::optional<double> seconds;
    std::vector<jitter_answer> answers;
};

struct loop_parameters {
    when every;
    std::optional<std::int64_t> count;
    bool reconnect = true;
    overlap_choice overlap;
    missed_choice missed;
    std::optional<double> initial_delay; ///< s
    std::optional<jitter_choice> jitter;
    std::optional<double> grace;   ///< s
    std::optional<double> timeout; ///< s
    std::optional<std::int64_t> retries;
    bool next_slot = false; ///< `on_error`
};

enum class operation {
    sleep,
    raise, ///< "throw"
    start,
    restart,
    stop,
    cancel,
    change_interval,
    add_exception_type,
    remove_exception_type,
    clear_exception_types,
    call,
    trigger,
    trigger_at,
    trigger_in,
    async_trigger,
    pause,
    resume,
    query,
};

struct step;

struct cancel_handler {
    std::vector<step> steps;
    bool swallow = false;
};

struct step {
    operation op{};
    std::string name;                        ///< of the operation, as in the file
    nanoseconds length{};                    ///< of sleep and trigger_in; for trigger_at since `start_wall`
    std::optional<cancel_handler> on_cancel; ///< of sleep
    std::string type;                        ///< of throw
    std::string target;                      ///< empty: the loop that executes the step, or else the main one
    when every;                              ///< of change_interval
    std::vector<std::string> types;          ///< of add_exception_type and remove_exception_type
    arguments args;                          ///< of start, restart and call
};

struct script {
    std::vector<step> steps;
    std::map<std::uint64_t, std::vector<step>> calls;

    std::vector<step> const& of_call(std::uint64_t k) const
    {
        auto const found = calls.find(k);
        return found == calls.end() ? steps : found->second;
    }
};

struct loop_definition {
    std::string name;
    loop_parameters loop;
    script body;
    std::optional<script> before_loop;
    std::optional<script> after_loop;
    std::optional<script> error;
};

struct action {
    nanoseconds at{};
    std::vector<step> ops;
};

struct wall_jump {
    nanoseconds at{};
    nanoseconds delta{};
};

struct stall {
    nanoseconds at{};
    nanoseconds length{};
};

enum class precision { milliseconds, microseconds };

struct scenario {
    std::string id;
    std::string title;
    tasks::time_point start_wall{};
    std::vector<loop_definition> loops; ///< the scenario's own loop first
    std::vector<action> actions;
    std::vector<wall_jump> wall_jumps;
    std::vector<stall> stalls;
    nanoseconds until{};
    double backoff_fraction = 0.5;
    std::vector<nanoseconds> wake_offsets{std::chrono::microseconds{1}};
    conformance::precision precision = conformance::precision::milliseconds;
    std::size_t max_events = 400;
    bool same_instant = false; ///< the tag
    int part = 1;              ///< of the format; from 2 on snapshots tell more
    bool slots = false;        ///< decisions about slots are recorded
    double jitter_fraction = 0.5;

    /// With several loops, every event names its loop.
    bool names_loops() const { return loops.size() > 1; }
};

struct loop_case {
    conformance::scenario scenario;
    json wanted;
    std::optional<nanoseconds> tolerance;
};

} // namespace conformance
