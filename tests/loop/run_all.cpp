// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/run_all.hpp>
#include <tasks/schedule/day_at.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#endif

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <vector>

using namespace test;

namespace {

/// Notes how a joint run ends: `all`, `any 1`, or what it throws.
struct ending_noted {
    virtual_context* s;

    void operator()(std::exception_ptr const& e) const { s->note(e ? tasks::what(e) : "all"); }
    void operator()(std::exception_ptr const& e, std::size_t position) const
    {
        s->note(e ? tasks::what(e) : "any " + std::to_string(position));
    }
};

/// Two loops: `a` takes 1 s each 10 s, 3 times in all; `b` takes 2 s, twice.
struct joint_loops {
    virtual_context s;
    captured_log log;
    std::string fails; ///< the loops that do
    tasks::loop<> a{s.io, {.every = 10s, .count = 3, .name = "a"}, [this] { return work("a", 1s); }};
    tasks::loop<> b{s.io, {.every = 10s, .count = 2, .name = "b"}, [this] { return work("b", 2s); }};
    asio::cancellation_signal signal;

    task work(std::string name, std::chrono::nanoseconds d)
    {
        co_await pause(d);
        s.note(name);
        if (has(fails, name))
            throw std::runtime_error{name + " failed"};
    }

    /// Spawns a coroutine, or a function that returns one.
    template <class Joint>
    void spawn(Joint joint)
    {
        asio::co_spawn(s.io, std::move(joint), asio::bind_cancellation_slot(signal.slot(), ending_noted{&s}));
        s.time.run_until_idle();
    }
};

/// As those of co_spawn, but for all types of cancellation.
task run_all_with_total_cancellation(tasks::loop<>& a, tasks::loop<>& b)
{
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await tasks::run_all(a, b);
}

} // namespace

TEST_CASE("run_all: starts the loops, and ends when all have ended")
{
    joint_loops f;
    f.spawn(tasks::run_all(f.a, f.b));
    CHECK(f.a.is_running());
    CHECK(f.b.is_running());
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "1s a, 2s b, 11s a, 12s b, 21s a, 21s all");
    CHECK(!f.a.is_running());
    CHECK(!f.b.is_running());
}

TEST_CASE("run_all: hooks belong to a run")
{
    joint_loops f;
    f.b.after_loop([&] { return pause(30s); });
    f.spawn(tasks::run_all(f.a, f.b));
    f.s.time.advance(60s);
    CHECK(has(f.s.trace(), "21s a, 42s all"));
}

TEST_CASE("run_all: is lazy")
{
    joint_loops f;
    {
        auto const never_awaited = tasks::run_all(f.a, f.b);
        f.s.time.advance(10s);
        CHECK(!f.a.is_running());
    }
    f.b.start();
    {
        auto const never_awaited = tasks::run_all(f.a, f.b);
    }
    f.s.time.advance(30s);
    CHECK(f.s.trace() == "12s b, 22s b"); // b has not been stopped
}

TEST_CASE("run_all: loops that run already are joined")
{
    joint_loops f;
    tasks::loop with_arguments{f.s.io,
                               {.every = 10s, .count = 4, .name = "greeter"},
                               [&](std::string const& whom) { f.s.note("hello " + whom); }};
    f.b.start();
    with_arguments.start("you");
    f.s.time.advance(5s);
    CHECK(f.s.trace() == "0s hello you, 2s b");
    f.spawn(tasks::run_all(f.a, f.b, with_arguments));
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "6s a, 10s hello you, 12s b, 16s a, 20s hello you, 26s a, 30s hello you, 30s all");
}

TEST_CASE("run_all: the first failure stops the others, and is thrown when they have ended")
{
    joint_loops f;
    f.fails = "b";
    f.a.after_loop([&] { return pause(5s); });
    f.spawn(tasks::run_all(f.a, f.b));
    SECTION("what is in progress is finished")
    {
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 7s b failed");
    }
    SECTION("until they have ended, nobody is told")
    {
        f.s.time.advance(6s);
        CHECK(f.s.trace() == "1s a, 2s b");
        CHECK(f.b.failed());
        CHECK(f.a.is_running());
    }
    CHECK(!f.a.failed());
}

TEST_CASE("run_all: a body in progress is finished when another loop fails")
{
    joint_loops f;
    f.fails = "a";
    f.spawn(tasks::run_all(f.a, f.b));
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "1s a, 2s b, 2s a failed");
}

TEST_CASE("run_all: a further failure does not replace the first, and is reported by its loop")
{
    joint_loops f;
    f.fails = "a b";
    std::string seen;
    SECTION("to the log")
    {
        f.spawn(tasks::run_all(f.a, f.b));
        f.s.time.advance(60s);
        CHECK(has(f.log.lines.back(), "b failed"));
    }
    SECTION("to the error hook")
    {
        f.b.error([&](std::exception_ptr const& e) { seen = tasks::what(e); });
        f.spawn(tasks::run_all(f.a, f.b));
        f.s.time.advance(60s);
        CHECK(seen == "b failed");
    }
    CHECK(f.s.trace() == "1s a, 2s b, 2s a failed");
    CHECK(f.b.failed());
}

TEST_CASE("run_all: a run that failed before it was joined does not count")
{
    joint_loops f;
    f.fails = "a";
    f.a.start();
    f.s.time.advance(5s);
    CHECK(f.a.failed());
    f.fails = "";
    f.spawn(tasks::run_all(f.a, f.b));
    f.s.time.advance(60s);
    CHECK(has(f.s.trace(), "26s all"));
}

TEST_CASE("run_all: a loop that is stopped or cancelled by others has ended without failure")
{
    joint_loops f;
    f.spawn(tasks::run_all(f.a, f.b));
    f.s.time.advance(5s);
    f.a.cancel();
    f.s.time.run_until_idle();
    CHECK(f.b.is_running());
    f.s.time.advance(2s);
    f.b.stop();
    f.s.time.run_until_idle();
    CHECK(f.s.trace() == "1s a, 2s b, 7s all");
}

TEST_CASE("run_all: if a loop cannot be started, the others are stopped and waited for")
{
    joint_loops f;
    tasks::loop greeter{f.s.io, {.every = 10s, .name = "greeter"}, [&](int) { f.s.note("hello"); }};
    std::string const refusal =
        "tasks: loop 'greeter': run_all() cannot pass the arguments that the body takes; call start() of the "
        "loop itself, which takes them";
    SECTION("the one before it, which has just been started")
    {
        f.spawn(tasks::run_all(f.a, greeter));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "0s " + refusal); // before its first iteration
    }
    SECTION("the one behind it, if it runs already")
    {
        f.b.start();
        f.s.time.advance(1s);
        f.spawn(tasks::run_all(f.a, greeter, f.b));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "2s b, 2s " + refusal);
    }
    SECTION("the one behind it is not started")
    {
        note_hooks(f.s, f.a);
        f.spawn(tasks::run_all(greeter, f.a));
        CHECK(f.s.trace() == "0s " + refusal);
        CHECK(!f.a.is_running());
    }
    CHECK(!f.a.is_running());
    CHECK(!f.b.is_running());
    CHECK(!greeter.is_running());
}

TEST_CASE("run_all: a loop that is destroyed has failed with abandoned")
{
    joint_loops f;
    auto victim = std::make_unique<tasks::loop<>>(f.s.io, tasks::options{.every = 10s, .name = "v"},
                                                  [&] { return f.work("v", 3s); });
    SECTION("before it begins")
    {
        auto joint = tasks::run_all(f.a, *victim, f.b);
        victim.reset();
        f.spawn(std::move(joint));
        CHECK(f.s.trace() == "0s tasks: loop 'v' was destroyed");
        CHECK(!f.b.is_running());
    }
    SECTION("while it waits")
    {
        f.spawn(tasks::run_all(f.a, *victim));
        f.s.time.advance(5s);
        victim.reset();
        f.s.time.run_until_idle();
        CHECK(f.s.trace() == "1s a, 3s v, 5s tasks: loop 'v' was destroyed");
    }
    SECTION("in its body")
    {
        f.spawn(tasks::run_all(*victim, f.b));
        f.s.time.advance(1s);
        victim.reset();
        f.s.time.advance(10s);
        CHECK(f.s.trace() == "2s b, 2s tasks: loop 'v' was destroyed");
    }
    SECTION("as the last one")
    {
        f.spawn(tasks::run_all(*victim));
        f.s.time.advance(1s);
        victim.reset();
        f.s.time.run_until_idle();
        CHECK(f.s.trace() == "1s tasks: loop 'v' was destroyed");
    }
    CHECK(!f.a.is_running());
}

TEST_CASE("run_all: a destroyed loop does not wait for its executor, which perhaps nobody runs")
{
    joint_loops f;
    asio::io_context never_run;
    auto victim =
        std::make_unique<tasks::loop<>>(never_run, tasks::options{.every = 10s, .name = "v"}, [] {});
    f.spawn(tasks::run_all(f.a, *victim));
    f.s.time.advance(5s);
    victim.reset();
    f.s.time.run_until_idle();
    CHECK(f.s.trace() == "1s a, 5s tasks: loop 'v' was destroyed");
}

TEST_CASE("run_all: the context of a loop goes away")
{
    joint_loops f;
    auto elsewhere = std::make_unique<asio::io_context>();
    bool const on_strand = GENERATE(false, true);
    CAPTURE(on_strand);
    auto const where = [&] { // a temporary, because a strand must not outlive its context
        return on_strand ? asio::any_io_executor{asio::make_strand(*elsewhere)} : elsewhere->get_executor();
    };
    tasks::loop<> other{where(), {.every = 1h, .name = "other"}, [] {}};
    SECTION("before it begins")
    {
        elsewhere.reset();
        f.spawn(tasks::run_all(f.a, other, f.b));
        CHECK(f.s.trace() == "0s tasks: the execution context of loop 'other' went away");
    }
    SECTION("before it begins, with a run")
    {
        other.start();
        elsewhere.reset();
        f.spawn(tasks::run_all(f.a, other, f.b));
        CHECK(f.s.trace() == "0s tasks: the execution context of loop 'other' went away");
    }
    SECTION("meanwhile, before its first step")
    {
        f.spawn(tasks::run_all(f.a, other));
        f.s.time.advance(5s);
        elsewhere.reset();
        f.s.time.run_until_idle();
        CHECK(f.s.trace() == "1s a, 5s tasks: the execution context of loop 'other' went away");
    }
    SECTION("meanwhile, as it waits")
    {
        f.spawn(tasks::run_all(f.a, other));
        elsewhere->poll();
        f.s.time.advance(5s);
        elsewhere.reset();
        f.s.time.run_until_idle();
        CHECK(f.s.trace() == "1s a, 5s tasks: the execution context of loop 'other' went away");
    }
    CHECK(!f.a.is_running());
    CHECK(!f.b.is_running());
    elsewhere.reset();
}

TEST_CASE("run_all: terminal cancellation cancels all loops, and it ends when they have ended")
{
    joint_loops f;
    f.b.after_loop([&] { return pause(5s); });
    f.spawn(tasks::run_all(f.a, f.b));
    f.s.time.advance(500ms); // in both bodies
    f.signal.emit(asio::cancellation_type::terminal);
    CHECK(f.a.is_being_cancelled());
    CHECK(f.b.is_being_cancelled());
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "5500ms all"); // as async_run, which ends as the run does
}

TEST_CASE("run_all: other cancellation stops all loops, and it ends when they have ended")
{
    joint_loops f;
    auto const type = GENERATE(asio::cancellation_type::partial, asio::cancellation_type::total);
    f.spawn(run_all_with_total_cancellation(f.a, f.b));
    f.s.time.advance(500ms);
    f.signal.emit(type);
    CHECK(!f.a.is_being_cancelled());
    f.s.time.run_until_idle();
    SECTION("in their bodies, which are finished")
    {
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 2s all");
    }
    SECTION("and a terminal one may follow")
    {
        f.s.time.advance(1s);
        f.signal.emit(asio::cancellation_type::terminal);
        f.s.time.run_until_idle();
        CHECK(f.s.trace() == "1s a, 1500ms all");
    }
}

TEST_CASE("run_all: a failure behind a cancellation is thrown")
{
    joint_loops f;
    f.fails = "b";
    f.spawn(run_all_with_total_cancellation(f.a, f.b));
    f.s.time.advance(500ms);
    f.signal.emit(asio::cancellation_type::total);
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "1s a, 2s b, 2s b failed");
}

TEST_CASE("run_all: what was cancelled before it begins starts nothing")
{
    joint_loops f;
    f.b.start();
    f.spawn([&]() -> task {
        co_await asio::this_coro::throw_if_cancelled(false);
        try {
            co_await pause(1s);
        } catch (tasks::system_error const&) {
            f.s.note("cancelled");
        }
        co_await asio::this_coro::throw_if_cancelled(true);
        co_await tasks::run_all(f.a, f.b);
    });
    f.signal.emit(asio::cancellation_type::terminal);
    f.s.time.run_until_idle();
    CHECK(!f.a.is_running());
    CHECK(f.b.is_running());
    CHECK(has(f.s.trace(), "0s cancelled, 0s "));
    f.s.time.advance(30s);
    CHECK(f.s.trace() == "2s b, 12s b"); // unaffected
}

TEST_CASE("run_all: in structured code the loser of || is cancelled, clean-up included")
{
    using namespace asio::experimental::awaitable_operators;
    joint_loops f;
    f.a.after_loop([&] { return pause(1s); });
    f.spawn([&]() -> task {
        co_await (tasks::run_all(f.a, f.b) || pause(5s));
        f.s.note("the limit has passed");
    });
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "1s a, 2s b, 6s the limit has passed, 6s all");
    CHECK(!f.a.is_running());
    CHECK(!f.b.is_running());
}

TEST_CASE("run_all: in a body or hook of one of the loops it is refused, and nothing is started")
{
    joint_loops f;
    std::optional<tasks::loop<>> self;
    auto const tries = [&]() -> task {
        try {
            co_await tasks::run_all(f.a, *self);
        } catch (std::logic_error const& e) {
            f.s.note(e.what());
        }
    };
    self.emplace(f.s.io, tasks::options{.every = 10s, .count = 1, .name = "self"}, [&] { return tries(); });
    std::string const refusal =
        "tasks: loop 'self': run_all() in the loop's own body or hooks would wait for itself; await it "
        "elsewhere";
    SECTION("body")
    {
        self->start();
        f.s.time.advance(1s);
        CHECK(f.s.trace() == "0s " + refusal);
    }
    SECTION("hook")
    {
        self->before_loop(tries);
        self->start();
        f.s.time.advance(1s);
        CHECK(f.s.trace() == "0s " + refusal + ", 0s " + refusal);
    }
    CHECK(!f.a.is_running());
    CHECK(!self->failed());
    CHECK(!self->is_running()); // it has not been stopped, either
}

TEST_CASE("run_all: in the body of another loop, with which it is cancelled")
{
    joint_loops f;
    std::optional<tasks::loop<>> outer;
    outer.emplace(f.s.io, tasks::options{.every = 1h, .name = "outer"}, [&]() -> task {
        co_await tasks::run_all(f.a, f.b);
        f.s.note("both");
    });
    bool slow_end = false;
    f.b.after_loop([&]() -> task {
        if (slow_end)
            co_await pause(5s);
    });
    outer->start();
    f.s.time.advance(500ms);
    SECTION("not at all")
    {
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 11s a, 12s b, 21s a, 21s both");
    }
    SECTION("stop() lets it go on")
    {
        outer->stop();
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 11s a, 12s b, 21s a, 21s both");
    }
    SECTION("cancel() cancels the inner ones")
    {
        slow_end = true;
        outer->cancel();
        f.s.time.run_until_idle();
        CHECK(!f.a.is_running());
        CHECK(outer->is_running()); // until they have ended
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "5500ms both");
    }
    SECTION("destroyed, the inner ones are cancelled")
    {
        outer.reset();
        f.s.time.run_until_idle();
        CHECK(!f.a.is_running());
        CHECK(!f.b.is_running());
        CHECK(f.s.trace() == ""); // no statement follows
    }
    f.s.time.advance(60s);
    CHECK(!f.a.is_running());
    CHECK(!f.b.is_running());
}

TEST_CASE("run_all: its loops may be variables of the coroutine that awaits it")
{
    virtual_context s;
    asio::co_spawn(
        s.io,
        [&]() -> task {
            std::string state = "alive";
            tasks::loop local{s.io, {.every = 1s, .count = 2}, [&]() -> task {
                                  co_await pause(100ms);
                                  s.note(state);
                              }};
            tasks::loop endless{s.io, 1s, [&]() -> task {
                                    co_await pause(100ms);
                                    if (!local.is_running())
                                        throw std::runtime_error{state};
                                }};
            endless.error([](std::exception_ptr const&) {});
            co_await tasks::run_all(local, endless);
        },
        ending_noted{&s});
    s.time.advance(60s);
    CHECK(s.trace() == "100ms alive, 1100ms alive, 1100ms alive");
}

TEST_CASE("run_all: a run that restart() begins is not part of it")
{
    joint_loops f;
    f.spawn(tasks::run_all(f.a, f.b));
    f.s.time.advance(5s);
    f.b.restart();
    f.s.time.run_until_idle();
    SECTION("it is not waited for")
    {
        f.a.stop();
        f.s.time.run_until_idle();
        CHECK(f.s.trace() == "1s a, 2s b, 5s all");
        CHECK(f.b.is_running());
    }
    SECTION("nor stopped")
    {
        f.fails = "a";
        f.s.time.advance(10s);
        CHECK(f.s.trace() == "1s a, 2s b, 7s b, 11s a, 11s a failed");
        CHECK(f.b.is_running());
    }
    SECTION("nor cancelled")
    {
        f.signal.emit(asio::cancellation_type::terminal);
        f.s.time.run_until_idle();
        CHECK(f.s.trace() == "1s a, 2s b, 5s all");
        CHECK(f.b.is_running());
    }
}

TEST_CASE("run_all: a restart() that is still to come is revoked with the run")
{
    joint_loops f;
    f.fails = "a";
    f.b.after_loop([] { return pause(20s); });
    f.spawn(tasks::run_all(f.a, f.b));
    f.s.time.advance(500ms);
    f.b.restart(); // cancels the run, whose after hook takes until 20.5 s
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "1s a, 20500ms a failed");
    CHECK(!f.b.is_running());
}

TEST_CASE("run_all: the same loop twice")
{
    joint_loops f;
    SECTION("idle")
    {
        f.spawn(tasks::run_all(f.a, f.a));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 11s a, 21s a, 21s all");
    }
    SECTION("that fails")
    {
        f.fails = "b";
        f.spawn(tasks::run_all(f.b, f.a, f.b));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 2s b failed");
    }
}

TEST_CASE("run_all: nothing at all ends at once")
{
    joint_loops f;
    f.spawn(tasks::run_all());
    f.spawn(tasks::run_all(std::vector<tasks::loop_base*>{}));
    f.spawn(tasks::run_all({nullptr, nullptr}));
    CHECK(f.s.trace() == "0s all, 0s all, 0s all");
}

TEST_CASE("run_all and run_any: containers of loops, and of pointers to loops")
{
    virtual_context s;
    tasks::options const short_one{.every = 10s, .count = 1, .name = "short"};
    tasks::options const long_one{.every = 10s, .count = 9, .name = "long"};
    auto const body = [] { return pause(1s); };
    auto const expect = [&](auto& loops, std::string const& first) {
        asio::co_spawn(s.io, tasks::run_all(loops), ending_noted{&s});
        auto const began = s.time.elapsed();
        s.time.advance(1h);
        CHECK(s.trace() == text(began + 81s) + " all");
        auto const again = s.time.elapsed();
        asio::co_spawn(s.io, tasks::run_any(loops), ending_noted{&s});
        s.time.advance(1h);
        CHECK(s.trace() == text(again + 1s) + " any " + first);
    };
    SECTION("of loops")
    {
        std::list<tasks::loop<>> list;
        list.emplace_back(s.io, long_one, body);
        list.emplace_back(s.io, short_one, body);
        expect(list, "1");
        std::deque<tasks::loop<>> deque;
        deque.emplace_back(s.io, short_one, body);
        deque.emplace_back(s.io, long_one, body);
        expect(deque, "0");
    }
    SECTION("of pointers, of which the null pointers count as positions")
    {
        std::vector<std::unique_ptr<tasks::loop<>>> owning;
        owning.push_back(std::make_unique<tasks::loop<>>(s.io, long_one, body));
        owning.push_back(nullptr);
        owning.push_back(std::make_unique<tasks::loop<>>(s.io, short_one, body));
        expect(owning, "2");
        tasks::loop<>* const pointers[] = {nullptr, owning[2].get(), owning[0].get()};
        expect(pointers, "1");
        std::vector<tasks::loop_base*> bases{nullptr, nullptr, owning[0].get(), owning[2].get()};
        expect(bases, "3");
        std::vector<tasks::loop_base*> const constant = bases;
        expect(constant, "3");
        asio::co_spawn(s.io, tasks::run_any({nullptr, owning[2].get()}), ending_noted{&s});
        s.time.advance(1h);
        CHECK(has(s.trace(), "any 1"));
    }
}

TEST_CASE("run_all: the loops are stopped if the context of the caller goes away")
{
    joint_loops f;
    auto callers = std::make_unique<asio::io_context>();
    auto const frame = std::make_shared<int>(0);
    asio::co_spawn(
        *callers,
        [](std::shared_ptr<int>, tasks::loop<>& a, tasks::loop<>& b) -> task {
            co_await tasks::run_all(a, b);
        }(frame, f.a, f.b),
        asio::detached);
    f.s.time.run_until_idle();
    callers->poll();
    f.s.time.advance(500ms);
    CHECK(f.a.is_running());
    CHECK(frame.use_count() == 2);
    callers.reset();
    CHECK(frame.use_count() == 1);
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "1s a, 2s b");
    CHECK(!f.a.is_running());
    CHECK(!f.b.is_running());
}

TEST_CASE("run_all: the context of the caller and the loops goes away")
{
    auto const frame = std::make_shared<int>(0);
    auto const step = GENERATE(0, 1, 2);
    CAPTURE(step);
    std::optional<virtual_context> s{std::in_place};
    std::optional<tasks::loop<>> a{std::in_place, s->io, 10s, [frame] { return pause(1s); }};
    std::optional<tasks::loop<>> b{std::in_place, s->io, tasks::day_at(3h), [frame] {}};
    asio::co_spawn(
        s->io,
        [](std::shared_ptr<int>, tasks::loop<>& x, tasks::loop<>& y) -> task {
            co_await tasks::run_all(x, y);
        }(frame, *a, *b),
        asio::detached);
    if (step > 0)
        s->time.run_until_idle();
    if (step > 1)
        s->time.advance(5s);
    s.reset();
    CHECK(frame.use_count() == 3); // the bodies
    CHECK(!a->is_running());
    CHECK(!b->is_running());
    a.reset();
    b.reset();
    CHECK(frame.use_count() == 1);
}

TEST_CASE("run_any: the first that ends stops the others, and it returns the position")
{
    joint_loops f;
    SECTION("the last in the list")
    {
        f.spawn(tasks::run_any(f.a, f.b));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 11s a, 12s b, 12s any 1");
    }
    SECTION("the first in the list")
    {
        f.spawn(tasks::run_any(f.b, f.a));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 11s a, 12s b, 12s any 0");
    }
    SECTION("by stop(), and the other finishes what it is at")
    {
        f.spawn(tasks::run_any(f.a, f.b));
        f.s.time.advance(11500ms);
        f.a.stop();
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 11s a, 12s b, 12s any 0");
    }
    SECTION("by cancel()")
    {
        f.spawn(tasks::run_any(f.a, f.b));
        f.s.time.advance(5s);
        f.b.cancel();
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 5s any 1");
    }
    SECTION("by restart(), of which the new run goes on")
    {
        f.spawn(tasks::run_any(f.a, f.b));
        f.s.time.advance(5s);
        f.b.restart();
        f.s.time.run_until_idle();
        CHECK(f.s.trace() == "1s a, 2s b, 5s any 1");
        CHECK(f.b.is_running());
        f.b.cancel();
        f.s.time.run_until_idle();
    }
    SECTION("a single one")
    {
        f.spawn(tasks::run_any(f.b));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "2s b, 12s b, 12s any 0");
    }
    SECTION("one that is given twice")
    {
        f.spawn(tasks::run_any(f.a, f.b, f.b));
        f.s.time.advance(60s);
        CHECK(has(f.s.trace(), "12s any 1"));
    }
    CHECK(!f.a.is_running());
    CHECK(!f.b.is_running());
}

TEST_CASE("run_any: throws the failure of the first that ends, and of no other")
{
    joint_loops f;
    SECTION("the first")
    {
        f.fails = "a";
        f.spawn(tasks::run_any(f.a, f.b));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 2s a failed");
    }
    SECTION("another, which is reported by its loop")
    {
        f.spawn(tasks::run_any(f.a, f.b));
        f.s.time.advance(11500ms);
        f.fails = "b";
        f.a.stop();
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s a, 2s b, 11s a, 12s b, 12s any 0");
        CHECK(has(f.log.lines.back(), "b failed"));
    }
    SECTION("one that cannot be started")
    {
        tasks::loop greeter{f.s.io, {.every = 10s, .name = "greeter"}, [](int) {}};
        f.spawn(tasks::run_any(f.a, greeter));
        CHECK(has(f.s.trace(), "0s tasks: loop 'greeter': run_any() cannot pass the arguments"));
    }
    SECTION("one that is destroyed")
    {
        std::optional<tasks::loop<>> victim{std::in_place, f.s.io, 10s, [] {}};
        f.spawn(tasks::run_any(f.a, *victim));
        f.s.time.advance(5s);
        victim.reset();
        f.s.time.run_until_idle();
        CHECK(has(f.s.trace(), "5s tasks: loop '' was destroyed"));
    }
    CHECK(!f.a.is_running());
}

TEST_CASE("run_any: cancellation is handed on, and it returns the first that ends by it")
{
    joint_loops f;
    f.a.after_loop([] { return pause(5s); });
    f.spawn(tasks::run_any(f.a, f.b));
    f.s.time.advance(500ms);
    f.signal.emit(asio::cancellation_type::terminal);
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "5500ms any 1");
}

TEST_CASE("run_any: in a body of one of the loops it is refused")
{
    joint_loops f;
    std::optional<tasks::loop<>> self;
    self.emplace(f.s.io, tasks::options{.every = 10s, .count = 1, .name = "self"}, [&]() -> task {
        try {
            co_await tasks::run_any(f.a, *self);
        } catch (std::logic_error const& e) {
            f.s.note(e.what());
        }
    });
    self->start();
    f.s.time.advance(1s);
    CHECK(has(f.s.trace(), "tasks: loop 'self': run_any() in the loop's own body"));
    CHECK(!f.a.is_running());
}

TEST_CASE("run_any: of a container without loops is refused by the call")
{
    std::string const refusal =
        "tasks: run_any() of no loop: needs one, because it waits for the first that ends";
    std::vector<tasks::loop_base*> none;
    CHECK(thrown<tasks::bad_option>([&] { static_cast<void>(tasks::run_any(none)); }) == refusal);
    none.push_back(nullptr);
    CHECK(thrown<tasks::bad_option>([&] { static_cast<void>(tasks::run_any(none)); }) == refusal);
    std::deque<tasks::loop<>> no_loops;
    CHECK(thrown<tasks::bad_option>([&] { static_cast<void>(tasks::run_any(no_loops)); }) == refusal);
}
