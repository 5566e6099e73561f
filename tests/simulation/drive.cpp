// SPDX-License-Identifier: MIT
#include "drive.hpp"

#include "invariants.hpp"
#include "timetable.hpp"

#include <tasks/loop.hpp>
#include <tasks/loop/log.hpp>
#include <tasks/retry/network_errors.hpp>
#include <tasks/schedule/day_at.hpp>
#include <tasks/testing.hpp>
#include <tasks/timer/sleep.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#endif

#include <algorithm>
#include <deque>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace simulation {
namespace asio = tasks::asio;

namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_events = 20'000;

struct special_error : std::runtime_error {
    special_error()
        : std::runtime_error{"special"}
    {
    }
};
struct fatal_error : std::runtime_error {
    fatal_error()
        : std::runtime_error{"fatal"}
    {
    }
};

[[noreturn]] void raise(problem p)
{
    switch (p) {
    case problem::network: throw tasks::system_error{asio::error::connection_reset};
    case problem::special: throw special_error{};
    case problem::aborted: throw tasks::system_error{asio::error::operation_aborted};
    case problem::skipped: throw tasks::skipped{};
    case problem::timed_out:
    case problem::not_running:
    case problem::abandoned:
    case problem::fatal: break;
    }
    throw fatal_error{};
}

/// Any other value is a fault, and is shown as an impossible one.
std::optional<problem> problem_of(std::exception_ptr const& exception)
{
    if (!exception)
        return std::nullopt;
    try {
        std::rethrow_exception(exception);
    } catch (special_error const&) {
        return problem::special;
    } catch (fatal_error const&) {
        return problem::fatal;
    } catch (tasks::skipped const&) {
        return problem::skipped;
    } catch (tasks::timed_out const&) {
        return problem::timed_out;
    } catch (tasks::not_running const&) {
        return problem::not_running;
    } catch (tasks::abandoned const&) {
        return problem::abandoned;
    } catch (tasks::system_error const& e) {
        if (e.code() == asio::error::operation_aborted)
            return problem::aborted;
        if (e.code() == asio::error::connection_reset)
            return problem::network;
    } catch (...) {
    }
    return static_cast<problem>(99);
}

/// Histories use whole milliseconds, so nothing else may occur.
milliseconds exact(nanoseconds d)
{
    auto const ms = std::chrono::floor<milliseconds>(d);
    if (ms != d)
        throw std::logic_error{"not a whole millisecond: " + std::to_string(d.count()) + " ns"};
    return ms;
}

tasks::time_point origin()
{
    using namespace std::chrono;
    return sys_days{year{2024} / January / 1};
}

milliseconds on_the_wall(tasks::time_point t)
{
    return exact(t - origin());
}

/// A user's schedule.
struct table_schedule {
    timetable table;

    std::optional<tasks::time_point> next(tasks::time_point after) const
    {
        auto const t = next_instant(table, std::chrono::floor<milliseconds>(after - origin()));
        return t ? std::optional{origin() + *t} : std::nullopt;
    }
};

tasks::schedule to_schedule(timetable const& t)
{
    if (t.what == timetable::kind::interval)
        return t.period;
    if (t.what == timetable::kind::fixed_delay)
        return tasks::fixed_delay(t.period);
    if (t.what == timetable::kind::on_trigger)
        return tasks::on_trigger;
    if (t.what != timetable::kind::daily)
        return table_schedule{t};
    std::optional<tasks::schedule> all;
    for (auto const& time : t.times) {
        tasks::schedule const one = tasks::day_at{tasks::time_of_day{time.of_day}}.in(
            tasks::time_zone::fixed(std::chrono::duration_cast<std::chrono::seconds>(time.east)));
        all = all ? *all | one : one;
    }
    return *all;
}

struct listed_delays {
    std::vector<milliseconds> delays;
    nanoseconds next(unsigned failures) const
    {
        return delays[std::min<std::size_t>(failures - 1, delays.size() - 1)];
    }
};

struct listed_jitter {
    jitter_answers answers;
    nanoseconds next(tasks::iteration const& it) const
    {
        auto const j = answer(answers, on_the_wall(it.slot), 0);
        if (!j)
            throw fatal_error{};
        return *j;
    }
};

tasks::missed to_missed(loop_definition const& d)
{
    switch (d.missed) {
    case missed_policy::skip: return tasks::missed::skip;
    case missed_policy::catch_up: return tasks::missed::catch_up(d.catch_up_max);
    case missed_policy::delay: return tasks::missed::delay;
    case missed_policy::forbid: return tasks::missed::forbid;
    case missed_policy::coalesce: break;
    }
    return tasks::missed::coalesce;
}

tasks::options to_options(loop_definition const& d, std::size_t index)
{
    tasks::options o;
    o.every = to_schedule(d.every);
    o.count = d.count;
    o.reconnect = d.reconnect;
    o.backoff = listed_delays{d.delays};
    o.missed = to_missed(d);
    if (d.overlap == 0)
        o.overlap = tasks::unlimited;
    else
        o.overlap = static_cast<int>(d.overlap);
    o.initial_delay = d.initial_delay;
    if (!d.jitter.all.empty())
        o.jitter = listed_jitter{d.jitter};
    if (d.grace)
        o.grace = *d.grace;
    if (d.timeout)
        o.timeout = *d.timeout;
    if (d.retries)
        o.retries = *d.retries;
    if (d.next_slot)
        o.on_error = tasks::on_error::next_slot;
    o.name = std::to_string(index);
    return o;
}

char const* name(tasks::cause c)
{
    switch (c) {
    case tasks::cause::scheduled: return "scheduled";
    case tasks::cause::catch_up: return "catch up";
    case tasks::cause::coalesced: return "coalesced";
    case tasks::cause::delayed: return "delayed";
    case tasks::cause::requested: return "requested";
    case tasks::cause::direct: return "direct";
    }
    return "?";
}

char const* name(tasks::slot_decided const& s)
{
    if (s.what == tasks::decision::ran)
        return "ran";
    if (s.what == tasks::decision::coalesced)
        return "coalesced";
    if (s.what == tasks::decision::requested)
        return "requested";
    switch (s.cause) {
    case tasks::miss_cause::none: return "missed for no cause";
    case tasks::miss_cause::skipped: return "skipped";
    case tasks::miss_cause::dropped: return "dropped";
    case tasks::miss_cause::rescheduled: return "rescheduled";
    case tasks::miss_cause::ended: return "ended";
    case tasks::miss_cause::paused: return "paused";
    case tasks::miss_cause::late: return "late";
    case tasks::miss_cause::busy: return "busy";
    }
    return "?";
}

char const* name(tasks::outcome o)
{
    switch (o) {
    case tasks::outcome::succeeded: return "succeeded";
    case tasks::outcome::failed: return "failed";
    case tasks::outcome::cancelled: return "cancelled";
    case tasks::outcome::skipped: return "skipped";
    case tasks::outcome::timed_out: return "timed out";
    }
    return "?";
}

iteration_facts facts(tasks::iteration const& it)
{
    return {.number = it.number,
            .slot = on_the_wall(it.slot),
            .start = on_the_wall(it.start),
            .lateness = exact(it.lateness),
            .attempt = it.attempt,
            .coalesced = it.coalesced,
            .cause = name(it.cause)};
}

/// The loop's argument identifies the direct call.
constexpr std::uint64_t no_call = 0;

struct direct_call {
    asio::cancellation_signal cancellation;
    bool cancelled = false;
    bool begun = false;
    bool ended = false;       ///< the body returned or threw, or the loop was destroyed
    bool others_done = false; ///< everything that was ready when the call ended has run since
    bool over = false;        ///< the caller has been completed
};

/// Somebody who waits for the iteration that serves a request.
struct wait {
    asio::cancellation_signal cancellation;
    bool over = false;
};

/// Counts the living user functions.
class alive {
public:
    explicit alive(std::size_t& count)
        : count_{&count}
    {
        ++count;
    }
    alive(alive&& other) noexcept
        : count_{std::exchange(other.count_, nullptr)}
    {
    }
    alive& operator=(alive&&) = delete;
    ~alive()
    {
        if (count_)
            --*count_;
    }

private:
    std::size_t* count_;
};

} // namespace

/// A loop and its observer.
class member {
public:
    member(library_run& owner, loop_definition const& definition, std::size_t index);
    member(member const&) = delete;
    member& operator=(member const&) = delete;

    // the observer
    void on_run_started(tasks::run_started const& e);
    void on_slot(tasks::slot_decided const& e);
    void on_attempt_begun(tasks::attempt_begun const& e);
    void on_attempt_ended(tasks::attempt_ended const& e);
    void on_retry(tasks::retry_scheduled const& e);
    void on_hook_failed(tasks::hook_failed const& e);
    void on_clock_stepped(tasks::clock_stepped const& e);
    void on_run_ended(tasks::run_ended const& e);

    void tell(actor::kind by, std::string text, std::uint64_t number = 0);
    /// Records that one of the loop's functions reached a point.
    void tell(actor const& by, std::string const& what)
    {
        tell(by.what, script_text(by, what, ask()), by.number);
    }
    answers ask() const;
    void join();
    void call();
    void call_begun(actor const& who);
    /// Records that the body of a direct call ends now. Other functions do not matter.
    void leave(actor const& who);
    void cancel_calls();
    void trigger_and_wait();
    void cancel_waits();
    bool all_over() const;
    void destroy();

    library_run* owner;
    loop_definition const* definition;
    std::size_t index;
    std::size_t body_calls = 0;
    std::size_t before_calls = 0;
    std::size_t after_calls = 0;
    std::size_t error_calls = 0;
    std::uint64_t joins = 0;
    std::deque<direct_call>& direct_calls;
    std::deque<wait>& waits;
    invariants books;
    std::unique_ptr<tasks::loop<void(std::uint64_t)>> loop;

private:
    template <class Body>
    void build(Body body);
    void ended(direct_call& c);
};

class library_run {
public:
    explicit library_run(history const& h)
        : former_log_{tasks::set_log_sink([this](tasks::log_record const& r) { on_log(r); })}
        , calls(h.loops.size())
        , waits(h.loops.size())
        , clock{context, origin()}
    {
        if (h.wake_offset != milliseconds::zero())
            clock.wake_offsets({h.wake_offset});
        for (std::size_t i = 0; i < h.loops.size(); ++i)
            members.push_back(std::make_unique<member>(*this, h.loops[i], i));
    }
    ~library_run() { tasks::set_log_sink(std::move(former_log_)); }
    library_run(library_run const&) = delete;
    library_run& operator=(library_run const&) = delete;

    std::string perform(action const& a);
    void plan(milliseconds in, action const& a);
    void record(event e);
    milliseconds wall() const { return on_the_wall(clock.now()); }
    milliseconds offset() const { return wall() - exact(clock.elapsed()); }

private:
    struct planned_call;
    void on_log(tasks::log_record const& r);

    tasks::log_sink former_log_;

public:
    std::size_t functions = 0; ///< living user functions
    std::uint64_t plans = 0;
    std::vector<event> events;
    std::size_t total = 0;
    /// The owners of the loops. They outlive the context, because its handlers refer to them.
    std::vector<std::deque<direct_call>> calls;
    std::vector<std::deque<wait>> waits;
    asio::io_context context;
    tasks::testing::virtual_time clock;
    std::vector<std::unique_ptr<member>> members;
};

namespace {

/// Performs any action except a sleep or a throw.
void act(member& self, actor const& who, action const& a)
{
    auto const result = self.owner->perform(a);
    self.tell(who, action_text(a, result, self.owner->members[a.target]->ask()));
}

void begin(member& self, actor const& who)
{
    self.books.resumed();
    self.call_begun(who);
    if (who.what != actor::kind::body && who.what != actor::kind::direct)
        self.books.hook_begun(who.what);
    self.tell(who, "begins");
}

/// Whether this is inside a function that the executor runs, which then need not postpone another one.
bool runs_here(asio::any_io_executor const& executor)
{
    auto const ran = std::make_shared<bool>(false);
    asio::dispatch(executor, [ran] { *ran = true; });
    return *ran;
}

/// A user's coroutine.
asio::awaitable<void> follow(member* self, actor who, script const* text, alive)
{
    auto const executor = co_await asio::this_coro::executor;
    self->books.runs_on_its_executor(runs_here(executor));
    begin(*self, who);
    for (action const& a : *text) {
        if (a.what == verb::sleep) {
            std::exception_ptr cancelled;
            try {
                co_await tasks::async_sleep_for(a.length);
            } catch (...) {
                cancelled = std::current_exception();
            }
            self->books.resumed();
            self->books.runs_on_its_executor(runs_here(executor));
            self->tell(who, cancelled ? "was cancelled" : "slept");
            if (cancelled && !a.goes_on) {
                self->leave(who);
                std::rethrow_exception(cancelled);
            }
            if (cancelled)
                co_await asio::this_coro::reset_cancellation_state();
        } else if (a.what == verb::raise) {
            self->tell(who, to_string(a));
            self->leave(who);
            raise(a.error);
        } else {
            act(*self, who, a);
        }
    }
    if (who.what != actor::kind::body)
        self->tell(who, "ends");
    self->leave(who);
}

/// A plain user function.
void follow_plainly(member& self, actor who, script const& text)
{
    begin(self, who);
    for (action const& a : text) {
        if (a.what == verb::raise) {
            self.tell(who, to_string(a));
            self.leave(who);
            raise(a.error);
        }
        act(self, who, a);
    }
    if (who.what != actor::kind::body)
        self.tell(who, "ends");
    self.leave(who);
}

script const& next_of(scripts const& texts, std::size_t& calls)
{
    return texts[std::min(calls++, texts.size() - 1)];
}

alive counted(member& self)
{
    return alive{self.owner->functions};
}

} // namespace

member::member(library_run& library_run, loop_definition const& d, std::size_t i)
    : owner{&library_run}
    , definition{&d}
    , index{i}
    , direct_calls{library_run.calls[i]}
    , waits{library_run.waits[i]}
    , books{d}
{
    auto const body_of = [](tasks::iteration const& it, std::uint64_t call) -> actor {
        if (it.cause == tasks::cause::direct)
            return {actor::kind::direct, call};
        return {actor::kind::body, it.number};
    };
    if (d.plain)
        build([this, body_of](tasks::iteration const& it, std::uint64_t call) {
            auto const who = body_of(it, call);
            follow_plainly(*this, who, next_of(definition->body, body_calls));
        });
    else
        build([this, body_of](tasks::iteration const& it, std::uint64_t call) {
            auto const who = body_of(it, call);
            return follow(this, who, &next_of(definition->body, body_calls), counted(*this));
        });
    loop->observe(*this);

    auto const hook = [this](actor::kind which, scripts const& texts, std::size_t& calls) {
        return [this, which, &texts, &calls](auto const&...) {
            actor const who{which, which == actor::kind::error ? calls : 0};
            return follow(this, who, &next_of(texts, calls), counted(*this));
        };
    };
    auto const plain_hook = [this](actor::kind which, scripts const& texts, std::size_t& calls) {
        return [this, which, &texts, &calls](auto const&...) {
            actor const who{which, which == actor::kind::error ? calls : 0};
            follow_plainly(*this, who, next_of(texts, calls));
        };
    };
    auto const attach = [&](auto const& make) {
        if (d.before)
            loop->before_loop(make(actor::kind::before, *d.before, before_calls));
        if (d.after)
            loop->after_loop(make(actor::kind::after, *d.after, after_calls));
        if (d.error)
            loop->error(make(actor::kind::error, *d.error, error_calls));
    };
    if (d.plain)
        attach(plain_hook);
    else
        attach(hook);
}

template <class Body>
void member::build(Body body)
{
    auto options = to_options(*definition, index);
    if (definition->strand)
        loop = std::make_unique<tasks::loop<void(std::uint64_t)>>(owner->context, std::move(options),
                                                                  std::move(body));
    else
        loop = std::make_unique<tasks::loop<void(std::uint64_t)>>(owner->context.get_executor(),
                                                                  std::move(options), std::move(body));
}

void member::join()
{
    actor const who{actor::kind::join, joins++};
    loop->async_join(
        [this, who](std::exception_ptr e) { tell(who.what, over_text(who, problem_of(e)), who.number); });
}

namespace {

/// Begins the call in an event of its own, because the loop may be gone by then.
asio::awaitable<void> call_later(asio::awaitable<void> call)
{
    co_await asio::post(asio::use_awaitable);
    co_await std::move(call);
}

} // namespace

void member::call()
{
    actor const who{actor::kind::direct, direct_calls.size()};
    auto& c = direct_calls.emplace_back();
    auto over = [this, who, &c](std::exception_ptr e) {
        c.over = true;
        // A caller that was cancelled before the body began may have given up by itself, without the loop.
        if (c.begun || !c.cancelled)
            books.call_over(c.others_done);
        tell(who.what, over_text(who, problem_of(e)), who.number);
    };
    asio::co_spawn(owner->context, call_later((*loop)(who.number)),
                   asio::bind_cancellation_slot(c.cancellation.slot(), std::move(over)));
}

void member::call_begun(actor const& who)
{
    if (who.what == actor::kind::direct)
        direct_calls[who.number].begun = true;
}

void member::leave(actor const& who)
{
    if (who.what == actor::kind::direct)
        ended(direct_calls[who.number]);
}

void member::ended(direct_call& c)
{
    if (!std::exchange(c.ended, true))
        asio::post(owner->context, [&c] { c.others_done = true; });
}

void member::cancel_calls()
{
    for (auto& c : direct_calls) {
        if (!c.over && !std::exchange(c.cancelled, true))
            c.cancellation.emit(asio::cancellation_type::terminal);
    }
}

void member::trigger_and_wait()
{
    actor const who{actor::kind::trigger, waits.size()};
    auto& w = waits.emplace_back();
    loop->async_trigger(
        asio::bind_cancellation_slot(w.cancellation.slot(), [this, who, &w](std::exception_ptr e) {
            books.wait_over(!std::exchange(w.over, true));
            tell(who.what, over_text(who, problem_of(e)), who.number);
        }));
}

void member::cancel_waits()
{
    for (auto& w : waits) {
        if (!w.over)
            w.cancellation.emit(asio::cancellation_type::terminal);
    }
}

bool member::all_over() const
{
    return std::all_of(direct_calls.begin(), direct_calls.end(), [](auto const& c) { return c.over; }) &&
           std::all_of(waits.begin(), waits.end(), [](auto const& w) { return w.over; });
}

void member::destroy()
{
    books.destroyed();
    for (auto& c : direct_calls)
        ended(c);
    loop.reset();
}

void member::tell(actor::kind by, std::string text, std::uint64_t number)
{
    owner->record(
        {.loop = index, .by = {by, number}, .text = std::move(text), .at = exact(owner->clock.elapsed())});
}

answers member::ask() const
{
    if (!loop)
        return {};
    auto const next = loop->next_iteration();
    return {.current_loop = loop->current_loop(),
            .next_iteration = next ? std::optional{on_the_wall(*next)} : std::nullopt,
            .running = loop->is_running(),
            .failed = loop->failed(),
            .cancelling = loop->is_being_cancelled(),
            .paused = loop->is_paused(),
            .failures = loop->failures(),
            .last_error = problem_of(loop->last_error())};
}

void member::on_run_started(tasks::run_started const& e)
{
    books.run_started();
    tell(actor::kind::launch, run_started_text(e.restarted));
}

void member::on_slot(tasks::slot_decided const& e)
{
    auto by = actor::kind::slots;
    if (e.cause == tasks::miss_cause::ended)
        by = actor::kind::close;
    if (e.cause == tasks::miss_cause::rescheduled || e.cause == tasks::miss_cause::paused)
        by = actor::kind::late;
    slot_facts const facts{.what = name(e),
                           .first = on_the_wall(e.first),
                           .last = on_the_wall(e.last),
                           .count = e.count,
                           .number = e.number,
                           .lateness = exact(e.lateness),
                           .at_least = e.at_least};
    books.slot(facts, owner->wall(), owner->offset());
    tell(by, slot_text(facts));
}

void member::on_attempt_begun(tasks::attempt_begun const& e)
{
    books.attempt_begun(facts(e.it), owner->wall(), exact(owner->clock.elapsed()));
    tell(actor::kind::body, attempt_begun_text(facts(e.it)), e.it.number);
}

void member::on_attempt_ended(tasks::attempt_ended const& e)
{
    books.attempt_ended(facts(e.it), name(e.what), exact(owner->clock.elapsed()), exact(e.duration));
    auto const error =
        e.what == tasks::outcome::skipped ? std::nullopt : problem_of(e.exception); // no failure
    tell(actor::kind::body, attempt_ended_text(facts(e.it), name(e.what), error), e.it.number);
}

void member::on_retry(tasks::retry_scheduled const& e)
{
    books.retried(facts(e.it));
    tell(actor::kind::body, retry_text(facts(e.it), exact(e.delay), e.failures, *problem_of(e.exception)),
         e.it.number);
}

void member::on_hook_failed(tasks::hook_failed const& e)
{
    auto const which = e.which == tasks::hook::before  ? "before"
                       : e.which == tasks::hook::error ? "error"
                                                       : "after";
    tell(actor::kind::other, hook_failed_text(which, *problem_of(e.exception)));
}

void member::on_clock_stepped(tasks::clock_stepped const& e)
{
    tell(actor::kind::look, clock_stepped_text(exact(e.step)));
}

void member::on_run_ended(tasks::run_ended const& e)
{
    books.run_ended(e.reason == tasks::exit_reason::cancelled);
    tell(actor::kind::close,
         run_ended_text(std::string{to_string(e.reason)}.c_str(), problem_of(e.exception)));
}

void library_run::record(event e)
{
    if (++total > most_events) {
        context.stop();
        return;
    }
    events.push_back(std::move(e));
}

void library_run::on_log(tasks::log_record const& r)
{
    // The words before the comma name the fault.
    auto const index = static_cast<std::size_t>(std::stoul(std::string{r.loop}));
    auto const what = r.what.starts_with("further fatal error") ? "further fatal error"
                      : r.what.starts_with("fatal error")       ? "fatal error"
                                                                : std::string{r.what};
    if (members[index]->loop) // the rules do not specify a hook that destroys its loop and throws
        members[index]->tell(actor::kind::other, log_text(what.c_str(), *problem_of(r.exception)));
}

std::string library_run::perform(action const& a)
{
    auto& target = *members[a.target];
    if (!target.loop)
        return "gone";
    auto& loop = *target.loop;
    try {
        switch (a.what) {
        case verb::start: loop.start(no_call); break;
        case verb::restart: loop.restart(no_call); break;
        case verb::stop: loop.stop(); break;
        case verb::cancel: loop.cancel(); break;
        case verb::change_interval:
            loop.change_interval(to_schedule(a.every));
            target.books.rescheduled();
            break;
        case verb::join: target.join(); break;
        case verb::call: target.call(); break;
        case verb::cancel_calls: target.cancel_calls(); break;
        case verb::add_type:
            if (a.error == problem::network)
                loop.add_exception_type<tasks::network_errors>();
            else
                loop.add_exception_type<special_error>();
            break;
        case verb::remove_type:
            return (a.error == problem::network ? loop.remove_exception_type<tasks::network_errors>()
                                                : loop.remove_exception_type<special_error>())
                       ? "true"
                       : "false";
        case verb::clear_types: loop.clear_exception_types(); break;
        case verb::trigger: return loop.trigger() ? "true" : "false";
        case verb::trigger_at: return loop.trigger_at(origin() + a.length) ? "true" : "false";
        case verb::trigger_in: return loop.trigger_in(a.length) ? "true" : "false";
        case verb::async_trigger: target.trigger_and_wait(); break;
        case verb::cancel_triggers: target.cancel_waits(); break;
        case verb::pause:
            loop.pause();
            target.books.paused(true);
            break;
        case verb::resume:
            loop.resume();
            target.books.paused(false);
            break;
        case verb::destroy: target.destroy(); break;
        case verb::query:
        case verb::sleep:
        case verb::raise: break;
        }
    } catch (tasks::already_running const&) {
        return "already running";
    } catch (tasks::bad_option const&) {
        return "bad option";
    }
    return "done";
}

/// A planned action is due.
struct library_run::planned_call {
    using executor_type = asio::io_context::executor_type;

    executor_type get_executor() const noexcept { return owner->context.get_executor(); }
    void operator()(tasks::error_code const&) const
    {
        auto const result = owner->perform(*what);
        owner->record({.loop = what->target,
                       .by = {actor::kind::plan, number},
                       .text = action_text(*what, result, owner->members[what->target]->ask()),
                       .at = exact(owner->clock.elapsed())});
    }

    library_run* owner;
    action const* what;
    std::uint64_t number;
};

void library_run::plan(milliseconds in, action const& a)
{
    tasks::async_sleep_for(in, planned_call{this, &a, plans++});
}

player::player(history const& h)
    : run_{std::make_unique<library_run>(h)}
{
}

player::~player() = default;

std::string player::play(step const& s)
{
    std::string result;
    switch (s.what) {
    case step::kind::advance: run_->clock.advance(s.length); break;
    case step::kind::suspend: run_->clock.suspend(s.length); break;
    case step::kind::step_clock:
        run_->clock.step_wall_clock(s.length);
        for (auto& m : run_->members)
            m->books.clock_set(run_->offset());
        break;
    case step::kind::act: result = run_->perform(s.call); break;
    case step::kind::plan: run_->plan(s.length, s.call); break;
    }
    run_->clock.run_until_idle();
    return result;
}

std::vector<event> player::take_events()
{
    return std::exchange(run_->events, {});
}

milliseconds player::elapsed() const
{
    return exact(run_->clock.elapsed());
}

bool player::exists(std::size_t loop) const
{
    return run_->members[loop]->loop != nullptr;
}

answers player::ask(std::size_t loop) const
{
    return run_->members[loop]->ask();
}

bool player::overflown() const
{
    return run_->total > most_events;
}

std::string player::violation() const
{
    for (auto const& m : run_->members) {
        if (!m->books.violated().empty())
            return "loop " + std::to_string(m->index) + " violates: " + m->books.violated();
    }
    return {};
}

std::string player::tear_down()
{
    for (auto& m : run_->members) {
        if (m->loop)
            m->destroy();
    }
    run_->clock.run_until_idle();
    if (run_->functions != 0)
        return std::to_string(run_->functions) + " functions were left behind by destruction";
    for (auto const& m : run_->members) {
        if (!m->all_over())
            return "a direct call, or a wait for an iteration, did not end";
    }
    run_->clock.advance(std::chrono::hours{1}); // no user code wakes up any more
    return violation();
}

} // namespace simulation
