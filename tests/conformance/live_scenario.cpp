// SPDX-License-Identifier: MIT
#include "live_scenario.hpp"

#include "instants.hpp"
#include "mapping.hpp"

#include <tasks/loop/text.hpp>
#include <tasks/timer/sleep.hpp>

#include <chrono>
#include <exception>
#include <set>
#include <utility>

namespace conformance {
namespace {

json as_json(arguments const& args)
{
    return json(args);
}

json milliseconds(nanoseconds d)
{
    auto const count = d.count();
    if (count % 1'000'000 == 0)
        return count / 1'000'000;
    return static_cast<double>(count) / 1e6;
}

/// Adds how a function ended: "iter" + "_end", "_cancelled" or "_throw" with its type.
void record_end(recorder& trace, std::string const& loop, std::string const& function,
                std::exception_ptr const& problem, json keys)
{
    if (!problem) {
        trace.record(loop, function + "_end", std::move(keys));
    } else if (is_cancellation(problem)) {
        trace.record(loop, function + "_cancelled", std::move(keys));
    } else {
        keys["type"] = class_name(problem);
        trace.record(loop, function + "_throw", std::move(keys));
    }
}

} // namespace

actor::actor(scenario_run& owner, loop_definition const& definition)
    : scenario_run_{&owner}
    , definition_{&definition}
    , loop_{owner.context(), to_options(definition, owner.given()),
            [this](tasks::iteration const& it, arguments args) { return run_body(it, std::move(args)); }}
{
    handle_default_types(loop_);
    loop_.observe(*this);
    if (auto const& hook = definition.before_loop)
        loop_.before_loop(
            [this, &hook] { return run_hook("before", &*hook, &before_calls_, json::object()); });
    if (auto const& hook = definition.after_loop)
        loop_.after_loop([this, &hook] { return run_hook("after", &*hook, &after_calls_, json::object()); });
    if (auto const& hook = definition.error)
        loop_.error([this, &hook](std::exception_ptr exception) {
            return run_hook("error", &*hook, &error_calls_, {{"type", class_name(exception)}});
        });
}

void actor::on_run_started(tasks::run_started const& event)
{
    if (!event.restarted)
        return;
    json keys = json::object();
    if (!restart_args_.empty())
        keys["args"] = as_json(restart_args_);
    scenario_run_->trace().record(event.loop, "relaunched", std::move(keys));
}

void actor::on_slot(tasks::slot_decided const& event)
{
    scenario const& given = scenario_run_->given();
    if (!given.slots)
        return;
    json keys{{"what", std::string{to_string(event.what)}}};
    if (event.what == tasks::decision::missed)
        keys["cause"] = std::string{to_string(event.cause)};
    keys["count"] = event.count;
    keys["first_ms"] = milliseconds(event.first - given.start_wall);
    keys["last_ms"] = milliseconds(event.last - given.start_wall);
    scenario_run_->trace().record(event.loop, "slot", std::move(keys));
}

void actor::async_trigger()
{
    loop_.async_trigger([this, k = async_triggers_++](std::exception_ptr problem) {
        scenario_run_->trace().record(
            name(), "trigger_done",
            {{"k", k}, {"type", problem ? json(class_name(problem)) : json(nullptr)}});
    });
}

void actor::on_retry(tasks::retry_scheduled const& event)
{
    scenario_run_->trace().record(
        event.loop, "retry",
        {{"bound_ms", milliseconds(backoff_bound(event.failures))}, {"delay_ms", milliseconds(event.delay)}});
}

void actor::on_run_ended(tasks::run_ended const& event)
{
    json keys{{"state", std::string{to_string(event.reason)}}};
    if (event.exception)
        keys["type"] = class_name(event.exception);
    scenario_run_->trace().record(event.loop, "finished", std::move(keys));
}

asio::awaitable<void> actor::run_body(tasks::iteration it, arguments args)
{
    bool const direct = it.cause == tasks::cause::direct;
    std::uint64_t const run = body_calls_++;
    json const ids{{"n", direct ? loop_.current_loop() : it.number}, {"run", run}};
    json begin = ids;
    if (it.cause == tasks::cause::requested)
        begin["cause"] = "requested";
    if (scenario_run_->given().slots && !direct)
        begin["slot_ms"] = milliseconds(it.slot - scenario_run_->given().start_wall);
    if (!args.empty())
        begin["args"] = as_json(args);
    scenario_run_->trace().record(name(), "iter_begin", std::move(begin));

    caller const who{this, "body", direct ? std::nullopt : std::optional{it.number}};
    std::exception_ptr problem;
    try {
        co_await scenario_run_->interpret(who, &definition_->body.of_call(run));
    } catch (...) {
        problem = std::current_exception();
    }
    record_end(scenario_run_->trace(), name(), "iter", problem, ids);
    if (problem)
        std::rethrow_exception(problem);
}

asio::awaitable<void> actor::run_hook(char const* by, script const* text, std::uint64_t* calls,
                                      json begin_keys)
{
    std::uint64_t const call = (*calls)++;
    scenario_run_->trace().record(name(), std::string{by} + "_begin", std::move(begin_keys));
    caller const who{this, by, std::nullopt};
    std::exception_ptr problem;
    try {
        co_await scenario_run_->interpret(who, &text->of_call(call));
    } catch (...) {
        problem = std::current_exception();
    }
    record_end(scenario_run_->trace(), name(), by, problem, json::object());
    if (problem)
        std::rethrow_exception(problem);
}

scenario_run::scenario_run(scenario const& s)
    : scenario_{&s}
    , clock_{context_, s.start_wall}
    , trace_{[this] { return clock_.elapsed(); }, s.precision, s.max_events, s.names_loops(),
             [this] { context_.stop(); }}
{
    clock_.wake_offsets(s.wake_offsets);
}

scenario_run::~scenario_run()
{
    trace_.close(); // what destroying the loops may cause is no part of the trace
}

void scenario_run::build()
{
    for (loop_definition const& definition : scenario_->loops) {
        try {
            actors_.push_back(std::make_unique<actor>(*this, definition));
        } catch (...) {
            trace_.record(definition.name, "construct_error",
                          {{"type", class_name(std::current_exception())}});
            throw;
        }
    }
}

actor& scenario_run::find(std::string_view name)
{
    for (auto& candidate : actors_) {
        if (candidate->name() == name)
            return *candidate;
    }
    return *actors_.front();
}

asio::awaitable<void> scenario_run::interpret(caller who, std::vector<step> const* steps)
{
    for (step const& s : *steps) {
        if (s.op == operation::sleep)
            co_await sleep(who, &s);
        else if (s.op == operation::raise)
            raise(s.type);
        else
            execute(who, s);
    }
}

asio::awaitable<void> scenario_run::sleep(caller who, step const* s)
{
    std::exception_ptr cancelled;
    try {
        co_await tasks::async_sleep_for(s->length);
    } catch (...) {
        if (!is_cancellation(std::current_exception()) || !s->on_cancel)
            throw;
        cancelled = std::current_exception();
    }
    if (!cancelled)
        co_return;

    trace_.record(who.self->name(), "cancel_caught", {{"by", who.by}});
    co_await asio::this_coro::reset_cancellation_state(); // or every later co_await would throw
    co_await interpret(who, &s->on_cancel->steps);
    if (!s->on_cancel->swallow)
        std::rethrow_exception(cancelled);
}

asio::awaitable<void> scenario_run::call(actor* target, arguments args)
{
    std::exception_ptr problem;
    try {
        co_await target->loop()(std::move(args));
    } catch (...) {
        problem = std::current_exception();
    }
    json keys{{"state", !problem ? "completed" : is_cancellation(problem) ? "cancelled" : "failed"}};
    if (keys["state"] == "failed")
        keys["type"] = class_name(problem);
    trace_.record(target->name(), "call_finished", std::move(keys));
}

/// What the op returns, if it returns something.
std::optional<bool> scenario_run::perform(actor& target, step const& op)
{
    loop_type& loop = target.loop();
    switch (op.op) {
    case operation::start: loop.start(op.args); break;
    case operation::restart:
        loop.restart(op.args);
        target.note_restart(op.args);
        break;
    case operation::stop: loop.stop(); break;
    case operation::cancel: loop.cancel(); break;
    case operation::change_interval: loop.change_interval(to_schedule(op.every)); break;
    case operation::add_exception_type:
        for (std::string const& type : op.types)
            add_exception_type(loop, type);
        break;
    case operation::remove_exception_type: {
        bool all = true;
        for (std::string const& type : std::set<std::string>{op.types.begin(), op.types.end()})
            all = remove_exception_type(loop, type) && all;
        return all;
    }
    case operation::clear_exception_types: loop.clear_exception_types(); break;
    case operation::call:
        asio::post(loop.get_executor(), [this, &target, args = op.args] {
            asio::co_spawn(target.loop().get_executor(), call(&target, args), [](std::exception_ptr) {});
        });
        break;
    case operation::trigger: return loop.trigger();
    case operation::trigger_at: return loop.trigger_at(scenario_->start_wall + op.length);
    case operation::trigger_in: return loop.trigger_in(op.length);
    case operation::async_trigger: target.async_trigger(); break;
    case operation::pause: loop.pause(); break;
    case operation::resume: loop.resume(); break;
    case operation::query:
    case operation::sleep:
    case operation::raise: break; // not done here
    }
    return std::nullopt;
}

void scenario_run::execute(caller who, step const& op)
{
    actor& target = op.target.empty() ? *who.self : find(op.target);
    if (op.op == operation::query) {
        snapshot(target, "query", &who);
        return;
    }
    json keys{{"by", who.by}, {"op", op.name}};
    try {
        if (auto const result = perform(target, op))
            keys["result"] = *result;
    } catch (...) {
        keys["error"] = class_name(std::current_exception());
    }
    trace_.record(target.name(), "op", std::move(keys));
}

void scenario_run::snapshot(actor& of, std::string_view event, caller const* who)
{
    loop_type& loop = of.loop();
    json keys = json::object();
    if (who)
        keys["by"] = who->by;
    keys["is_running"] = loop.is_running();
    keys["failed"] = loop.failed();
    keys["is_being_cancelled"] = loop.is_being_cancelled();
    bool const in_own_iteration = who && who->self == &of && who->number;
    keys["current_loop"] = in_own_iteration ? *who->number : loop.current_loop();
    if (auto const next = loop.next_iteration()) {
        keys["next_iteration"] = format_instant(*next);
        keys["next_ms"] = milliseconds(*next - scenario_->start_wall);
    } else {
        keys["next_iteration"] = nullptr;
        keys["next_ms"] = nullptr;
    }
    if (scenario_->part >= 2) {
        keys["is_paused"] = loop.is_paused();
        keys["failures"] = loop.failures();
        auto const last = loop.last_error();
        keys["last_error"] = last ? json(class_name(last)) : json(nullptr);
    }
    describe_schedule(loop.every(), keys);
    trace_.record(of.name(), event, std::move(keys));
}

} // namespace conformance
