// SPDX-License-Identifier: MIT
// upcoming: a range over the slots of a schedule, its concepts, its lifetime.
#include "support/catch.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using tasks::time_point;
using tasks::upcoming_slots;
using test::utc;

static_assert(std::ranges::forward_range<upcoming_slots>);
static_assert(std::ranges::forward_range<upcoming_slots const>);
static_assert(std::ranges::view<upcoming_slots>);
static_assert(std::ranges::viewable_range<upcoming_slots>);
static_assert(!std::ranges::borrowed_range<upcoming_slots>);
static_assert(std::forward_iterator<upcoming_slots::iterator>);
static_assert(std::sentinel_for<std::default_sentinel_t, upcoming_slots::iterator>);
static_assert(std::same_as<std::ranges::range_value_t<upcoming_slots>, time_point>);
static_assert(std::same_as<std::ranges::range_reference_t<upcoming_slots>, time_point>);
static_assert(std::semiregular<upcoming_slots>);
static_assert(std::is_nothrow_move_constructible_v<upcoming_slots>);

namespace {

/// So many hours, one after another, from the epoch on.
struct first_hours {
    int count = 0;
    std::optional<time_point> next(time_point after) const
    {
        time_point const t = std::chrono::floor<std::chrono::hours>(after) + 1h;
        return t.time_since_epoch() <= count * 1h ? std::optional{t} : std::nullopt;
    }
};

template <class Range>
std::vector<std::string> shown(Range&& range)
{
    std::vector<std::string> all;
    for (auto const t : range)
        all.push_back(test::text(t));
    return all;
}

constexpr time_point epoch{};

} // namespace

TEST_CASE("upcoming: slots strictly after an instant, to the end of the schedule")
{
    CHECK(shown(tasks::upcoming(first_hours{3}, epoch)) ==
          std::vector<std::string>{"1970-01-01T01:00:00Z", "1970-01-01T02:00:00Z", "1970-01-01T03:00:00Z"});
    CHECK(shown(tasks::upcoming(first_hours{3}, epoch + 2h)) ==
          std::vector<std::string>{"1970-01-01T03:00:00Z"});
    CHECK(shown(tasks::upcoming(first_hours{3}, epoch + 3h)).empty());
    CHECK(shown(upcoming_slots{}).empty());
}

// Clang before 16 does not compile the adaptors of libstdc++, whatever the range.
#if !defined(__clang__) || __clang_major__ >= 16 || !defined(__GLIBCXX__)

TEST_CASE("upcoming: a view for the adaptors of the standard library")
{
    auto const noon = tasks::day_at(12h);
    auto const from = utc("2024-01-15T12:00:00Z");
    std::vector<std::string> const three{"2024-01-16T12:00:00Z", "2024-01-17T12:00:00Z",
                                         "2024-01-18T12:00:00Z"};
    CHECK(shown(tasks::upcoming(noon, from) | std::views::take(3)) == three);
    CHECK(shown(tasks::upcoming(noon, from) |
                std::views::take_while([&](time_point t) { return t <= from + 72h; })) == three);
    auto const slots = tasks::upcoming(noon, from);
    CHECK(shown(slots | std::views::take(3)) == three);
    CHECK(shown(slots | std::views::drop(1) | std::views::take(2)) ==
          std::vector<std::string>{three[1], three[2]});
    CHECK(shown(slots | std::views::filter([&](time_point t) { return t > from + 30h; }) |
                std::views::transform([](time_point t) { return t - 24h; }) | std::views::take(2)) ==
          std::vector<std::string>{three[0], three[1]});
    CHECK(std::ranges::distance(tasks::upcoming(first_hours{24}, epoch)) == 24);
    auto const piped = slots | std::views::take(2);
    CHECK(shown(piped) == shown(piped));
}

#endif

TEST_CASE("upcoming: a range for the algorithms of the standard library")
{
    CHECK(std::ranges::distance(tasks::upcoming(first_hours{24}, epoch)) == 24);
    auto const slots = tasks::upcoming(tasks::day_at(12h), epoch);
    CHECK(*std::ranges::find_if(slots, [](time_point t) { return t > epoch + 60h; }) == epoch + 84h);
}

TEST_CASE("upcoming: the view owns its schedule")
{
    auto const alive = std::make_shared<int>(7);
    struct counted {
        std::shared_ptr<int> value;
        std::optional<time_point> next(time_point t) const { return t + std::chrono::hours{*value}; }
    };
    auto source = std::make_unique<tasks::schedule>(counted{alive});
    auto slots = tasks::upcoming(*source, epoch);
    auto const users = alive.use_count();
    source.reset();
    CHECK(alive.use_count() == users); // one schedule, which both share
    auto const copy = slots;
    auto const moved = std::move(slots);
    CHECK(*moved.begin() == epoch + 7h);
    slots = tasks::upcoming(first_hours{1}, epoch);
    CHECK(*slots.begin() == epoch + 1h);
    CHECK(*copy.begin() == epoch + 7h);
}

TEST_CASE("upcoming: iterators are independent of one another, and equal at the same slot")
{
    auto const slots = tasks::upcoming(first_hours{3}, epoch);
    auto a = slots.begin();
    auto const b = a;
    CHECK(a == b);
    CHECK(*a++ == epoch + 1h);
    CHECK(*a == epoch + 2h);
    CHECK(*b == epoch + 1h);
    CHECK(a != b);
    CHECK(*++a == epoch + 3h);
    CHECK(a != slots.end());
    CHECK(++a == slots.end());
    CHECK(b == slots.begin());
    CHECK(upcoming_slots::iterator{} == upcoming_slots::iterator{});
    CHECK(upcoming_slots::iterator{} == slots.end());
}

TEST_CASE("upcoming: an iterator stays where it was if the schedule throws")
{
    struct at_most_two {
        std::optional<time_point> next(time_point t) const
        {
            if (t >= time_point{} + std::chrono::hours{2})
                throw std::domain_error{"no calendar"};
            return first_hours{5}.next(t);
        }
    };
    auto const slots = tasks::upcoming(at_most_two{}, epoch);
    auto i = slots.begin();
    CHECK(*++i == epoch + 2h);
    CHECK_THROWS_AS(++i, std::domain_error);
    CHECK(*i == epoch + 2h);
    CHECK_THROWS_AS(i++, std::domain_error);
    CHECK(*i == epoch + 2h);
    CHECK_THROWS_AS(tasks::upcoming(at_most_two{}, epoch + 2h).begin(), std::domain_error);
}

TEST_CASE("upcoming: a schedule that does not advance is found out")
{
    struct stuck {
        std::optional<time_point> next(time_point t) const { return std::max(t, time_point{} + 1h); }
    };
    auto const slots = tasks::upcoming(stuck{}, epoch);
    auto i = slots.begin();
    CHECK(*i == epoch + 1h);
    CHECK_THROWS_AS(++i, tasks::bad_schedule);
}
