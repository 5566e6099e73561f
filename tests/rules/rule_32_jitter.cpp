// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

#include <algorithm>
#include <memory>

using namespace test;
using tasks::missed;

namespace {

/// What a `noting_jitter` was asked.
struct draws {
    virtual_context* s = nullptr;
    int count = 0;
};

/// A jitter that notes each slot that it is asked about: `5s j(10s)`; the answers are 1 s, 2 s, 3 s, …
struct noting_jitter {
    std::shared_ptr<draws> to = std::make_shared<draws>();

    [[nodiscard]] std::chrono::nanoseconds next(tasks::iteration const& it) const
    {
        to->s->note("j(" + to->s->when(it.slot) + ")");
        return ++to->count * 1s;
    }
};

struct listed_seconds {
    std::vector<int> answers;
    std::shared_ptr<std::size_t> asked = std::make_shared<std::size_t>(0);

    [[nodiscard]] std::chrono::nanoseconds next(tasks::iteration const&) const
    {
        return answers[std::min((*asked)++, answers.size() - 1)] * 1s;
    }
};

struct broken_jitter {
    [[nodiscard]] static std::chrono::nanoseconds next(tasks::iteration const&)
    {
        throw std::runtime_error{"no luck"};
    }
};

/// A loop whose jitter notes what it is asked about.
class loop_with_draws : public noted_loop {
public:
    explicit loop_with_draws(tasks::schedule every, noting_jitter j = {})
        : noted_loop{{.every = std::move(every), .jitter = j}}
    {
        j.to->s = &s;
    }
};

} // namespace

TEST_CASE("rule 32: an iteration starts at its slot and the jitter")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{2s}}};
    f.start();
    f.advance(35s);
    CHECK(f.trace() == "0s 0s, 12s 10s, 22s 20s, 32s 30s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s ran, 30s ran");
}

TEST_CASE("rule 32: there is none by default")
{
    CHECK_FALSE(tasks::options{}.jitter);
    CHECK_FALSE(tasks::jitter{0s});
}

TEST_CASE("rule 32: slot and next_iteration() know nothing of it, and lateness includes it")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{2s}}};
    std::string late;
    f.first = [&](tasks::iteration const& it) { late += text(it.lateness) + " "; };
    f.start();
    f.advance(5s);
    CHECK(f.next() == "10s");
    f.advance(6s); // during the jitter
    CHECK(f.next() == "10s");
    f.advance(1s);
    CHECK(f.next() == "20s");
    CHECK(late == "0s 2s ");
}

TEST_CASE("rule 32: one that is found overdue starts at once")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{2s}}};
    f.takes = {13s, 25s};
    f.start();
    f.advance(55s);
    // 10 s is overdue at 13 s, and 20 and 30 s are at 38 s
    CHECK(f.trace() == "0s 0s, 13s 10s, 38s 30s, 42s 40s, 52s 50s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s coalesced, 30s ran, 40s ran, 50s ran");
}

TEST_CASE("rule 32: a slot is waited for if it lay ahead while the loop was ready")
{
    SECTION("1 ns is enough")
    {
        noted_loop f{{.every = 10s, .jitter = constant_jitter{2s}}};
        f.takes = {10s - 1ns};
        f.start();
        f.advance(15s);
        CHECK(f.trace() == "0s 0s, 12s 10s");
    }
    SECTION("not one that comes due as a place gets free")
    {
        noted_loop f{{.every = 10s, .jitter = constant_jitter{2s}}};
        f.takes = {10s};
        f.start();
        f.advance(15s);
        CHECK(f.trace() == "0s 0s, 10s 10s");
    }
    SECTION("one that a late timer finds overdue was waited for")
    {
        noted_loop f{{.every = 10s, .jitter = constant_jitter{2s}}};
        f.start();
        f.advance(5s);
        f.s.time.suspend(6s); // over the slot, not over the jitter
        CHECK(f.trace() == "0s 0s");
        f.advance(1s);
        CHECK(f.trace() == "12s 10s");
    }
    SECTION("and, over its jitter, too, it is merely late")
    {
        noted_loop f{{.every = 10s, .jitter = constant_jitter{2s}}};
        f.start();
        f.advance(5s);
        f.s.time.suspend(10s);
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 15s 10s, 22s 20s");
    }
}

TEST_CASE("rule 32: the first slot has one if there is an initial delay, or if it is an instant")
{
    noted_loop plain{{.every = 10s, .jitter = constant_jitter{2s}}};
    noted_loop delayed{{.every = 10s, .initial_delay = 3s, .jitter = constant_jitter{2s}}};
    noted_loop times{{.every = tasks::day_at(3s), .jitter = constant_jitter{2s}}};
    for (auto* f : {&plain, &delayed, &times}) {
        f->start();
        f->advance(9s);
    }
    CHECK(plain.trace() == "0s 0s");
    CHECK(delayed.trace() == "5s 3s");
    CHECK(times.trace() == "5s 3s");
}

TEST_CASE("rule 32: the moment of a change_interval has none, and a later slot has")
{
    noted_loop f{{.every = 100s, .jitter = constant_jitter{2s}}};
    f.start();
    f.advance(50s);
    f.change(20s);
    f.advance(25s);
    CHECK(f.trace() == "0s 0s, 50s 50s, 72s 70s");
    f.change(30s);
    f.advance(10s);
    CHECK(f.trace() == "");
    f.advance(17s);
    CHECK(f.trace() == "102s 100s");
}

TEST_CASE("rule 32: interval 0 has none, except for a first slot that is delayed")
{
    noted_loop f{{.every = 0s, .count = 3, .initial_delay = 5s, .jitter = constant_jitter{2s}}};
    f.takes = {1s, 1s, 1s};
    f.start();
    f.advance(20s);
    CHECK(f.trace() == "7s 5s, 8s 8s, 9s 9s");

    noted_loop g{{.every = 0s, .count = 2, .jitter = constant_jitter{2s}}};
    g.takes = {1s, 1s};
    g.start();
    g.advance(20s);
    CHECK(g.trace() == "0s 0s, 1s 1s");
}

TEST_CASE("rule 32: slots that are met when one of several places gets free have none")
{
    noted_loop f{{.every = 10s, .overlap = 2, .jitter = constant_jitter{2s}}};
    f.takes = {40s, 13s};
    f.start();
    f.advance(35s);
    // 10 s was waited for beside the first; 20 s is met when the second ends, at 25 s; 30 s is waited for
    CHECK(f.trace() == "0s 0s, 12s 10s, 25s 20s, 32s 30s");
}

TEST_CASE("rule 32: it is drawn when the wait for the slot begins, of an iteration that is known")
{
    loop_with_draws f{10s};
    f.takes = {3s};
    f.start();
    f.advance(25s);
    CHECK(f.trace() == "0s 0s, 3s j(10s), 11s 10s, 11s j(20s), 22s 20s, 22s j(30s)");

    struct sees_number {
        std::string* all;
        [[nodiscard]] std::chrono::nanoseconds next(tasks::iteration const& it) const
        {
            *all += std::to_string(it.number) + "#" + std::to_string(it.attempt) + " ";
            return 1s;
        }
    };
    std::string all;
    noted_loop g{{.every = 10s, .jitter = sees_number{&all}}};
    g.start();
    g.advance(25s);
    CHECK(all == "1#0 2#0 3#0 ");
}

TEST_CASE("rule 32: it is not drawn for a slot that is not waited for")
{
    loop_with_draws f{10s};
    f.takes = {15s, 5s};
    f.start();
    f.advance(25s);
    // 10 s is overdue; 20 s comes due just as the iteration for 10 s ends
    CHECK(f.trace() == "0s 0s, 15s 10s, 20s 20s, 20s j(30s)");
}

TEST_CASE("rule 32: it is kept over pauses and requests")
{
    loop_with_draws f{10s};
    f.start();
    f.advance(3s);
    f.loop.pause();
    f.advance(2s);
    f.loop.resume();
    f.advance(1s);
    CHECK(f.loop.trigger());
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 0s j(10s), 6s 6s requested, 11s 10s, 11s j(20s)");
}

TEST_CASE("rule 32: a slot that moves is drawn anew")
{
    SECTION("change_interval")
    {
        loop_with_draws f{10s};
        f.start();
        f.advance(3s);
        f.change(20s);
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 0s j(10s), 3s j(20s), 22s 20s, 22s j(40s)");
    }
    SECTION("a fixed delay, behind a requested iteration")
    {
        loop_with_draws f{tasks::fixed_delay(10s)};
        f.start();
        f.advance(3s);
        CHECK(f.loop.trigger());
        f.advance(13s);
        CHECK(f.trace() == "0s 0s, 0s j(10s), 3s 3s requested, 3s j(13s), 15s 13s, 15s j(25s)");
    }
    SECTION("a clock that was set back")
    {
        loop_with_draws f{tasks::day_at(1h, 5h, 6h)};
        f.start();
        f.advance(2h);
        CHECK(f.trace() == text(0s) + " j(3600s), 3601s 3600s, 3601s j(18000s)");
        f.s.time.step_wall_clock(-5h);
        f.advance(1min);
        CHECK(f.trace().find("j(3600s)") != std::string::npos);
        CHECK(f.next() == "3600s");
        static_cast<void>(f.ledger.take_faults());
    }
}

TEST_CASE(
    "rule 32: from a duration it is drawn uniformly, up to nine tenths of the distance to the next slot")
{
    struct drawn {
        std::chrono::nanoseconds least, most, mean;
    };
    auto const draw = [](std::chrono::nanoseconds longest) {
        virtual_context s;
        std::vector<std::chrono::nanoseconds> all;
        tasks::loop<> loop{s.io, {.every = 10s, .jitter = longest}, [&](tasks::iteration const& it) {
                               if (it.number != 0)
                                   all.push_back(it.lateness);
                           }};
        loop.start();
        s.time.advance(20'010s - 1ns);
        REQUIRE(all.size() == 2000);
        auto const [least, most] = std::minmax_element(all.begin(), all.end());
        std::chrono::nanoseconds sum{0};
        for (auto const j : all)
            sum += j;
        return drawn{*least, *most, sum / 2000};
    };
    auto const free = draw(4s); // 2000 draws: the mean is 2 s, give or take 26 ms
    CHECK(free.least < 40ms);
    CHECK(free.most > 3960ms);
    CHECK(free.most <= 4s);
    CHECK(std::chrono::abs(free.mean - 2s) < 200ms);
    auto const cut = draw(1h);
    CHECK(cut.least < 90ms);
    CHECK(cut.most > 8910ms);
    CHECK(cut.most <= 9s);
    CHECK(std::chrono::abs(cut.mean - 4500ms) < 450ms);
}

TEST_CASE("rule 32: what a policy says counts as 0 if it is negative, and is cut to the same nine tenths")
{
    noted_loop f{{.every = 10s, .jitter = listed_seconds{{-5, 9, 10, 3600}}}};
    f.start();
    f.advance(45s);
    CHECK(f.trace() == "0s 0s, 10s 10s, 29s 20s, 39s 30s");
    CHECK(f.next() == "40s");
    f.advance(4s);
    CHECK(f.trace() == "49s 40s");
}

TEST_CASE("rule 32: nine tenths of an odd distance are rounded down")
{
    noted_loop f{{.every = 7ns, .jitter = constant_jitter{1h}}};
    f.start();
    f.advance(14ns);
    CHECK(f.trace() == "0s 0s, 13ns 7ns"); // 6.3 ns
}

TEST_CASE("rule 32: of instants the distance is that to the following one, and without one nothing is cut")
{
    noted_loop f{{.every = tasks::day_at(10s, 20s), .jitter = constant_jitter{15s}}};
    f.start();
    f.advance(36s);
    CHECK(f.trace() == "19s 10s, 35s 20s");

    virtual_context const clock;
    noted_loop g{{.every = one_instant{clock.began() + 10s}, .jitter = constant_jitter{1h}}};
    g.start();
    g.advance(1h + 10s);
    CHECK(g.trace() == "3610s 10s");
    CHECK(!g.loop.is_running());
}

TEST_CASE("rule 32: without a grid nothing is cut")
{
    noted_loop f{{.every = tasks::fixed_delay(5s), .jitter = constant_jitter{100s}}};
    f.takes = {2s};
    f.start();
    f.advance(300s);
    CHECK(f.trace() == "0s 0s, 107s 7s, 212s 112s");
}

TEST_CASE("rule 32: if the policy throws, the run fails")
{
    captured_log const log;
    noted_loop f{{.every = 10s, .jitter = broken_jitter{}}};
    f.start();
    f.advance(1s);
    CHECK(f.trace() == "0s 0s");
    CHECK(f.loop.failed());
    CHECK(!f.loop.is_running());
    CHECK(tasks::what(f.loop.exception()) == "no luck");
    CHECK(log.only_record_has("no luck"));
}

TEST_CASE("rule 32: during the jitter the slot is not served, and rules 18, 19 and 21 decide it as overdue")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{3s}}};
    f.start();
    f.advance(11s);
    CHECK(f.trace() == "0s 0s");
    SECTION("stop")
    {
        f.loop.stop();
        f.advance(20s);
        CHECK(f.slots() == "0s ran, 10s missed(ended)");
        CHECK(f.trace() == "");
    }
    SECTION("cancel")
    {
        f.loop.cancel();
        f.advance(20s);
        CHECK(f.slots() == "0s ran, 10s missed(ended)");
        CHECK(f.trace() == "");
    }
    SECTION("change_interval")
    {
        f.loop.change_interval(15s);
        f.advance(10s);
        CHECK(f.slots() == "0s ran, 10s missed(rescheduled), 15s ran");
        CHECK(f.trace() == "18s 15s");
    }
    SECTION("pause")
    {
        f.loop.pause();
        f.advance(4s);
        CHECK(f.trace() == "");
        f.loop.resume();
        f.advance(10s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s ran");
        CHECK(f.trace() == "23s 20s");
    }
    SECTION("pause and resume in one step")
    {
        f.loop.pause();
        f.loop.resume();
        f.advance(13s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s ran");
    }
    SECTION("a request starts it at once and is served by it")
    {
        CHECK(f.loop.trigger());
        f.advance(1s);
        CHECK(f.trace() == "11s 10s");
        CHECK(f.slots() == "0s ran, 10s ran");
        f.advance(15s);
        CHECK(f.trace() == "23s 20s");
    }
    SECTION("an alarm likewise")
    {
        CHECK(f.loop.trigger_in(1s));
        f.advance(15s);
        CHECK(f.trace() == "12s 10s, 23s 20s");
    }
}

TEST_CASE("rule 32: … and so does the end of the run, by a failure or the count")
{
    SECTION("the failure of an iteration beside it")
    {
        captured_log const log;
        noted_loop f{{.every = 10s, .overlap = 2, .jitter = constant_jitter{3s}}};
        f.takes = {11s};
        f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
        f.start();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s");
        CHECK(f.slots() == "0s ran, 10s missed(ended)");
    }
    SECTION("the count, reached by a request during the jitter, which the slot serves")
    {
        noted_loop f{{.every = 10s, .count = 2, .jitter = constant_jitter{3s}}};
        f.start();
        f.advance(11s);
        CHECK(f.loop.trigger());
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 11s 10s");
        CHECK(f.slots() == "0s ran, 10s ran");
        CHECK(!f.loop.is_running());
    }
}

TEST_CASE(
    "rule 32: without a grid these decide nothing, and after a pause the slot is the moment of resume()")
{
    noted_loop f{{.every = tasks::fixed_delay(10s), .jitter = constant_jitter{3s}}};
    f.start();
    f.advance(11s);
    SECTION("stop")
    {
        f.loop.stop();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s");
        CHECK(f.slots() == "0s ran");
    }
    SECTION("change_interval")
    {
        f.change(tasks::fixed_delay(20s));
        f.advance(13s);
        CHECK(f.trace() == "0s 0s, 23s 20s");
        CHECK(f.slots() == "0s ran, 20s ran");
    }
    SECTION("pause")
    {
        f.loop.pause();
        f.advance(5s);
        f.loop.resume();
        f.advance(15s);
        CHECK(f.trace() == "0s 0s, 16s 16s, 29s 26s"); // without jitter, then with
        CHECK(f.slots() == "0s ran, 16s ran, 26s ran");
    }
    SECTION("pause and resume in one step")
    {
        f.loop.pause();
        f.loop.resume();
        f.advance(1s);
        CHECK(f.trace() == "0s 0s, 11s 11s");
    }
    SECTION("a request starts it at once")
    {
        CHECK(f.loop.trigger());
        f.advance(14s);
        CHECK(f.trace() == "0s 0s, 11s 10s, 24s 21s");
        CHECK(f.slots() == "0s ran, 10s ran, 21s ran");
    }
}

TEST_CASE("rule 32: without a grid a pause that ends before the slot changes nothing")
{
    noted_loop f{{.every = tasks::fixed_delay(10s), .jitter = constant_jitter{3s}}};
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(5s - 1ns);
    f.loop.resume();
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 13s 10s");
}

TEST_CASE("rule 32: rule 12 knows nothing of it")
{
    // Two slots are overdue at 25 s, though the second one's jitter would end at 28 s.
    for (auto const policy : {missed::coalesce, missed::skip, missed::catch_up(5)}) {
        noted_loop f{{.every = 10s, .missed = policy, .jitter = constant_jitter{8s}}};
        f.start();
        f.advance(5s);
        f.s.time.suspend(20s);
        f.advance(1s);
        CHECK(f.trace() == (policy == missed::coalesce ? "0s 0s, 25s 20s"
                            : policy == missed::skip   ? "0s 0s"
                                                       : "0s 0s, 25s 10s, 25s 20s"));
        f.advance(12s);
        CHECK(f.trace() == "38s 30s");
    }
}

TEST_CASE("rule 32: a request before the slot gets its own iteration, and the slot keeps its jitter")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{3s}}};
    f.start();
    f.advance(9s);
    CHECK(f.loop.trigger());
    f.advance(5s);
    CHECK(f.trace() == "0s 0s, 9s 9s requested, 13s 10s");
}

TEST_CASE("rule 32: a slot that a request's iteration meets overdue starts at once")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{3s}}};
    f.takes = {0s, 2s};
    f.start();
    f.advance(9s);
    CHECK(f.loop.trigger());
    f.advance(15s);
    CHECK(f.trace() == "0s 0s, 9s 9s requested, 11s 10s, 23s 20s");
}

TEST_CASE("rule 32: retries and direct calls have none")
{
    noted_loop f{{.every = 10s, .backoff = constant_backoff{1s}, .jitter = constant_jitter{2s}}};
    f.then = [](tasks::iteration const& it) {
        if (it.number == 1 && it.attempt == 0)
            connection_lost();
    };
    f.start();
    f.advance(15s);
    CHECK(f.trace() == "0s 0s, 12s 10s, 13s 10s#1");
    asio::co_spawn(f.s.io, f.loop(), asio::detached);
    f.advance(1s);
    CHECK(f.trace() == "15s 15s");
}

TEST_CASE("rule 32: it passes on the clock of the schedule")
{
    noted_loop f{{.every = tasks::day_at(60s), .jitter = constant_jitter{20s}}};
    f.start();
    f.advance(65s);
    CHECK(f.trace() == "");
    SECTION("set forward")
    {
        f.s.time.step_wall_clock(10s);
        f.advance(5s);
        CHECK(f.trace() == "70s 60s"); // 80 s by the wall clock
    }
    SECTION("set back")
    {
        f.s.time.step_wall_clock(-10s);
        f.advance(25s - 1ns);
        CHECK(f.trace() == "");
        f.advance(1ns);
        CHECK(f.trace() == "90s 60s");
    }
}

TEST_CASE("rule 32: splay gives a place to each key, the same in each run")
{
    auto const starts = [](std::string_view key) {
        noted_loop f{{.every = 1h, .jitter = tasks::splay(key, 10min)}};
        f.start();
        f.advance(3h - 1ns);
        return f.trace();
    };
    auto const one = starts("host-1");
    CHECK(one == starts("host-1"));
    CHECK(one != starts("host-2"));
    auto const place = tasks::splay("host-1", 10min).delay();
    CHECK(one == "0s 0s, " + text(1h + place) + " 3600s, " + text(2h + place) + " 7200s");
}

TEST_CASE("rule 32: a jitter beyond the end of the clock is for ever, and a request starts the slot")
{
    noted_loop f{
        {.every = tasks::fixed_delay(10s), .jitter = constant_jitter{std::chrono::nanoseconds::max()}}};
    f.start();
    f.advance(24h);
    CHECK(f.trace() == "0s 0s");
    CHECK(f.next() == "10s");
    CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.trace() == "86400s 10s");
}

TEST_CASE("rule 32: a run that ends in the jitter of a paused loop misses the slot for the pause")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{5s}}};
    f.start();
    f.advance(12s);
    f.loop.pause();
    f.loop.stop();
    f.advance(1s);
    CHECK(f.slots() == "0s ran, 10s missed(paused)");
}

TEST_CASE("rule 32: a change during the jitter to a schedule with the same slot of instants")
{
    noted_loop f{{.every = tasks::day_at(60s, 120s), .jitter = constant_jitter{30s}}};
    f.start();
    f.advance(70s);
    f.loop.change_interval(tasks::day_at(60s, 180s)); // 60 s is overdue by both, and not waited for any more
    f.advance(5s);
    CHECK(f.trace() == "70s 60s");
    CHECK(f.slots() == "60s ran");
}

TEST_CASE("rule 32: catch_up: those that are made up for start at once, and the one ahead has a jitter")
{
    noted_loop f{{.every = 10s, .missed = missed::catch_up(5), .jitter = constant_jitter{3s}}};
    f.takes = {25s, 2s, 1s};
    f.start();
    f.advance(35s);
    CHECK(f.trace() == "0s 0s, 25s 10s, 27s 20s, 33s 30s");
}

TEST_CASE("rule 32: skip: the slot strictly after now is waited for")
{
    noted_loop f{{.every = 10s, .missed = missed::skip, .jitter = constant_jitter{3s}}};
    f.takes = {30s};
    f.start();
    f.advance(45s);
    CHECK(f.trace() == "0s 0s, 43s 40s");
    CHECK(f.slots() == "0s ran, 10s missed(skipped), 20s missed(skipped), 30s missed(skipped), 40s ran");
}

TEST_CASE("rule 32: a policy of a loop that nobody watches is told the slot")
{
    virtual_context s;
    noting_jitter j;
    j.to->s = &s;
    tasks::loop<> loop{s.io, {.every = 10s, .jitter = j}, [&] { s.note("body"); }};
    loop.start();
    s.time.advance(15s);
    CHECK(s.trace() == "0s body, 0s j(10s), 11s body, 11s j(20s)");
}
