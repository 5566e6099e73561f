// SPDX-License-Identifier: MIT
// next_n, previous, matches: what they answer, for which schedules, and what they cost.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using tasks::time_point;
using test::has;
using test::text;
using test::utc;

namespace {

/// A user's own schedule: listed instants. Counts the calls; copies share the count.
class listed_instants {
public:
    explicit listed_instants(std::vector<time_point> instants)
        : instants_{std::move(instants)}
    {
        std::sort(instants_.begin(), instants_.end());
    }

    [[nodiscard]] std::optional<time_point> next(time_point after) const
    {
        ++*calls_;
        auto const found = std::upper_bound(instants_.begin(), instants_.end(), after);
        return found == instants_.end() ? std::nullopt : std::optional{*found};
    }
    [[nodiscard]] int calls() const { return *calls_; }

private:
    std::vector<time_point> instants_;
    std::shared_ptr<int> calls_ = std::make_shared<int>(0);
};

/// Every `distance`, from the epoch on and before it. Counts the calls; copies share the count.
class regular {
public:
    explicit regular(std::chrono::nanoseconds distance)
        : distance_{distance}
    {
    }

    [[nodiscard]] std::optional<time_point> next(time_point after) const
    {
        ++*calls_;
        auto const since = after.time_since_epoch();
        auto const passed = since % distance_;
        return after - passed + (since >= 0ns || passed == 0ns ? distance_ : 0ns);
    }
    [[nodiscard]] int calls() const { return *calls_; }

private:
    std::chrono::nanoseconds distance_;
    std::shared_ptr<int> calls_ = std::make_shared<int>(0);
};

struct at_noon {
    std::optional<time_point> next(time_point t) const { return tasks::day_at(12h).next(t); }
};

constexpr std::chrono::nanoseconds fifty_years = std::chrono::years{50};

} // namespace

TEST_CASE("next_n: the next slots, strictly after, of any schedule of instants")
{
    auto const noon = utc("2024-01-15T12:00:00Z");
    std::vector<time_point> const three{noon + 24h, noon + 48h, noon + 72h};
    CHECK(tasks::next_n(tasks::day_at(12h), noon, 3) == three);
    CHECK(tasks::next_n(tasks::schedule{tasks::day_at(12h)}, noon, 3) == three);
    CHECK(tasks::next_n(at_noon{}, noon, 3) == three);
    CHECK(tasks::next_n(tasks::day_at(12h), noon - 1ns, 1) == std::vector{noon});
    CHECK(tasks::next_n(tasks::day_at(12h), noon, 0).empty());
}

TEST_CASE("next_n: fewer than wanted at the end of a schedule, however many are wanted")
{
    auto const t = utc("2024-01-15T12:00:00Z");
    listed_instants const two{{t, t + 1s}};
    CHECK(tasks::next_n(two, t - 1s, SIZE_MAX) == std::vector{t, t + 1s});
    CHECK(tasks::next_n(two, t, 5) == std::vector{t + 1s});
    CHECK(tasks::next_n(two, t + 1s, 5).empty());
    CHECK(tasks::next_n(tasks::day_at(12h), time_point::max() - 48h, 5).empty());
}

TEST_CASE("previous: the latest slot strictly before an instant")
{
    auto const noon = utc("2024-01-15T12:00:00Z");
    CHECK(tasks::previous(tasks::day_at(12h), noon) == noon - 24h);
    CHECK(tasks::previous(tasks::day_at(12h), noon + 1ns) == noon);
    CHECK(tasks::previous(tasks::schedule{tasks::day_at(12h)}, noon + 24h) == noon);
    CHECK(tasks::previous(at_noon{}, noon + 24h + 1ns) == noon + 24h);
}

TEST_CASE("previous: slots at any distance from the instant and from one another")
{
    auto const t = utc("2024-01-15T12:00:00Z");
    std::vector<time_point> instants;
    for (std::chrono::nanoseconds back = 1ns; back < fifty_years; back = back * 3 / 2 + 1ns) {
        CAPTURE(back.count());
        instants.push_back(t - back);
        listed_instants const alone{{t - back}};
        CHECK(tasks::previous(alone, t) == t - back);
        listed_instants const and_itself{{t - back, t, t + 1ns}};
        CHECK(tasks::previous(and_itself, t) == t - back);
        listed_instants const a_burst{{t - back - 2ns, t - back - 1ns, t - back}};
        CHECK(tasks::previous(a_burst, t) == t - back);
    }
    listed_instants const all{instants};
    for (std::size_t i = 0; i + 1 < instants.size(); ++i) {
        CHECK(tasks::previous(all, instants[i]) == instants[i + 1]);
        CHECK(tasks::previous(all, instants[i + 1] + 1ns) == instants[i + 1]);
    }
}

TEST_CASE("previous: only the 50 years before an instant count, and the first of their instants does")
{
    auto const t = utc("2024-01-15T12:00:00Z");
    CHECK(tasks::previous(listed_instants{{t - fifty_years}}, t) == t - fifty_years);
    CHECK(tasks::previous(listed_instants{{t - fifty_years - 1ns}}, t) == std::nullopt);
    CHECK(tasks::previous(listed_instants{{t - fifty_years - 1ns}}, t - 1ns) == t - fifty_years - 1ns);
    CHECK(tasks::previous(listed_instants{{t, t + 1s}}, t) == std::nullopt);
    CHECK(tasks::previous(listed_instants{{}}, t) == std::nullopt);
}

TEST_CASE("previous: at the ends of time")
{
    auto const least = time_point::min();
    auto const most = time_point::max();
    listed_instants const both{{least + 1ns, most}};
    CHECK(tasks::previous(both, least) == std::nullopt);
    CHECK(tasks::previous(both, least + 1ns) == std::nullopt);
    CHECK(tasks::previous(both, least + 2ns) == least + 1ns);
    CHECK(tasks::previous(both, least + 1ns + fifty_years) == least + 1ns);
    CHECK(tasks::previous(both, least + 2ns + fifty_years) == std::nullopt);
    CHECK(tasks::previous(both, most) == std::nullopt);
    CHECK(tasks::previous(tasks::day_at(12h), most) == utc("2262-04-02T12:00:00Z")); // its last one
    CHECK(tasks::matches(both, least) == false);
    CHECK(tasks::matches(both, least + 1ns));
    CHECK(tasks::matches(both, most));
}

TEST_CASE("previous: takes few calls, whether slots are close or far")
{
    auto const t = utc("2024-01-15T12:34:56Z");
    for (auto const distance :
         std::vector<std::chrono::nanoseconds>{1s, 1min, 15min, 1h, 24h, 7 * 24h, 30 * 24h, 365 * 24h})
        for (auto const offset : {0ns, 1ns, 1234567ns, 987654321000ns}) {
            CAPTURE(distance.count(), offset.count());
            regular const s{distance};
            auto const slot = tasks::previous(s, t + offset);
            REQUIRE(slot);
            CHECK(*slot < t + offset);
            CHECK(*slot >= t + offset - distance);
            CHECK(tasks::matches(s, *slot));
            CHECK(s.calls() <= 32);
        }

    regular const nanoseconds{1ns};
    CHECK(tasks::previous(nanoseconds, t) == t - 1ns);
    CHECK(nanoseconds.calls() <= 100);
    listed_instants const none{{}};
    CHECK(tasks::previous(none, t) == std::nullopt);
    CHECK(none.calls() <= 40);
}

TEST_CASE("matches: whether an instant is a slot, to the nanosecond")
{
    auto const noon = utc("2024-01-15T12:00:00Z");
    CHECK(tasks::matches(tasks::day_at(12h), noon));
    CHECK(!tasks::matches(tasks::day_at(12h), noon - 1ns));
    CHECK(!tasks::matches(tasks::day_at(12h), noon + 1ns));
    CHECK(tasks::matches(at_noon{}, noon));
    CHECK(!tasks::matches(listed_instants{{}}, noon));
}

TEST_CASE("schedules without instants of their own cannot be asked for them")
{
    auto const t = utc("2024-01-15T12:00:00Z");
    using question = void (*)(tasks::schedule const&, time_point);
    std::pair<char const*, question> const questions[] = {
        {"next_n",
         [](tasks::schedule const& s, time_point at) { static_cast<void>(tasks::next_n(s, at, 0)); }},
        {"previous",
         [](tasks::schedule const& s, time_point at) { static_cast<void>(tasks::previous(s, at)); }},
        {"matches",
         [](tasks::schedule const& s, time_point at) { static_cast<void>(tasks::matches(s, at)); }},
        {"upcoming",
         [](tasks::schedule const& s, time_point at) { static_cast<void>(tasks::upcoming(s, at)); }},
    };
    struct refused {
        tasks::schedule schedule;
        char const* what;
        char const* why;
    };
    std::vector<refused> const without_instants{
        {0s, "'every 0s' has no fixed instants", "the start of a run"},
        {5s, "'every 5s' has no fixed instants", "the start of a run"},
        {tasks::fixed_delay{5s}, "'fixed_delay 5s' has no fixed instants", "the end of each iteration"},
        {tasks::on_trigger, "'on trigger' has no instants", "requests alone"},
        {{}, "an empty schedule has no instants", ""},
    };
    for (auto const& [name, ask] : questions) {
        CAPTURE(name);
        for (auto const& [schedule, what, why] : without_instants) {
            auto const message = test::thrown<tasks::bad_option>([&, q = ask, &s = schedule] { q(s, t); });
            CAPTURE(message);
            CHECK(message.starts_with("tasks: " + std::string{name} + ": " + what));
            CHECK(has(message, why));
            CHECK(has(message, "tasks::aligned"));
        }
    }
}

TEST_CASE("a user's schedule that breaks its contract is found out when it is asked")
{
    struct backwards {
        std::optional<time_point> next(time_point t) const { return t - 1h; }
    };
    struct stuck {
        std::optional<time_point> next(time_point t) const { return t; }
    };
    struct throwing {
        std::optional<time_point> next(time_point) const { throw std::domain_error{"no calendar"}; }
    };
    auto const t = utc("2024-01-15T12:00:00Z");
    CHECK_THROWS_AS(tasks::next_n(backwards{}, t, 1), tasks::bad_schedule);
    CHECK_THROWS_AS(tasks::previous(backwards{}, t), tasks::bad_schedule);
    CHECK_THROWS_AS(tasks::matches(backwards{}, t), tasks::bad_schedule);
    CHECK_THROWS_AS(tasks::next_n(stuck{}, t, 1), tasks::bad_schedule);
    CHECK_THROWS_AS(tasks::previous(stuck{}, t), tasks::bad_schedule);
    CHECK_THROWS_AS(tasks::matches(stuck{}, t), tasks::bad_schedule);
    CHECK_THROWS_AS(tasks::next_n(throwing{}, t, 1), std::domain_error);
    CHECK_THROWS_AS(tasks::previous(throwing{}, t), std::domain_error);
    CHECK_THROWS_AS(tasks::matches(throwing{}, t), std::domain_error);
}

TEST_CASE("previous ends although a user's schedule is not pure")
{
    struct moody {
        std::shared_ptr<unsigned> calls = std::make_shared<unsigned>(0);
        unsigned seed = 0;
        std::optional<time_point> next(time_point t) const
        {
            if (*calls == 10'000)
                throw std::logic_error{"spun on"};
            auto const random = (++*calls * 2654435761U) ^ seed;
            if (random % 5 == 0)
                return std::nullopt;
            return t + std::chrono::nanoseconds{1} + std::chrono::nanoseconds{random} * (random % 7);
        }
    };
    for (unsigned seed = 0; seed < 500; ++seed) {
        moody const s{.seed = seed * 7919};
        auto const t = utc("2024-01-15T12:00:00Z");
        auto const slot = tasks::previous(s, t);
        if ((slot && *slot >= t) || *s.calls > 200)
            FAIL("seed " << seed << ", " << *s.calls << " calls, " << text(slot));
    }
    SUCCEED();
}
