// SPDX-License-Identifier: MIT
//
// The loops of one scenario, alive: what their scripts do and what is recorded of it.
#pragma once

#include <tasks/loop.hpp>
#include <tasks/loop/observer.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/testing.hpp>

#include "exceptions.hpp"
#include "recorder.hpp"
#include "scenario.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

namespace asio = tasks::asio;

class scenario_run;

/// A loop of the scenario with its scripts.
class actor {
public:
    /// Throws what building the loop throws.
    actor(scenario_run& owner, loop_definition const& definition);
    actor(actor const&) = delete;
    actor& operator=(actor const&) = delete;

    std::string const& name() const noexcept { return definition_->name; }
    loop_type& loop() noexcept { return loop_; }

    void async_trigger();
    void note_restart(arguments args) { restart_args_ = std::move(args); }

    // the observer
    void on_run_started(tasks::run_started const& event);
    void on_slot(tasks::slot_decided const& event);
    void on_retry(tasks::retry_scheduled const& event);
    void on_run_ended(tasks::run_ended const& event);

private:
    asio::awaitable<void> run_body(tasks::iteration it, arguments args);
    asio::awaitable<void> run_hook(char const* by, script const* text, std::uint64_t* calls, json begin_keys);

    scenario_run* scenario_run_;
    loop_definition const* definition_;
    std::uint64_t body_calls_ = 0;
    std::uint64_t before_calls_ = 0;
    std::uint64_t after_calls_ = 0;
    std::uint64_t error_calls_ = 0;
    std::uint64_t async_triggers_ = 0;
    arguments restart_args_;
    loop_type loop_;
};

/// Who executes a step.
struct caller {
    actor* self;                         ///< the main loop's, for actions
    char const* by;                      ///< "action", "body", "before", "after", "error"
    std::optional<std::uint64_t> number; ///< of the iteration, in a body that the schedule called
};

class scenario_run {
public:
    /// Builds no loop yet.
    explicit scenario_run(scenario const& s);
    ~scenario_run();
    scenario_run(scenario_run const&) = delete;
    scenario_run& operator=(scenario_run const&) = delete;

    /// Builds the loops. Throws what the first invalid one throws, after recording it.
    void build();

    scenario const& given() const noexcept { return *scenario_; }
    asio::io_context& context() noexcept { return context_; }
    tasks::testing::virtual_time& clock() noexcept { return clock_; }
    recorder& trace() noexcept { return trace_; }

    /// The loop of this name; the empty name means the main one.
    actor& find(std::string_view name);
    std::vector<std::unique_ptr<actor>>& actors() noexcept { return actors_; }

    /// Executes an op, anything but sleep and throw. Neither suspends nor throws: an exception is recorded.
    void execute(caller who, step const& op);

    /// Records a snapshot of a loop, as `event`.
    void snapshot(actor& of, std::string_view event, caller const* who);

    /// Executes a script's steps. `steps` must stay alive, as they do in a scenario.
    asio::awaitable<void> interpret(caller who, std::vector<step> const* steps);

private:
    asio::awaitable<void> sleep(caller who, step const* s);
    asio::awaitable<void> call(actor* target, arguments args);
    std::optional<bool> perform(actor& target, step const& op);

    scenario const* scenario_;
    asio::io_context context_;
    tasks::testing::virtual_time clock_;
    recorder trace_;
    std::vector<std::unique_ptr<actor>> actors_;
};

} // namespace conformance
