// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/utc.hpp"

#include <tasks/time/detail/zone_spans.hpp>
#include <tasks/time/detail/zone_table.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using tasks::offset_span;
using tasks::time_point;
using tasks::detail::listed_changes;
using tasks::detail::zone_change;
using tasks::detail::zone_spans;
using tasks::detail::zone_table;

namespace {

zone_change change_at(std::string const& instant, std::chrono::seconds offset)
{
    return {std::chrono::floor<std::chrono::seconds>(test::utc(instant)), offset};
}

/// A change on every 1 July from 1900 to 2261, between one and two hours east. Counts the changes asked for.
struct yearly_changes {
    std::shared_ptr<std::atomic<int>> asked = std::make_shared<std::atomic<int>>(0);
    std::chrono::year next{1900};

    std::optional<zone_change> operator()()
    {
        if (next > std::chrono::year{2261})
            return std::nullopt;
        ++*asked;
        auto const at = std::chrono::sys_days{next / std::chrono::July / 1};
        auto const offset = static_cast<int>(next) % 2 == 0 ? 2h : 1h;
        ++next;
        return zone_change{at, offset};
    }
};

std::vector<offset_span> all_spans(zone_spans const& spans)
{
    std::vector<offset_span> all{spans.at(spans.from())};
    while (all.back().until != time_point::max())
        all.push_back(spans.at(all.back().until));
    return all;
}

} // namespace

TEST_CASE("changes of a zone are asked for as far as they are needed, and once")
{
    yearly_changes changes;
    zone_spans const spans{time_point::min(), 1h, changes};
    CHECK(*changes.asked == 0);

    auto const now = test::utc("2026-03-01T00:00:00Z");
    CHECK(test::text(spans.at(now).from) == "2025-07-01T00:00:00Z");
    int const asked = *changes.asked;
    CHECK(asked > 2026 - 1900);
    CHECK(asked < 2040 - 1900);

    static_cast<void>(spans.at(time_point::min()));
    static_cast<void>(spans.at(now + 9 * 365 * 24h));
    CHECK(*changes.asked == asked); // the next years are known

    CHECK(test::text(spans.at(test::utc("2060-03-01T00:00:00Z")).until) == "2060-07-01T00:00:00Z");
    CHECK(*changes.asked > asked);
    CHECK(*changes.asked < 2080 - 1900);

    CHECK(spans.at(time_point::max()).until == time_point::max());
    CHECK(*changes.asked == 2262 - 1900);
}

TEST_CASE("whatever is looked up first, the stretches are the same")
{
    auto const expected = all_spans(zone_spans{time_point::min(), 1h, yearly_changes{}});
    REQUIRE(expected.size() == 2262 - 1900 + 1);
    std::mt19937_64 random{7};
    for (int i = 0; i < 50; ++i) {
        zone_spans const spans{time_point::min(), 1h, yearly_changes{}};
        for (int k = 0; k < 5; ++k) {
            time_point const t{std::chrono::nanoseconds{static_cast<std::int64_t>(random())}};
            auto const span = spans.at(t);
            CHECK((span.from <= t && (t < span.until || span.until == time_point::max())));
        }
        CHECK(all_spans(spans) == expected);
    }
}

TEST_CASE("a change to the same offset is none, and of two at one instant the later given counts")
{
    auto const a = change_at("2000-01-01T00:00:00Z", 1h);
    auto const same = change_at("2001-01-01T00:00:00Z", 1h);
    auto const never = change_at("2002-01-01T00:00:00Z", 5h);
    auto const back = change_at("2002-01-01T00:00:00Z", 1h);
    auto const b = change_at("2003-01-01T00:00:00Z", 3h);
    auto const instead = change_at("2003-01-01T00:00:00Z", 2h);
    auto const too_late = change_at("2262-01-01T00:00:00Z", 7h);
    zone_spans const spans{time_point::min(), 0h,
                           listed_changes({a, same, never, back, b, instead, too_late})};
    std::vector<offset_span> const expected{
        {time_point::min(), a.at, 0h}, {a.at, b.at, 1h}, {b.at, time_point::max(), 2h}};
    CHECK(all_spans(spans) == expected);
}

TEST_CASE("changes before the first instant only say what the offset is there")
{
    zone_change const early{std::chrono::sys_days{std::chrono::January / 1 / 1500}, 4h}; // is no time_point
    auto const at_first = change_at("2000-01-01T00:00:00Z", 2h);
    auto const later = change_at("2001-01-01T00:00:00Z", 1h);
    std::vector<offset_span> const from_the_beginning{{time_point::min(), later.at, 4h},
                                                      {later.at, time_point::max(), 1h}};
    CHECK(all_spans(zone_spans{time_point::min(), 0h, listed_changes({early, later})}) == from_the_beginning);
    std::vector<offset_span> const from_2000{{at_first.at, later.at, 2h}, {later.at, time_point::max(), 1h}};
    CHECK(all_spans(zone_spans{at_first.at, 0h, listed_changes({early, at_first, later})}) == from_2000);
}

TEST_CASE("a database that fails while a zone is read fails that look-up, and no change is lost")
{
    int failures = 0;
    auto unreliable = [&failures, changes = yearly_changes{}]() mutable {
        if (++failures % 3 == 0)
            throw std::runtime_error{"unreliable"};
        return changes();
    };
    zone_spans const spans{time_point::min(), 1h, unreliable};
    auto const patient_at = [&spans](time_point t) {
        for (;;)
            try {
                return spans.at(t);
            } catch (std::runtime_error const&) {
            }
    };
    CHECK_THROWS_AS(spans.at(time_point{}), std::runtime_error);
    std::vector<offset_span> all{patient_at(time_point::min())};
    while (all.back().until != time_point::max())
        all.push_back(patient_at(all.back().until));
    CHECK(all == all_spans(zone_spans{time_point::min(), 1h, yearly_changes{}}));
}

TEST_CASE("the recent changes of a zone do not wait for its history")
{
    yearly_changes history;
    yearly_changes recent;
    recent.next = std::chrono::year{2025};
    auto const from = change_at("2024-07-01T00:00:00Z", 2h);
    zone_table const table{"test", 1h, history, from, recent};
    CHECK(test::text(table.at(test::utc("2026-03-01T00:00:00Z")).from) == "2025-07-01T00:00:00Z");
    CHECK(table.at(from.at) == offset_span{from.at, test::utc("2025-07-01T00:00:00Z"), 2h});
    CHECK(*history.asked == 0);

    zone_spans const expected{time_point::min(), 1h, yearly_changes{}};
    for (auto t = time_point::min();; t = expected.at(t).until) {
        CHECK(table.at(t) == expected.at(t));
        if (expected.at(t).until == time_point::max())
            break;
    }
    CHECK(*history.asked > 0);
}

TEST_CASE("threads that look up instants of one zone at once see the same stretches")
{
    auto const expected = all_spans(zone_spans{time_point::min(), 1h, yearly_changes{}});
    for (int round = 0; round < 20; ++round) {
        yearly_changes changes;
        zone_spans const spans{time_point::min(), 1h, changes};
        std::atomic<int> ready{0};
        std::atomic<int> differing{0};
        {
            std::vector<std::jthread> threads;
            for (unsigned seed = 0; seed < 4; ++seed)
                threads.emplace_back([&, seed] {
                    std::mt19937 random{seed};
                    ++ready;
                    while (ready < 4)
                        std::this_thread::yield();
                    for (int i = 0; i < 100; ++i) {
                        auto const& span = expected[random() % expected.size()];
                        if (spans.at(span.from) != span)
                            ++differing;
                    }
                });
        }
        CHECK(differing == 0);
        CHECK(*changes.asked <= 2262 - 1900);
    }
}
