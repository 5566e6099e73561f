// SPDX-License-Identifier: MIT
#include "group/night.hpp"
#include "support/catch.hpp"
#include "support/thrown.hpp"

#include <tasks/base/errors.hpp>
#include <tasks/group/detail/ring.hpp>
#include <tasks/loop/observers.hpp>
#include <tasks/loop/text.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace test;

namespace {

/// `02:10 ran`, `02:20 running`, …, in the order of the records.
std::string trace(std::vector<tasks::iteration_record> const& iterations)
{
    std::string all;
    for (auto const& r : iterations)
        all += (all.empty() ? "" : ", ") + text(r.slot).substr(11, 5) + ' ' +
               (r.in_flight() ? "running" : std::string{to_string(r.what.value())});
    return all;
}

} // namespace

TEST_CASE("history: an iteration in progress, and once it has ended")
{
    night n;
    n.takes("02:20", 21min).start().until("02:25");
    auto const running = n.recent.last("job").value();
    CHECK(running.number == 1);
    CHECK(running.cause == tasks::cause::scheduled);
    CHECK(running.slot == tonight("02:20"));
    CHECK(running.start == tonight("02:20"));
    CHECK(running.attempts == 1);
    CHECK(running.in_flight());
    CHECK(!running.end);
    CHECK(!running.what);
    CHECK(!running.retry);
    CHECK(running.error.empty());

    n.until("02:41");
    auto const all = n.recent.of("job").iterations;
    CHECK(trace(all) == "02:10 succeeded, 02:20 succeeded, 02:40 succeeded");
    CHECK(!all[1].in_flight());
    CHECK(all[1].end == tonight("02:41"));
    CHECK(all[1].duration == 21min);
    CHECK(all[1].coalesced == 0);
    CHECK(all[2].number == 2);
    CHECK(all[2].start == tonight("02:41"));
    CHECK(all[2].lateness == 1min);
    CHECK(all[2].coalesced == 1);
    CHECK(all[2].cause == tasks::cause::coalesced);
}

TEST_CASE("history: slots without an iteration of their own")
{
    night n;
    n.takes("02:20", 31min).start().until("03:00");
    n.job->pause();
    n.until("03:25");
    n.job->resume();
    n.until("03:26");
    auto const slots = n.recent.of("job").slots;
    REQUIRE(slots.size() == 2);
    CHECK(slots[0].what == tasks::decision::coalesced);
    CHECK(slots[0].cause == tasks::miss_cause::none);
    CHECK(slots[0].first == tonight("02:30"));
    CHECK(slots[0].last == tonight("02:40"));
    CHECK(slots[0].count == 2);
    CHECK(!slots[0].at_least);
    CHECK(slots[0].number == 2);
    CHECK(slots[0].decided == tonight("02:51"));
    CHECK(slots[1].what == tasks::decision::missed);
    CHECK(slots[1].cause == tasks::miss_cause::paused);
    CHECK(slots[1].first == tonight("03:10"));
    CHECK(slots[1].last == tonight("03:20"));
    CHECK(slots[1].decided == tonight("03:25"));
}

TEST_CASE("history: the attempts of an iteration")
{
    night n;
    n.takes("02:20", 1min, connection_lost).start().until("02:22");
    auto r = n.recent.last("job").value();
    CHECK(r.in_flight());
    CHECK(r.attempts == 1);
    CHECK(r.what == tasks::outcome::failed);
    CHECK(r.retry == tonight("02:26"));
    CHECK(r.error == "Connection reset by peer");
    n.attempt_takes("02:20", 1, 2min).until("02:27");
    r = n.recent.last("job").value();
    CHECK(r.in_flight());
    CHECK(r.attempts == 2);
    CHECK(!r.retry);
    n.until("02:28");
    r = n.recent.last("job").value();
    CHECK(!r.in_flight());
    CHECK(r.end == tonight("02:28"));
    CHECK(r.what == tasks::outcome::succeeded);
    CHECK(r.attempts == 2);
    CHECK(r.duration == 3min);
    CHECK(r.error == "Connection reset by peer");

    n.takes("02:30", 1min, connection_lost).until("02:33");
    n.job->cancel();
    n.until("02:34");
    r = n.recent.last("job").value();
    CHECK(!r.in_flight());
    CHECK(r.end == tonight("02:33"));
    CHECK(r.retry == tonight("02:36"));
    CHECK(r.what == tasks::outcome::failed);
    CHECK(r.duration == 1min);
}

TEST_CASE("history: a delay that does not end")
{
    struct never_again {
        std::chrono::nanoseconds next(unsigned) const { return (std::chrono::nanoseconds::max)(); }
    };
    virtual_context s;
    tasks::history recent{1};
    tasks::loop<> loop{s.io, {.every = 1s, .backoff = never_again{}, .name = "job"}, connection_lost};
    loop.observe(recent).start();
    s.time.advance(1s);
    CHECK(recent.last("job").value().retry == (tasks::time_point::max)());
}

TEST_CASE("history: runs")
{
    night n;
    n.takes("02:10", 5min, no_such_table).start().until("02:17");
    n.start().until("02:18");
    n.job->restart();
    n.until("02:19");
    auto const runs = n.recent.of("job").runs;
    REQUIRE(runs.size() == 3);
    CHECK(runs[0].start == tonight("02:00"));
    CHECK(runs[0].end == tonight("02:15"));
    CHECK(runs[0].reason == tasks::exit_reason::failed);
    CHECK(runs[0].error == "no such table");
    CHECK(!runs[0].restarted);
    CHECK(runs[1].start == tonight("02:17"));
    CHECK(runs[1].end == tonight("02:18"));
    CHECK(runs[1].reason == tasks::exit_reason::cancelled);
    CHECK(runs[1].error.empty());
    CHECK(!runs[1].restarted);
    CHECK(runs[2].start == tonight("02:18"));
    CHECK(runs[2].restarted);
    CHECK(runs[2].in_progress());
}

TEST_CASE("history: no more is kept than asked for, the oldest goes first")
{
    night n{{.missed = tasks::missed::forbid}, 3};
    n.takes("02:20", 15min).start().until("02:55");
    CHECK(trace(n.recent.of("job").iterations) == "02:20 succeeded, 02:40 succeeded, 02:50 succeeded");
    CHECK(n.recent.of("job").slots.size() == 1);
    CHECK(n.recent.of("job").forgotten == tonight("02:10"));
    for (auto const* const slot : {"03:00", "03:20", "03:40"})
        n.takes(slot, 15min);
    n.until("03:56");
    auto const h = n.recent.of("job");
    CHECK(trace(h.iterations) == "03:00 succeeded, 03:20 succeeded, 03:40 succeeded");
    REQUIRE(h.slots.size() == 3);
    CHECK(h.slots[0].first == tonight("03:10"));
    CHECK(h.slots[2].first == tonight("03:50"));
    CHECK(h.forgotten == tonight("02:50"));
}

TEST_CASE("history: more iterations in flight than are kept")
{
    tasks::options o;
    o.overlap = tasks::unlimited;
    night n{o, 2};
    for (auto const* const slot : {"02:10", "02:20", "02:30"})
        n.takes(slot, 45min);
    n.start().until("02:35");
    CHECK(trace(n.recent.of("job").iterations) == "02:20 running, 02:30 running");
    n.until("03:06"); // the end of the one that was forgotten finds nobody
    CHECK(trace(n.recent.of("job").iterations) == "02:50 succeeded, 03:00 succeeded");
    n.until("04:00");
    CHECK(n.log.lines.empty());
}

TEST_CASE("history: iterations in flight, each with an end of its own")
{
    tasks::options o;
    o.overlap = 3;
    night n{o};
    n.takes("02:10", 25min).takes("02:20", 5min, connection_lost).takes("02:30", 2min);
    n.attempt_takes("02:20", 1, 1min).start().until("02:30:30");
    CHECK(trace(n.recent.of("job").iterations) == "02:10 running, 02:20 running, 02:30 running");
    CHECK(n.recent.of("job").iterations[1].attempts == 2);
    n.until("02:34");
    CHECK(trace(n.recent.of("job").iterations) == "02:10 running, 02:20 succeeded, 02:30 succeeded");
    n.until("02:36");
    CHECK(trace(n.recent.of("job").iterations) == "02:10 succeeded, 02:20 succeeded, 02:30 succeeded");
    CHECK(n.recent.of("job").iterations[1].end == tonight("02:31"));
}

TEST_CASE("history: numbers that repeat in another run at the same instant")
{
    virtual_context s;
    tasks::history recent{50};
    int attempts = 0;
    tasks::loop<> loop{s.io, {.every = 1s, .name = "job"}, [&]() -> task {
                           if (++attempts == 1)
                               co_await pause(1h);
                       }};
    loop.observe(recent).start();
    s.time.run_until_idle();
    loop.restart();
    s.time.run_until_idle();
    auto const all = recent.of("job").iterations;
    REQUIRE(all.size() == 2);
    CHECK(all[0].number == all[1].number);
    CHECK(all[0].slot == all[1].slot);
    CHECK(all[0].what == tasks::outcome::cancelled);
    CHECK(all[0].error.empty());
    CHECK(all[1].what == tasks::outcome::succeeded);
}

TEST_CASE("history: an iteration whose operation destroys its handler never ends, and its run does")
{
    virtual_context s;
    captured_log log;
    tasks::history recent{50};
    tasks::loop<> loop{s.io, {.every = 1s, .name = "job"}, []() -> task {
                           co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(
                               [](auto handler) { static_cast<void>(handler); }, asio::use_awaitable);
                       }};
    loop.observe(recent).start();
    s.time.advance(10s);
    auto const h = recent.of("job");
    REQUIRE(h.iterations.size() == 1);
    CHECK(h.iterations[0].abandoned);
    CHECK(!h.iterations[0].end);
    REQUIRE(h.runs.size() == 1);
    CHECK(h.runs[0].end);
    CHECK(!h.runs[0].abandoned);
    CHECK(h.runs[0].reason == tasks::exit_reason::failed);
    CHECK(has(h.runs[0].error, "destroyed"));
}

TEST_CASE("history: a loop that was destroyed is known when the next of its name runs")
{
    virtual_context s;
    tasks::history recent{50};
    for (int i = 0; i < 2; ++i) {
        tasks::loop<> loop{s.io, {.every = 1s, .name = "job"}, [] { return pause(1h); }};
        loop.observe(recent).start();
        s.time.advance(10s);
    }
    auto const h = recent.of("job");
    REQUIRE(h.runs.size() == 2);
    CHECK(h.runs[0].abandoned);
    CHECK(h.runs[1].in_progress());
    REQUIRE(h.iterations.size() == 2);
    CHECK(h.iterations[0].abandoned);
    CHECK(h.iterations[1].in_flight());
}

TEST_CASE("history: loops by name, beside other observers")
{
    struct counting {
        int ends = 0;
        void on_run_ended(tasks::run_ended const&) { ++ends; }
    } counted;
    virtual_context s;
    tasks::history recent{50};
    tasks::loop<> poll{s.io, {.every = 1s, .count = 3, .name = "poll"}, [] {}};
    tasks::loop<> clean{s.io, {.every = 1s, .count = 2, .name = "clean"}, [] {}};
    CHECK(recent.names().empty());
    poll.observe(tasks::observers(recent, counted)).start();
    clean.observe(tasks::observers(counted, recent)).start();
    s.time.advance(10s);
    CHECK(recent.names() == std::vector<std::string>{"clean", "poll"});
    CHECK(recent.of("poll").iterations.size() == 3);
    CHECK(recent.of("clean").iterations.size() == 2);
    CHECK(counted.ends == 2);
    CHECK(recent.of("none").iterations.empty());
    CHECK(recent.of("none").runs.empty());
    CHECK(!recent.last("none"));
    CHECK(recent.last("poll").value().number == 2);
}

TEST_CASE("history: a run without an iteration has no last one")
{
    night n;
    n.start().until("02:05");
    CHECK(!n.recent.last("job"));
    CHECK(n.recent.of("job").runs.size() == 1);
}

TEST_CASE("history: it keeps something, or it cannot be made")
{
    CHECK(thrown<tasks::bad_option>([] { tasks::history{0}; }) ==
          "tasks: a history keeps 0 iterations of each loop, but it must keep at least 1");
    CHECK(thrown<tasks::bad_option>([] { tasks::history{-7}; }) ==
          "tasks: a history keeps -7 iterations of each loop, but it must keep at least 1");
    CHECK_NOTHROW(tasks::history{1});
}

TEST_CASE("history: of a long error it keeps 1,000 bytes, and no half of a character")
{
    night n{{.on_error = tasks::on_error::next_slot}};
    n.takes("02:10", 1s, [] { throw std::runtime_error{std::string(5'000, 'x')}; });
    n.takes("02:20", 1s, [] { throw std::runtime_error{std::string(999, 'x') + "\u00fc" + "y"}; });
    n.takes("02:30", 1s, [] { throw std::runtime_error{std::string(1'000, 'x')}; });
    n.takes("02:40", 1s, [] { throw std::runtime_error{std::string(998, 'x') + "\u00fc" + "y"}; });
    n.start().until("02:45");
    auto const all = n.recent.of("job").iterations;
    REQUIRE(all.size() == 4);
    CHECK(all[0].error == std::string(1'000, 'x'));
    CHECK(all[1].error == std::string(999, 'x'));
    CHECK(all[2].error == std::string(1'000, 'x'));
    CHECK(all[3].error == std::string(998, 'x') + "\u00fc");
}

TEST_CASE("history: an iteration has no error of the one whose place it takes")
{
    night n{{.on_error = tasks::on_error::next_slot}, 1};
    n.takes("02:10", 1s, no_such_table).start().until("02:15");
    CHECK(n.recent.last("job").value().error == "no such table");
    n.until("02:25");
    CHECK(n.recent.last("job").value().error.empty());
}

TEST_CASE("history: it keeps no exception")
{
    struct counted_error : std::runtime_error {
        explicit counted_error(std::shared_ptr<int> l)
            : std::runtime_error{"boom"}
            , lifetime{std::move(l)}
        {
        }
        std::shared_ptr<int> lifetime;
    };
    auto const lifetime = std::make_shared<int>(0);
    tasks::history recent{50};
    {
        virtual_context s;
        captured_log log;
        tasks::loop<> loop{s.io, {.every = 1s, .name = "job"}, [&] { throw counted_error{lifetime}; }};
        loop.observe(recent).start();
        s.time.advance(1s);
        CHECK(recent.last("job").value().error == "boom");
        CHECK(recent.of("job").runs[0].error == "boom");
    }
    CHECK(lifetime.use_count() == 1);
}

TEST_CASE("history: what another observer throws does not reach it")
{
    struct broken {
        void on_attempt_begun(tasks::attempt_begun const&) { throw std::runtime_error{"broken"}; }
    } bad;
    captured_log log;
    virtual_context s;
    tasks::history recent{50};
    tasks::loop<> loop{s.io, {.every = 1s, .count = 3, .name = "job"}, [] {}};
    loop.observe(tasks::observers(bad, recent)).start();
    s.time.advance(10s);
    CHECK(recent.of("job").iterations.size() == 3);
    CHECK(log.lines.size() == 3);
}

TEST_CASE("ring: the last elements, in order, however many there were")
{
    for (std::size_t const most : {1U, 2U, 3U, 7U}) {
        tasks::detail::ring<int> r{most};
        std::vector<int> expected;
        for (int i = 0; i < 20; ++i) {
            CHECK(r.full() == (expected.size() == most));
            r.add() = i;
            expected.push_back(i);
            if (expected.size() > most)
                expected.erase(expected.begin());
            CHECK(r.copy() == expected);
            CHECK(r.size() == expected.size());
            CHECK(r[r.size() - 1] == i);
            auto const* const even = r.find_newest([](int x) { return x % 2 == 0; });
            CHECK((even ? *even : -1) == (i % 2 == 0 ? i : most > 1 ? i - 1 : -1));
        }
    }
}
