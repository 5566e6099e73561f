// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/base/errors.hpp>
#include <tasks/run/detail/timeline.hpp>
#include <tasks/run/jitter.hpp>
#include <tasks/schedule/fixed_delay.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using tasks::detail::clock_reading;
using tasks::detail::never;
using tasks::detail::timeline;
using tasks::detail::verdict;
using action = verdict::action;

namespace {

constexpr clock_reading at_second(nanoseconds t)
{
    return {.steady = t, .wall = t};
}

/// A policy that says what it is told to.
struct says {
    nanoseconds answer;
    [[nodiscard]] nanoseconds next(tasks::iteration const&) const { return answer; }
};

struct all_the_room {
    [[nodiscard]] static nanoseconds next(tasks::iteration const&, nanoseconds room) { return room; }
};

/// A policy whose answer is of another unit.
struct in_milliseconds {
    [[nodiscard]] static std::chrono::milliseconds next(tasks::iteration const&) { return 1500ms; }
};

/// More than fits into 64-bit nanoseconds.
struct for_ever {
    [[nodiscard]] static std::chrono::hours next(tasks::iteration const&)
    {
        return std::chrono::hours::max();
    }
};

struct throws {
    [[nodiscard]] static nanoseconds next(tasks::iteration const&) { throw std::runtime_error{"no luck"}; }
};

/// A policy that shares its state among copies.
struct counts {
    std::shared_ptr<int> asked = std::make_shared<int>(0);
    [[nodiscard]] nanoseconds next(tasks::iteration const&) const { return ++*asked * 1s; }
};

/// A timeline that begins at 0, with a jitter.
timeline jittered(tasks::schedule every, tasks::detail::slot_rules rules = {})
{
    rules.jittered = true;
    timeline t{std::move(every), rules};
    t.begin(at_second(0s));
    return t;
}

} // namespace

TEST_CASE("jitter: none by default, and none of 0")
{
    CHECK(!tasks::jitter{});
    CHECK(!tasks::jitter{0s});
    CHECK(tasks::jitter{1ns});
    CHECK(tasks::jitter{says{0s}});
    CHECK(tasks::jitter{}.draw({}, 10s) == 0s);
}

TEST_CASE("jitter: a duration is drawn from 0 up to itself or the room, both included")
{
    std::set<nanoseconds> drawn;
    for (int i = 0; i < 1000; ++i)
        drawn.insert(tasks::jitter{3ns}.draw({}, 10s));
    CHECK(drawn == std::set<nanoseconds>{0ns, 1ns, 2ns, 3ns});
    drawn.clear();
    for (int i = 0; i < 1000; ++i)
        drawn.insert(tasks::jitter{1h}.draw({}, 2ns));
    CHECK(drawn == std::set<nanoseconds>{0ns, 1ns, 2ns});
    CHECK(tasks::jitter{1h}.draw({}, 0s) == 0s);
    auto const most = tasks::jitter{nanoseconds::max()}.draw({}, never);
    CHECK(most >= 0s);
}

TEST_CASE("jitter: what a policy says is cut to the room, and not negative")
{
    CHECK(tasks::jitter{says{4s}}.draw({}, 10s) == 4s);
    CHECK(tasks::jitter{says{10s}}.draw({}, 10s) == 10s);
    CHECK(tasks::jitter{says{11s}}.draw({}, 10s) == 10s);
    CHECK(tasks::jitter{says{-1ns}}.draw({}, 10s) == 0s);
    CHECK(tasks::jitter{says{nanoseconds::min()}}.draw({}, 10s) == 0s);
    CHECK(tasks::jitter{says{4s}}.draw({}, 0s) == 0s);
    CHECK(tasks::jitter{all_the_room{}}.draw({}, 7s) == 7s);
    CHECK(tasks::jitter{in_milliseconds{}}.draw({}, 7s) == 1500ms);
    CHECK(tasks::jitter{for_ever{}}.draw({}, 7s) == 7s);
    CHECK_THROWS_AS(tasks::jitter{throws{}}.draw({}, 7s), std::runtime_error);
}

TEST_CASE("jitter: copies share the policy")
{
    tasks::jitter const one{counts{}};
    auto const other = one; // NOLINT(performance-unnecessary-copy-initialization)
    CHECK(one.draw({}, 1h) == 1s);
    CHECK(other.draw({}, 1h) == 2s);
}

TEST_CASE("splay: FNV-1a of the key, modulo the period")
{
    constexpr auto period = nanoseconds::max();
    auto const place = [](std::string_view key, nanoseconds p) { return tasks::splay{key, p}.delay(); };
    auto const modulo = [](std::uint64_t hash, nanoseconds p) {
        return nanoseconds{static_cast<nanoseconds::rep>(hash % static_cast<std::uint64_t>(p.count()))};
    };
    // The vectors of Fowler, Noll and Vo.
    CHECK(place("", period) == modulo(0xcbf29ce484222325, period));
    CHECK(place("a", period) == modulo(0xaf63dc4c8601ec8c, period));
    CHECK(place("foobar", period) == modulo(0x85944171f73967e8, period));
    CHECK(place("\xff", period) == modulo(0xaf64724c8602eb6e, period)); // a byte above 127
    CHECK(place("foobar", 10min) == modulo(0x85944171f73967e8, 10min));
    CHECK(place("foobar", 1ns) == 0ns);
    CHECK(place("foobar", 0s) == 0s);
    CHECK(place(std::string_view{"a\0b", 3}, period) != place("a", period));
}

TEST_CASE("splay: the places of many keys spread over the period")
{
    std::set<long> minutes;
    for (int i = 0; i < 1000; ++i) {
        auto const d = tasks::splay{"host-" + std::to_string(i), 1h}.delay();
        CHECK(d >= 0s);
        CHECK(d < 1h);
        minutes.insert(static_cast<long>(d / 1min));
    }
    CHECK(minutes.size() == 60);
}

TEST_CASE("timeline: the jitter of a slot ahead is asked for once, with the room for it")
{
    auto t = jittered(10s);
    auto v = t.decide(at_second(0s));
    CHECK(v.what == action::run); // the first slot was not waited for
    CHECK(v.slot == 0s);
    v = t.decide(at_second(1s));
    CHECK(v.what == action::draw);
    CHECK(v.slot == 10s);
    CHECK(v.until == 9s);
    t.set_jitter(4s);
    v = t.decide(at_second(1s));
    CHECK(v.what == action::wait);
    CHECK(v.slot == 10s);
    CHECK(v.until == 14s);
    CHECK(t.upcoming() == 10s);
    CHECK(t.decide(at_second(14s - 1ns)).what == action::wait);
    CHECK(t.upcoming() == 10s);
    v = t.decide(at_second(14s));
    CHECK(v.what == action::run);
    CHECK(v.slot == 10s);
    CHECK(t.upcoming() == 20s);
    CHECK(t.decide(at_second(14s)).what == action::draw); // of the next one
}

TEST_CASE(
    "timeline: the room is nine tenths of the distance, rounded down, and without end where nothing follows")
{
    auto const room = [](tasks::schedule every) {
        auto t = jittered(std::move(every), {.initial_delay = 1h});
        auto const v = t.decide(at_second(0s));
        CHECK(v.what == action::draw);
        return v.until;
    };
    CHECK(room(10s) == 9s);
    CHECK(room(1ns) == 0ns);
    CHECK(room(9ns) == 8ns);
    CHECK(room(10ns) == 9ns);
    CHECK(room(11ns) == 9ns);
    CHECK(room(tasks::fixed_delay(5s)) == never);
    CHECK(room(0s) == never);
    CHECK(room(nanoseconds::max()) > nanoseconds::max() / 2);

    struct two_instants {
        [[nodiscard]] static std::optional<tasks::time_point> next(tasks::time_point t)
        {
            if (t < tasks::time_point{2h})
                return tasks::time_point{2h};
            if (t < tasks::time_point{2h + 100s})
                return tasks::time_point{2h + 100s};
            return std::nullopt;
        }
    };
    CHECK(room(two_instants{}) == 90s);
    auto t = jittered(two_instants{});
    CHECK(t.decide(at_second(2h)).what == action::run);
    auto const last = t.decide(at_second(2h));
    CHECK(last.what == action::draw);
    CHECK(last.until == never);
}

TEST_CASE("timeline: a request in the jitter starts the slot, and one before it does not")
{
    auto t = jittered(10s);
    static_cast<void>(t.decide(at_second(0s)));
    static_cast<void>(t.decide(at_second(0s)));
    t.set_jitter(4s);
    CHECK(t.decide(at_second(9s), {.requested = true}).what == action::wait);
    auto const v = t.decide(at_second(11s), {.requested = true});
    CHECK(v.what == action::run);
    CHECK(v.slot == 10s);
    CHECK(v.cause == tasks::cause::scheduled);
}

TEST_CASE("timeline: a request for now draws no jitter")
{
    auto t = jittered(10s);
    static_cast<void>(t.decide(at_second(0s)));
    auto const v = t.decide(at_second(1s), {.requested = true});
    CHECK(v.what == action::wait);
    CHECK(t.decide(at_second(1s)).what == action::draw); // later, when its wait begins
}

TEST_CASE("timeline: a slot that is met when a worker becomes free has no jitter")
{
    auto t = jittered(10s, {.grace = 2s});
    static_cast<void>(t.decide(at_second(0s)));
    static_cast<void>(t.decide(at_second(0s)));
    t.set_jitter(4s);
    t.drop_jitter_if_due(at_second(10s - 1ns)); // not due
    CHECK(t.decide(at_second(10s)).what == action::wait);
    SECTION("it starts at once")
    {
        t.drop_jitter_if_due(at_second(10s));
        CHECK(t.decide(at_second(10s)).what == action::run);
    }
    SECTION("and its grace counts from the slot")
    {
        t.drop_jitter_if_due(at_second(13s));
        auto const v = t.decide(at_second(13s));
        CHECK(v.what == action::pass);
        CHECK(v.passed.cause == tasks::miss_cause::late);
    }
    SECTION("otherwise it counts from the end of the jitter")
    {
        CHECK(t.decide(at_second(16s)).what == action::run);
    }
}

TEST_CASE("timeline: grace: the boundary is included")
{
    timeline t{10s, {.grace = 2s}};
    t.begin(at_second(0s));
    static_cast<void>(t.decide(at_second(0s)));
    SECTION("exactly so late")
    {
        CHECK(t.decide(at_second(12s)).what == action::run);
    }
    SECTION("1 ns later")
    {
        auto const v = t.decide(at_second(12s + 1ns));
        CHECK(v.what == action::pass);
        CHECK(v.passed.what == tasks::decision::missed);
        CHECK(v.passed.cause == tasks::miss_cause::late);
        CHECK(v.passed.first == 10s);
        CHECK(v.passed.last == 10s);
        CHECK(v.passed.count == 1);
        CHECK(t.upcoming() == 20s);
        CHECK(t.decide(at_second(12s + 1ns)).what == action::wait);
    }
}

TEST_CASE("timeline: grace without a limit judges nothing, however late")
{
    timeline t{24h, {}};
    t.begin(at_second(0s));
    static_cast<void>(t.decide(at_second(0s)));
    CHECK(t.decide(at_second(47h)).what == action::run);
}
