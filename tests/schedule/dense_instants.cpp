// SPDX-License-Identifier: MIT
// A great many instants have passed, because a clock that was wrong by years was set right, or because a
// schedule is dense. The reported slots are compared with plain counting, and the calls of the schedule are
// counted, because each delays the context.
#include "support/catch.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/text.hpp>
#include <tasks/run/detail/timeline.hpp>
#include <tasks/schedule/day_at.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

using namespace test;
using std::chrono::nanoseconds;
using tasks::missed;
using tasks::time_point;
using tasks::detail::clock_reading;
using tasks::detail::timeline;
using tasks::detail::verdict;

namespace {

/// The maximum number of calls in one reading: 10,000 for counting, as many for finding those to keep, and a
/// few bisections.
constexpr int most_questions = 21'000;

/// Instants in order. Copies share them, and share the count of calls.
class list {
public:
    explicit list(std::vector<nanoseconds> all)
        : all_{std::make_shared<std::vector<nanoseconds>>(std::move(all))}
    {
    }
    [[nodiscard]] std::optional<time_point> next(time_point after) const
    {
        ++*asked_;
        auto const t = std::upper_bound(all_->begin(), all_->end(), after.time_since_epoch());
        return t == all_->end() ? std::nullopt : std::optional{time_point{*t}};
    }
    [[nodiscard]] std::vector<nanoseconds>& instants() const { return *all_; }
    [[nodiscard]] int take_asked() const { return std::exchange(*asked_, 0); }

private:
    std::shared_ptr<std::vector<nanoseconds>> all_;
    std::shared_ptr<int> asked_ = std::make_shared<int>(0);
};

/// Every `period`, for ever.
class every {
public:
    explicit every(nanoseconds period)
        : period_{period}
    {
    }
    [[nodiscard]] std::optional<time_point> next(time_point after) const
    {
        ++*asked_;
        auto const t = after.time_since_epoch();
        return time_point{t - t % period_ + period_};
    }
    [[nodiscard]] int take_asked() const { return std::exchange(*asked_, 0); }

private:
    nanoseconds period_;
    std::shared_ptr<int> asked_ = std::make_shared<int>(0);
};

struct recorder {
    std::vector<tasks::slot_decided> slots;
    void on_slot(tasks::slot_decided const& e) { slots.push_back(e); }
};

/// Instants after 0, distributed in one of several ways.
std::vector<nanoseconds> random_instants(std::mt19937_64& random, std::size_t count)
{
    std::vector<nanoseconds> all;
    auto const manner = random() % 5;
    auto t = nanoseconds{1 + static_cast<long>(random() % 1000)};
    for (std::size_t i = 0; i < count; ++i, all.push_back(t))
        switch (manner) {
        case 0: t += 1s; break;
        case 1: t += nanoseconds{1 + static_cast<long>(random() % 1'000'000)}; break;
        case 2: t += i % 7 == 0 ? 24h : 1min; break;                      // groups
        case 3: t += random() % 1000 == 0 ? nanoseconds{1h} : 1ns; break; // bursts
        default: t += nanoseconds{1LL << (random() % 40)}; break;         // of every magnitude
        }
    return all;
}

clock_reading at(nanoseconds wall)
{
    return {.steady = 1h, .wall = wall};
}

timeline begun(tasks::schedule const& when, missed policy)
{
    timeline slots{when, {.missed = policy}};
    slots.begin({.steady = 0s, .wall = 0s});
    return slots;
}

} // namespace

TEST_CASE("many instants: their ends are right, and the count is right or said to be a lower bound")
{
    std::mt19937_64 random{1};
    for (int i = 0; i < 120; ++i) {
        auto const count = i % 4 == 0 ? 9'998 + random() % 6 : 9'000 + random() % 20'000;
        list const instants{random_instants(random, count)};
        auto const& all = instants.instants();
        auto const passed = 1 + (i % 4 == 0 ? count - 1 : random() % count);
        auto const due = passed < count ? all[passed] - 1ns : all.back() + nanoseconds{1s};
        CAPTURE(i, count, passed);
        auto slots = begun(instants, missed::coalesce);
        static_cast<void>(instants.take_asked());

        auto const overdue = slots.left_over(at(due), tasks::miss_cause::skipped);
        CHECK(instants.take_asked() <= most_questions);
        CHECK(overdue.first == all.front());
        CHECK(overdue.last == all[passed - 1]);
        CHECK(overdue.count <= passed);
        CHECK(overdue.at_least == (passed > 10'000));
        CHECK(overdue.count == std::min<std::size_t>(passed, 10'001));

        auto const v = slots.decide(at(due));
        CHECK(instants.take_asked() <= most_questions);
        CHECK(v.slot == all[passed - 1]);
        CHECK(v.coalesced == std::min<std::size_t>(passed - 1, 10'000));
        if (passed > 1) {
            CHECK(v.passed.first == all.front());
            CHECK(v.passed.last == all[passed - 2]);
            CHECK(v.passed.at_least == (passed > 10'000));
        }
        CHECK(slots.upcoming() == (passed < count ? std::optional{all[passed]} : std::nullopt));
    }
}

TEST_CASE("many instants: catch_up keeps as many as it says, and asks little for each")
{
    std::mt19937_64 random{2};
    for (int i = 0; i < 60; ++i) {
        auto const count = i % 3 == 0 ? 9'999 + random() % 6 : 5'000 + random() % 40'000;
        auto const most =
            std::size_t{std::initializer_list<unsigned>{1, 2, 3, 10, 150, 3'000}.begin()[i % 6]};
        list const instants{random_instants(random, count)};
        auto const& all = instants.instants();
        CAPTURE(i, count, most);
        auto slots = begun(instants, missed::catch_up(static_cast<std::int64_t>(most)));
        static_cast<void>(instants.take_asked());

        auto const now = at(all.back());
        auto v = slots.decide(now);
        CHECK(instants.take_asked() <= most_questions);
        REQUIRE(v.what == verdict::action::run);
        CHECK(v.slot == all[count - most]);
        CHECK(v.passed.first == all.front());
        CHECK(v.passed.last == all[count - most - 1]);
        CHECK(v.passed.count <= count - most);
        CHECK(v.passed.at_least == (v.passed.count < count - most || count > 10'000));
        for (auto left = most - 1; left != 0; --left) {
            v = slots.decide(now);
            REQUIRE(v.what == verdict::action::run);
            REQUIRE(v.slot == all[count - left]);
            REQUIRE(v.passed.count == 0);
            REQUIRE(instants.take_asked() <= 3);
        }
        CHECK(slots.upcoming() == std::nullopt);
    }
}

TEST_CASE("many instants: catch_up never keeps more than it may, however the instants lie")
{
    // So uneven that the search for the oldest one to keep is abandoned: each piece is denser than the one
    // before.
    std::vector<nanoseconds> all;
    for (auto t = 1ns; all.size() < 60'000; t += all.size() % 300 == 0 ? nanoseconds{1h} : 1ns)
        all.push_back(t);
    for (std::int64_t const most : {9'000, 10'000, 12'000, 50'000}) {
        CAPTURE(most);
        list const instants{all};
        auto slots = begun(instants, missed::catch_up(most));
        auto const now = at(all.back());
        auto next = all.front(); // the expected slots
        std::size_t ran = 0;
        std::size_t left = all.size();
        for (;;) {
            static_cast<void>(instants.take_asked());
            auto const v = slots.decide(now);
            REQUIRE(instants.take_asked() <= most_questions);
            if (v.what != verdict::action::run)
                break;
            if (v.passed.count != 0) {
                REQUIRE(v.passed.first == next);
                auto const end = std::upper_bound(all.begin(), all.end(), v.passed.last);
                auto const dropped = static_cast<std::size_t>(end - std::find(all.begin(), all.end(), next));
                REQUIRE((v.passed.at_least ? v.passed.count <= dropped : v.passed.count == dropped));
                next = *end;
                left -= dropped;
            }
            REQUIRE(v.slot == next);
            --left;
            ++ran;
            if (left == 0)
                break;
            next = *std::upper_bound(all.begin(), all.end(), next);
        }
        CHECK(left == 0);
        CHECK(ran != 0);
        if (most <= 10'000)
            CHECK(ran <= static_cast<std::size_t>(most));
    }
}

TEST_CASE("many instants: a larger maximum than is counted at once is reached over several looks")
{
    auto const n = 40'000;
    every const seconds{1s};
    auto slots = begun(seconds, missed::catch_up(1'000'000));
    static_cast<void>(seconds.take_asked());
    auto const now = at(n * 1s);
    int asked = 0;
    for (int i = 1; i <= n; ++i) {
        auto const v = slots.decide(now);
        REQUIRE(v.what == verdict::action::run);
        REQUIRE(v.slot == i * 1s);
        REQUIRE(v.passed.count == 0);
        auto const these = seconds.take_asked();
        REQUIRE(these <= most_questions);
        asked += these;
    }
    CHECK(asked <= 4 * n);
    CHECK(slots.decide(now).what == verdict::action::wait);
}

TEST_CASE("many instants: … and what more than that has passed is skipped in one leap")
{
    every const seconds{1s};
    auto slots = begun(seconds, missed::catch_up(20'000));
    auto const now = at(utc("2026-03-01T00:00:00Z").time_since_epoch());
    std::uint64_t ran = 0;
    int looks = 0;
    for (auto v = slots.decide(now); v.what == verdict::action::run; v = slots.decide(now), ++looks) {
        static_cast<void>(seconds.take_asked());
        ++ran;
    }
    CHECK(ran >= 20'000);
    CHECK(ran <= 20'005); // some from the start, until it detects that there are too many
}

TEST_CASE("many instants: catch_up(unlimited) serves each at once, however many wait behind it")
{
    every const dense{1ns};
    auto slots = begun(dense, missed::catch_up(tasks::unlimited));
    static_cast<void>(dense.take_asked());
    for (int i = 1; i <= 1'000; ++i) {
        auto const v = slots.decide(at(1h));
        REQUIRE(v.what == verdict::action::run);
        REQUIRE(v.slot == i * 1ns);
        REQUIRE(dense.take_asked() <= 2);
    }
}

TEST_CASE("many instants: a clock set back between two looks drops none that is overdue no more")
{
    every const seconds{1s};
    auto slots = begun(seconds, missed::catch_up(5'000));
    auto const v = slots.decide(at(8'000s));
    CHECK(v.passed.count == 3'000);
    CHECK(v.slot == 3'001s);
    auto const w = slots.decide(at(6'000s)); // no reading has detected it, hence no rule 10
    CHECK(w.passed.count == 0);
    CHECK(w.slot == 3'002s);
    auto const x = slots.decide(at(9'000s));
    CHECK(x.passed.first == 3'003s);
    CHECK(x.passed.last == 4'000s);
    CHECK(x.passed.count == 998);
}

TEST_CASE("a clock that goes from 1970 to today fails no run and stops nobody")
{
    auto const period = GENERATE(as<nanoseconds>{}, 1s, 1min);
    auto const policy = GENERATE(as<missed>{}, missed::coalesce, missed::skip, missed::delay,
                                 missed::catch_up(1), missed::catch_up(100), missed::catch_up(5'000));
    CAPTURE(period.count(), tasks::to_string(policy));
    every const schedule{period};
    virtual_context s{utc("1970-01-01T01:00:00Z")};
    recorder log;
    std::vector<tasks::iteration> ran;
    tasks::loop<> loop{
        s.io, {.every = schedule, .missed = policy}, [&](tasks::iteration const& it) { ran.push_back(it); }};
    loop.observe(log);
    loop.start();
    s.time.advance(1h);
    CHECK(ran.size() == static_cast<std::size_t>(1h / period));
    ran.clear();
    log.slots.clear();
    static_cast<void>(schedule.take_asked());

    auto const today = utc("2026-03-01T15:07:30Z") + 500ms;
    s.time.step_wall_clock(today - s.time.now());
    s.time.run_until_idle(); // a step is detected as soon as anything runs
    s.time.advance(1ns);
    CHECK(schedule.take_asked() <= most_questions + 10'000);
    CHECK(loop.is_running());
    CHECK(loop.next_iteration() == *schedule.next(today));

    auto const latest = *schedule.next(today) - period;
    REQUIRE(!log.slots.empty());
    auto const& passed = log.slots.front();
    CHECK(passed.first == utc("1970-01-01T02:00:00Z") + period);
    CHECK(passed.at_least);
    CHECK(passed.count >= (policy.kind() == missed::policy::skip ? 10'001 : 5'000));
    CHECK(passed.number == static_cast<std::uint64_t>(1h / period));
    switch (policy.kind()) {
    case missed::policy::skip:
        CHECK(ran.empty());
        CHECK(passed.last == latest);
        break;
    case missed::policy::catch_up: {
        REQUIRE(ran.size() == static_cast<std::size_t>(policy.max()));
        auto const oldest = latest - (policy.max() - 1) * period;
        CHECK(passed.last == oldest - period);
        for (std::size_t i = 0; i < ran.size(); ++i)
            CHECK(ran[i].slot == oldest + static_cast<std::int64_t>(i) * period);
        break;
    }
    default:
        REQUIRE(ran.size() == 1);
        CHECK(ran[0].slot == latest);
        CHECK(ran[0].coalesced == 10'000);
        CHECK(passed.count == 10'000);
        CHECK(passed.last == latest - period);
    }
    s.time.advance(10 * period);
    CHECK(ran.size() >= 10);
    CHECK_FALSE(ran.back().coalesced);
}

TEST_CASE("dense instants that are overdue at a change or at the end are told as a lower bound")
{
    every const dense{1us};
    virtual_context s;
    recorder log;
    tasks::loop<> loop{s.io, {.every = dense, .count = 1}, [&] { return pause(10s); }};
    loop.observe(log);
    loop.start();
    s.time.advance(5s);
    static_cast<void>(dense.take_asked());
    SECTION("a change")
    {
        loop.change_interval(1h);
        CHECK(dense.take_asked() <= most_questions);
        s.time.advance(10s);
        REQUIRE(log.slots.size() >= 2);
        CHECK(log.slots[1].cause == tasks::miss_cause::rescheduled);
        CHECK(log.slots[1].last == s.began() + 5s);
    }
    SECTION("the end")
    {
        s.time.advance(10s);
        CHECK(dense.take_asked() <= most_questions);
        REQUIRE(log.slots.size() == 2);
        CHECK(log.slots[1].cause == tasks::miss_cause::ended);
        CHECK(log.slots[1].last == s.began() + 10s + 1us);
    }
    CHECK(log.slots[1].first == s.began() + 2us);
    CHECK(log.slots[1].count == 10'001);
    CHECK(log.slots[1].at_least);
}

TEST_CASE("a change from dense instants to others with none in common asks a bounded number of questions")
{
    every const seconds{1s};
    struct between {
        every half;
        [[nodiscard]] std::optional<time_point> next(time_point t) const
        {
            return *half.next(t - 500ms) + 500ms;
        }
    };
    between const others{seconds};
    auto slots = begun(seconds, missed::coalesce);
    static_cast<void>(seconds.take_asked());
    auto const passed = slots.change(others, at(1'000'000s));
    CHECK(seconds.take_asked() <= 2 * most_questions);
    CHECK(passed.last == 1'000'000s);
    CHECK(slots.upcoming() == 1'000'000s + 500ms);
}

TEST_CASE("… and with many of their own before the first in common finds the latest, if that is one")
{
    every const seconds{1s};
    struct late_only {
        every all;
        [[nodiscard]] std::optional<time_point> next(time_point t) const
        {
            auto const from = time_point{500'000s};
            return t < from ? *all.next(t - 500ms) + 500ms : *all.next(t);
        }
    };
    auto slots = begun(seconds, missed::coalesce);
    slots.change(late_only{seconds}, at(1'000'000s));
    CHECK(slots.upcoming() == 1'000'000s);
}

TEST_CASE("a schedule that loses its instants between two questions ends the run, or not, but breaks nothing")
{
    // As many calls as given are answered; then there are no more instants.
    struct edited {
        std::shared_ptr<int> left;
        [[nodiscard]] std::optional<time_point> next(time_point t) const
        {
            if ((*left)-- <= 0)
                return std::nullopt;
            return std::chrono::floor<std::chrono::seconds>(t) + 1s;
        }
    };
    for (auto const policy : {missed::coalesce, missed::skip, missed::delay, missed::catch_up(1),
                              missed::catch_up(2), missed::catch_up(3), missed::catch_up(12'000)})
        for (auto const slept : {5s, 20'000s})
            for (int answers = 0; answers < 60; ++answers) {
                auto const many = slept > 10s && answers > 30;
                auto const left = std::make_shared<int>(1'000);
                virtual_context s;
                std::vector<time_point> ran;
                tasks::loop<> loop{s.io,
                                   {.every = edited{left}, .missed = policy},
                                   [&](tasks::iteration const& it) { ran.push_back(it.slot); }};
                loop.error([](std::exception_ptr const&) {}).start();
                s.time.advance(1s);
                *left = many ? 10'000 + 100 * (answers - 40) : answers;
                s.time.suspend(slept);
                s.time.advance(1h);
                CAPTURE(tasks::to_string(policy), slept.count(), answers);
                CHECK_FALSE(loop.is_running());
                CHECK(std::is_sorted(ran.begin(), ran.end()));
                CHECK(std::adjacent_find(ran.begin(), ran.end()) == ran.end());
                for (auto const slot : ran)
                    CHECK(slot <= s.time.now());
            }
}
