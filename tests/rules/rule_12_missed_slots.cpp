// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

using namespace test;
using tasks::missed;

namespace {

std::string to_text(tasks::cause c)
{
    switch (c) {
    case tasks::cause::scheduled: return "";
    case tasks::cause::coalesced: return " coalesced";
    case tasks::cause::catch_up: return " catch-up";
    case tasks::cause::delayed: return " delayed";
    case tasks::cause::requested: return " requested";
    case tasks::cause::direct: break;
    }
    return " direct";
}

struct outcome {
    std::string iterations; ///< `25s 20s coalesced+1`: start, slot, cause, further slots
    std::string decisions;
};

/// A loop with an interval of 10 s whose first iteration takes `first` and the others `rest`; until 60 s.
outcome play(missed policy, std::chrono::nanoseconds first, std::chrono::nanoseconds rest = 0s)
{
    virtual_context s;
    slot_ledger ledger{s, 10s};
    tasks::loop<> loop{s.io, {.every = 10s, .missed = policy}, [&](tasks::iteration const& it) -> task {
                           s.note(s.when(it.slot) + to_text(it.cause) +
                                  (it.coalesced ? "+" + std::to_string(it.coalesced) : ""));
                           if (it.cause == tasks::cause::delayed)
                               ledger.moved_to(10s);
                           co_await pause(it.number == 0 ? first : rest);
                       }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(60s - 1ns);
    if (policy != missed::delay)
        CHECK(ledger.faults() == "");
    return {s.trace(), ledger.trace()};
}

} // namespace

TEST_CASE("rule 12: a single overdue slot is merely late: it is run and the grid stays, whatever the policy")
{
    for (auto const policy : {missed::coalesce, missed::skip, missed::catch_up(1), missed::delay}) {
        auto const [iterations, decisions] = play(policy, 19s);
        CHECK(iterations == "0s 0s, 19s 10s, 20s 20s, 30s 30s, 40s 40s, 50s 50s");
        CHECK(decisions == "0s ran, 10s ran, 20s ran, 30s ran, 40s ran, 50s ran");
    }
}

TEST_CASE("rule 12: coalesce, the default: one iteration, for the latest of them")
{
    CHECK(tasks::options{}.missed == missed::coalesce);
    auto const [iterations, decisions] = play(missed::coalesce, 45s);
    CHECK(iterations == "0s 0s, 45s 40s coalesced+3, 50s 50s");
    CHECK(decisions == "0s ran, 10s coalesced, 20s coalesced, 30s coalesced, 40s ran, 50s ran");
}

TEST_CASE("rule 12: skip: none, and the next slot is strictly after now")
{
    auto const [iterations, decisions] = play(missed::skip, 45s);
    CHECK(iterations == "0s 0s, 50s 50s");
    CHECK(decisions ==
          "0s ran, 10s missed(skipped), 20s missed(skipped), 30s missed(skipped), 40s missed(skipped), "
          "50s ran");
}

TEST_CASE("rule 12: a slot that is due just now is overdue as well")
{
    CHECK(play(missed::skip, 20s).iterations == "0s 0s, 30s 30s, 40s 40s, 50s 50s");
    CHECK(play(missed::coalesce, 20s).iterations == "0s 0s, 20s 20s coalesced+1, 30s 30s, 40s 40s, 50s 50s");
    CHECK(play(missed::skip, 20s - 1ns).iterations.find(" 10s, 20s 20s") != std::string::npos);
}

TEST_CASE("rule 12: catch_up: in order, back to back")
{
    auto const [iterations, decisions] = play(missed::catch_up(10), 45s, 1s);
    CHECK(iterations == "0s 0s, 45s 10s catch-up, 46s 20s catch-up, 47s 30s catch-up, 48s 40s, 50s 50s");
    CHECK(decisions == "0s ran, 10s ran, 20s ran, 30s ran, 40s ran, 50s ran");
}

TEST_CASE("rule 12: catch_up: whenever more than max are overdue the oldest are dropped")
{
    auto const [iterations, decisions] = play(missed::catch_up(2), 45s, 1s);
    CHECK(iterations == "0s 0s, 45s 30s catch-up, 46s 40s, 50s 50s");
    CHECK(decisions == "0s ran, 10s missed(dropped), 20s missed(dropped), 30s ran, 40s ran, 50s ran");

    // … and slots that become due while it catches up: at 57 s slots 40 and 50 are left, then it drops again
    CHECK(play(missed::catch_up(2), 45s, 12s).decisions ==
          "0s ran, 10s missed(dropped), 20s missed(dropped), 30s ran, 40s ran");
    CHECK(play(missed::catch_up(1), 25s, 25s).decisions ==
          "0s ran, 10s missed(dropped), 20s ran, 30s missed(dropped), 40s missed(dropped), 50s ran");
}

TEST_CASE("rule 12: catch_up(1) serves the latest")
{
    auto const [iterations, decisions] = play(missed::catch_up(1), 45s);
    CHECK(iterations == "0s 0s, 45s 40s catch-up, 50s 50s");
    CHECK(decisions ==
          "0s ran, 10s missed(dropped), 20s missed(dropped), 30s missed(dropped), 40s ran, 50s ran");
    CHECK_THROWS_AS(missed::catch_up(0), tasks::bad_option);
}

TEST_CASE("rule 12: delay: one iteration whose slot is its start, where the grid begins anew")
{
    auto const [iterations, decisions] = play(missed::delay, 25s);
    CHECK(iterations == "0s 0s, 25s 25s delayed+2, 35s 35s, 45s 45s, 55s 55s");
    CHECK(decisions == "0s ran, 10s coalesced, 20s coalesced, 25s ran, 35s ran, 45s ran, 55s ran");
}

TEST_CASE("rule 12: delay is the same as coalesce for times of day")
{
    virtual_context s{utc("2024-01-01T00:00:00Z")};
    tasks::schedule const hours = tasks::day_at(1h, 2h, 3h, 4h, 5h);
    slot_ledger ledger{s, hours};
    tasks::loop<> loop{
        s.io, {.every = hours, .missed = missed::delay}, [&](tasks::iteration const& it) -> task {
            s.note(s.when(it.slot) + to_text(it.cause));
            co_await pause(it.number == 0 ? 150min : 0min);
        }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(4h + 30min);
    CHECK(s.trace() == "3600s 3600s, 12600s 10800s coalesced, 14400s 14400s");
    CHECK(ledger.trace() == "3600s ran, 7200s coalesced, 10800s ran, 14400s ran");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 12: a suspended machine misses slots just as a long body does")
{
    virtual_context s;
    slot_ledger ledger{s, 10s};
    tasks::loop<> loop{s.io, {.every = 10s, .missed = missed::catch_up(3)}, [&](tasks::iteration const& it) {
                           s.note(s.when(it.slot) + to_text(it.cause));
                       }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(5s);
    s.time.suspend(50s);
    CHECK(s.trace() == "0s 0s, 55s 30s catch-up, 55s 40s catch-up, 55s 50s");
    CHECK(ledger.trace() == "0s ran, 10s missed(dropped), 20s missed(dropped), 30s ran, 40s ran, 50s ran");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 12: slots overdue when the run ends are missed for that reason")
{
    virtual_context s;
    slot_ledger ledger{s, 10s};
    tasks::loop<> loop{s.io, 10s, [] { return pause(35s); }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(34s);
    loop.stop();
    s.time.advance(10s);
    CHECK(ledger.trace() == "0s ran, 10s missed(ended), 20s missed(ended), 30s missed(ended)");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 12: catch_up(unlimited) drops none")
{
    auto const [iterations, decisions] = play(missed::catch_up(tasks::unlimited), 45s, 1s);
    CHECK(iterations == "0s 0s, 45s 10s catch-up, 46s 20s catch-up, 47s 30s catch-up, 48s 40s, 50s 50s");
    CHECK(decisions == "0s ran, 10s ran, 20s ran, 30s ran, 40s ran, 50s ran");
    CHECK(missed::catch_up(tasks::unlimited).never_drops());
    CHECK_FALSE(missed::catch_up(10).never_drops());
}

TEST_CASE("rule 12: catch_up(unlimited): nobody need look for the slots to come in order, and control to "
          "reach them")
{
    virtual_context s;
    // Without iteration and observer, the clock is not read for slots that were overdue at the last reading.
    std::optional<tasks::loop<>> loop;
    int bodies = 0;
    loop.emplace(s.io, tasks::options{.every = 10s, .missed = missed::catch_up(tasks::unlimited)},
                 [&]() -> task {
                     auto const n = bodies++;
                     s.note(std::to_string(n) + ", then " + s.when(loop->next_iteration()));
                     if (n == 3)
                         loop->change_interval(7s);
                     co_await pause(n == 0 ? 45s : 0s);
                 });
    loop->start();
    s.time.advance(54s);
    CHECK(s.trace() == "0s 0, then 10s, 45s 1, then 20s, 45s 2, then 30s, 45s 3, then 40s, 45s 4, then 52s, "
                       "52s 5, then 59s");
}

TEST_CASE("rule 12: catch_up(unlimited): each of the slots that were overdue has failures of its own")
{
    virtual_context s;
    struct seconds {
        [[nodiscard]] std::chrono::nanoseconds next(unsigned failures) const { return failures * 1s; }
    };
    int attempts = 0;
    tasks::loop<> loop{s.io,
                       {.every = 10s, .backoff = seconds{}, .missed = missed::catch_up(tasks::unlimited)},
                       [&]() -> task {
                           s.note("attempt");
                           if (++attempts == 1)
                               co_await pause(35s);
                           else if (attempts % 2 == 0)
                               throw tasks::system_error{asio::error::connection_reset};
                       }};
    loop.start();
    s.time.advance(38s);
    CHECK(s.trace() ==
          "0s attempt, 35s attempt, 36s attempt, 36s attempt, 37s attempt, 37s attempt, 38s attempt");
}

TEST_CASE(
    "rule 12: catch_up(unlimited): what was overdue ends with the count, a stop, a cancellation or an error")
{
    virtual_context s;
    struct one_second {
        [[nodiscard]] std::chrono::nanoseconds next(unsigned) const { return 1s; }
    };
    std::optional<tasks::loop<>> loop;
    std::function<void()> third;
    int bodies = 0;
    loop.emplace(
        s.io,
        tasks::options{
            .every = 10s, .count = 5, .backoff = one_second{}, .missed = missed::catch_up(tasks::unlimited)},
        [&]() -> task {
            if (++bodies == 1)
                co_await pause(95s);
            else if (bodies == 3 && third)
                third();
        });
    auto const play = [&](std::function<void()> action) {
        third = std::move(action);
        loop->start();
        s.time.advance(95s);
    };
    SECTION("count")
    {
        play(nullptr);
        CHECK(bodies == 5);
        CHECK_FALSE(loop->is_running());
        CHECK_FALSE(loop->failed());
    }
    SECTION("stop")
    {
        play([&] { loop->stop(); });
        CHECK(bodies == 3);
        CHECK_FALSE(loop->is_running());
    }
    SECTION("cancellation")
    {
        play([&] { loop->cancel(); });
        CHECK(bodies == 3);
        CHECK_FALSE(loop->is_running());
    }
    SECTION("fatal error")
    {
        play([] { throw std::runtime_error{"no"}; });
        CHECK(bodies == 3);
        CHECK(loop->failed());
        CHECK_FALSE(loop->is_running());
    }
    SECTION("an error that is retried does not")
    {
        play([] { throw tasks::system_error{asio::error::connection_reset}; });
        CHECK(bodies == 3);
        CHECK(loop->current_loop() == 2);
        s.time.advance(1s);
        CHECK(bodies == 6);
        CHECK_FALSE(loop->is_running());
    }
}

TEST_CASE("rule 12: of instants no more than 10,000 are counted one by one, the ends are right, the count is "
          "a lower bound")
{
    struct seconds {
        [[nodiscard]] static std::optional<tasks::time_point> next(tasks::time_point t)
        {
            return std::chrono::floor<std::chrono::seconds>(t) + 1s;
        }
    };
    struct recorder {
        std::vector<tasks::slot_decided> slots;
        void on_slot(tasks::slot_decided const& e) { slots.push_back(e); }
    };
    auto const slept = GENERATE(10'000, 10'001, 100'000);
    auto const exact = slept <= 10'000;
    CAPTURE(slept);
    auto const passed = [&](missed policy) {
        virtual_context s;
        recorder log;
        std::uint64_t coalesced = 0;
        tasks::loop<> loop{s.io, {.every = seconds{}, .missed = policy}, [&](tasks::iteration const& it) {
                               coalesced = std::max(coalesced, it.coalesced);
                           }};
        loop.observe(log);
        loop.start();
        s.time.run_until_idle();
        s.time.suspend(slept * 1s);
        REQUIRE(!log.slots.empty());
        auto const& e = log.slots[0];
        CHECK(e.at_least == !exact);
        CHECK(s.when(e.first) == "1s");
        return std::to_string(e.count) + " until " + s.when(e.last) + ", " + std::to_string(coalesced);
    };
    auto const seconds_before = [&](int n) { return std::to_string(slept - n) + "s, "; };
    CHECK(passed(missed::coalesce) == std::to_string(exact ? slept - 1 : 10'000) + " until " +
                                          seconds_before(1) + (exact ? "9999" : "10000"));
    CHECK(passed(missed::skip) ==
          std::to_string(exact ? slept : 10'001) + " until " + seconds_before(0) + "0");
    CHECK(passed(missed::catch_up(3)).find(" until " + seconds_before(3)) != std::string::npos);
}
