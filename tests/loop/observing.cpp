// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/version.hpp>

using namespace test;

namespace {

struct only_slots {
    int slots = 0;
    void on_slot(tasks::slot_decided const& e)
    {
        CHECK(e.loop == "named");
        slots += static_cast<int>(e.count);
    }
};
struct almost {
    void on_slots(tasks::slot_decided const&) {}
};
struct const_members {
    int* runs;
    void on_run_ended(tasks::run_ended const&) const { ++*runs; }
};

static_assert(tasks::detail::sees_anything<only_slots>);
static_assert(!tasks::detail::sees_anything<almost>);

} // namespace

TEST_CASE("observer: any subset of the members")
{
    virtual_context s;
    only_slots slots;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 3, .name = "named"}, [] {}};
    loop.observe(slots).start();
    s.time.advance(10s);
    CHECK(slots.slots == 3);

    int runs = 0;
    const_members const other{&runs};
    loop.observe(other).start(); // replaces the previous one
    s.time.advance(10s);
    CHECK(runs == 1);
    CHECK(slots.slots == 3);
}

TEST_CASE("observer: shared ownership")
{
    virtual_context s;
    auto shared = std::make_shared<only_slots>();
    {
        tasks::loop<> loop{s.io, {.every = 1s, .count = 3, .name = "named"}, [] {}};
        loop.observe(shared);
        CHECK(shared.use_count() == 2);
        loop.start();
        s.time.advance(10s);
    }
    CHECK(shared.use_count() == 1);
    CHECK(shared->slots == 3);
}

TEST_CASE("observer: one that throws is reported, and the run goes on")
{
    struct broken {
        void on_run_started(tasks::run_started const&) { throw std::runtime_error{"observer"}; }
    } observer;
    virtual_context s;
    captured_log log;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1}, [&] { s.note("body"); }};
    loop.observe(observer).start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s body");
    CHECK(log.only_record_has("observer"));
    CHECK(!loop.failed());
}

TEST_CASE("observer: attempts with their outcome, in order")
{
    struct none {
        std::chrono::nanoseconds next(unsigned) const { return 0s; }
    };
    virtual_context s;
    full_log observer{{s}};
    int n = 0;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1, .backoff = none{}}, [&] {
                           if (n++ == 0)
                               connection_lost();
                       }};
    loop.observe(observer).start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s run, 0s failed, 0s retry 1 in 0s, 0s succeeded, 0s ended(completed)");
}

TEST_CASE(
    "hooks cannot be set while a run is in progress, not even during its own hooks, afterwards they can")
{
    virtual_context s;
    int refused = 0;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1}, [] {}};
    auto const try_it = [&] {
        try {
            loop.after_loop([&] { s.note("wrong"); });
        } catch (tasks::already_running const&) {
            ++refused;
        }
    };
    loop.before_loop(try_it).after_loop([&] {
        try_it();
        s.note("right");
    });
    loop.start();
    try_it();
    s.time.advance(10s);
    CHECK(refused == 3);
    CHECK(s.trace() == "0s right");
    CHECK_NOTHROW(loop.after_loop([&] { s.note("new"); }));
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "10s new");
    CHECK(refused == 4);
}

TEST_CASE(
    "observer: the drift of the wall clock is no step, also if change_interval() is the first to see it")
{
    struct steps {
        virtual_context& s;
        void on_clock_stepped(tasks::clock_stepped const& e) const { s.note("step " + text(e.step)); }
    };
    virtual_context s;
    steps const seen{s};
    tasks::loop<> loop{s.io, tasks::day_at{"06:00"}, [] {}};
    loop.observe(seen).start();
    s.time.advance(1s);
    s.time.step_wall_clock(500ms);
    loop.change_interval(tasks::day_at{"07:00"});
    s.time.advance(1s);
    CHECK(s.trace() == "");
    s.time.step_wall_clock(2s);
    loop.change_interval(tasks::day_at{"08:00"});
    s.time.advance(1s);
    CHECK(s.trace() == "2s step 2s");
}

TEST_CASE("log: the sink is exchanged, and an empty one silences")
{
    int first = 0;
    auto const original = tasks::set_log_sink([&](tasks::log_record const&) { ++first; });
    auto const report = [] { tasks::detail::report({.loop = "l", .what = "w", .exception = nullptr}); };
    report();
    CHECK(first == 1);
    auto const mine = tasks::set_log_sink({});
    CHECK(mine);
    report();
    CHECK(first == 1);
    CHECK(!tasks::set_log_sink(mine));
    report();
    CHECK(first == 2);
    tasks::set_log_sink(original);
}

TEST_CASE("what() of any exception")
{
    CHECK(tasks::what(nullptr) == "no exception");
    CHECK(tasks::what(std::make_exception_ptr(std::runtime_error{"boom"})) == "boom");
    CHECK(tasks::what(std::make_exception_ptr(7)) == "exception of type int");
}

TEST_CASE("options: the defaults, and overlap and missed as values")
{
    tasks::options const o;
    CHECK(o.every.empty());
    CHECK(!o.count);
    CHECK(o.reconnect);
    CHECK(o.missed == tasks::missed::coalesce);
    CHECK(!o.overlap.is_unlimited());
    CHECK(o.overlap.allows(0));
    CHECK(!o.overlap.allows(1));
    CHECK(o.name.empty());
    CHECK(tasks::overlap{3}.allows(2));
    CHECK(!tasks::overlap{3}.allows(3));
    CHECK(tasks::overlap{tasks::unlimited}.allows(1'000'000));
    CHECK(tasks::missed::catch_up(3) != tasks::missed::catch_up(4));
    CHECK(tasks::missed::catch_up(3).max() == 3);
    CHECK(TASKS_VERSION == TASKS_VERSION_MAJOR * 10000 + TASKS_VERSION_MINOR * 100 + TASKS_VERSION_PATCH);
    static_assert(std::is_same_v<tasks::loop<>, tasks::loop<void()>>);
}

TEST_CASE("observer: one that is shared may replace itself when it is told the end of a run")
{
    struct replacing {
        tasks::loop<>* loop;
        virtual_context* s;
        std::string who;
        void on_run_ended(tasks::run_ended const&)
        {
            if (who == "first")
                loop->observe(std::make_shared<replacing>(loop, s, "second"));
            s->note(who + " is told, and still there");
        }
        replacing(tasks::loop<>* l, virtual_context* st, std::string w)
            : loop{l}
            , s{st}
            , who{std::move(w)}
        {
        }
        ~replacing() { s->note(who + " goes"); }
    };
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1}, [] {}};
    loop.observe(std::make_shared<replacing>(&loop, &s, "first"));
    for (int i = 0; i < 2; ++i) {
        loop.start();
        s.time.advance(5s);
    }
    CHECK(s.trace() ==
          "0s first is told, and still there, 0s first goes, 5s second is told, and still there");
}

TEST_CASE("observer: an event of a run or an attempt says when it happened, by the wall clock")
{
    struct times {
        virtual_context& s;
        void on_run_started(tasks::run_started const& e) const { s.note("run " + s.when(e.when)); }
        void on_attempt_ended(tasks::attempt_ended const& e) const { s.note("attempt " + s.when(e.when)); }
        void on_run_ended(tasks::run_ended const& e) const { s.note("end " + s.when(e.when)); }
    };
    struct three_seconds {
        std::chrono::nanoseconds next(unsigned) const { return 3s; }
    };
    virtual_context s;
    times const seen{s};
    int attempts = 0;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1, .backoff = three_seconds{}}, [&]() -> task {
                           co_await pause(2s);
                           s.time.step_wall_clock(1h); // an attempt's duration does not show that
                           if (attempts++ == 0)
                               connection_lost();
                       }};
    loop.after_loop([]() -> task { co_await pause(1s); }).observe(seen).start();
    s.time.advance(4s);
    loop.restart();
    s.time.advance(20s);
    CHECK(s.trace() == "0s run 0s, 2s attempt 3602s, 5s end 3605s, 5s run 3605s, 7s attempt 7207s, "
                       "8s end 7208s");
}
