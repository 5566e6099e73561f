// SPDX-License-Identifier: MIT
#include "scenes.hpp"

#include "picture.hpp"
#include "recorder.hpp"
#include "states.hpp"

#include <tasks/tasks.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

// The code that a picture shows is the code that is executed.
#define OPTIONS(...) .code = #__VA_ARGS__, .options = {__VA_ARGS__}
#define SCHEDULE(...) .code = #__VA_ARGS__, .options = {.every = __VA_ARGS__}
#define CALL(...) #__VA_ARGS__, [](tasks::loop<>& loop) { loop.__VA_ARGS__; }

namespace pictures {
namespace {

std::string two_digits(std::int64_t n)
{
    return (n < 10 ? "0" : "") + std::to_string(n);
}

/// 1:05
std::string minutes_and_seconds(instant t)
{
    auto const seconds = std::chrono::floor<std::chrono::seconds>(t).count();
    return std::to_string(seconds / 60) + ":" + two_digits(seconds % 60);
}

std::string draw(std::string title, axis time, std::vector<scene> const& scenes, tasks::time_point start = {})
{
    picture p{.title = std::move(title), .time = std::move(time), .lanes = {}};
    for (auto const& s : scenes)
        p.lanes.push_back(
            {.code = s.code, .note = s.note, .line = time_line_of(record(s, p.time.length, start))});
    return drawn(p);
}

/// In seconds, with a label each ten.
axis seconds(std::chrono::seconds length)
{
    return {.length = length, .tick = 10s, .label = minutes_and_seconds};
}

std::string glance()
{
    return draw("A loop with an interval of 10 s: late, triggered, and stopped", seconds(68s),
                {{OPTIONS(.every = 10s), .acts = {{4s}, {22s}, {4s}},
                  .steps = {{45s, CALL(trigger())}, {56s, CALL(stop())}}, .after = 7s}});
}

std::string missed()
{
    std::vector<act> const acts{{35s}, {2s}};
    return draw("What each policy for missed slots does when an iteration takes 35 s of an interval of 10 s",
                seconds(58s),
                {{OPTIONS(.every = 10s, .missed = tasks::missed::coalesce), .acts = acts},
                 {OPTIONS(.every = 10s, .missed = tasks::missed::skip), .acts = acts},
                 {OPTIONS(.every = 10s, .missed = tasks::missed::catch_up(2)), .acts = acts},
                 {OPTIONS(.every = 10s, .missed = tasks::missed::catch_up(tasks::unlimited)), .acts = acts},
                 {OPTIONS(.every = 10s, .missed = tasks::missed::delay), .acts = acts},
                 {OPTIONS(.every = 10s, .missed = tasks::missed::forbid), .acts = acts}});
}

std::string overlap()
{
    std::vector<act> const acts{{45s}, {45s}, {4s}};
    return draw("An interval of 10 s whose first two iterations take 45 s, with and without overlap",
                seconds(78s),
                {{OPTIONS(.every = 10s), .acts = acts},
                 {OPTIONS(.every = 10s, .overlap = 2), .acts = acts},
                 {OPTIONS(.every = 10s, .overlap = tasks::unlimited), .acts = acts}});
}

std::string in_flight()
{
    return draw("Three iterations in flight: one of them fails, or all are cancelled", seconds(58s),
                {{OPTIONS(.every = 10s, .overlap = 3), .note = "one fails",
                  .acts = {{25s, ending::broken}, {25s}, {28s}}, .after = 7s, .error = 7s},
                 {OPTIONS(.every = 10s, .overlap = 3), .acts = {{45s}}, .steps = {{28s, CALL(cancel())}},
                  .after = 7s}});
}

/// A back-off without chance, because the picture has to be the same each time.
struct doubling {
    std::chrono::nanoseconds next(unsigned failures) const { return 2s * (1 << failures); }
};

std::string retries()
{
    std::vector<act> const refused{{5s, ending::refused}};
    return draw(
        "Attempts that fail: retried, retried twice at most, or fatal at once; and one that skips",
        seconds(88s),
        {{OPTIONS(.every = 20s, .backoff = doubling{}),
          .acts = {{5s, ending::refused}, {5s, ending::refused}, {5s}}},
         {OPTIONS(.every = 20s, .backoff = doubling{}, .retries = 2), .acts = refused, .after = 9s,
          .error = 9s},
         {OPTIONS(.every = 20s, .backoff = doubling{}, .retries = 1, .on_error = tasks::on_error::next_slot),
          .acts = {{5s, ending::refused}, {5s, ending::refused}, {5s}}, .error = 9s},
         {OPTIONS(.every = 20s, .reconnect = false), .acts = refused, .after = 9s, .error = 9s},
         {OPTIONS(.every = 20s), .note = "throws tasks::skipped", .acts = {{5s, ending::skips}, {5s}}}});
}

std::string stop()
{
    return draw("stop() during a sleep, an iteration, a back-off, and the before hook", seconds(48s),
                {{OPTIONS(.every = 10s), .note = "in a sleep", .acts = {{4s}}, .steps = {{26s, CALL(stop())}},
                  .after = 6s},
                 {OPTIONS(.every = 10s), .note = "in an iteration", .acts = {{25s}},
                  .steps = {{6s, CALL(stop())}}, .after = 6s},
                 {OPTIONS(.every = 10s, .backoff = doubling{}), .note = "in a back-off",
                  .acts = {{10s, ending::refused}, {5s}}, .steps = {{12s, CALL(stop())}}, .after = 6s},
                 {OPTIONS(.every = 10s), .note = "in the before hook", .acts = {{4s}},
                  .steps = {{5s, CALL(stop())}}, .before = 12s, .after = 6s}});
}

std::string cancel()
{
    return draw("cancel() during a sleep, an iteration, and a back-off, and restart()", seconds(48s),
                {{OPTIONS(.every = 10s), .note = "in a sleep", .acts = {{4s}},
                  .steps = {{26s, CALL(cancel())}}, .after = 6s},
                 {OPTIONS(.every = 10s), .note = "in an iteration", .acts = {{25s}},
                  .steps = {{16s, CALL(cancel())}}, .after = 6s},
                 {OPTIONS(.every = 10s, .backoff = doubling{}), .note = "in a back-off",
                  .acts = {{10s, ending::refused}}, .steps = {{12s, CALL(cancel())}}, .after = 6s},
                 {OPTIONS(.every = 10s), .acts = {{12s}, {4s}}, .steps = {{16s, CALL(restart())}},
                  .before = 7s, .after = 6s}});
}

std::string trigger()
{
    return draw(
        "trigger() during a sleep and an iteration, and an alarm", seconds(58s),
        {{OPTIONS(.every = 20s), .note = "in a sleep", .acts = {{4s}}, .steps = {{10s, CALL(trigger())}}},
         {OPTIONS(.every = 20s), .note = "in an iteration: one more for both", .acts = {{14s}, {4s}},
          .steps = {{2s, CALL(trigger())}, {7s, CALL(trigger())}}},
         {OPTIONS(.every = 20s), .note = "the overdue slot serves it", .acts = {{25s}, {4s}},
          .steps = {{10s, CALL(trigger())}}},
         {OPTIONS(.every = tasks::on_trigger), .acts = {{4s}},
          .steps = {{5s, CALL(trigger())}, {20s, CALL(trigger_in(15s))}}}});
}

std::string pause()
{
    return draw(
        "pause() and resume(): the slots in between are missed, requests are served", seconds(58s),
        {{OPTIONS(.every = 10s), .acts = {{4s}}, .steps = {{7s, CALL(pause())}, {34s, CALL(resume())}}},
         {OPTIONS(.every = 10s), .note = "the iteration goes on", .acts = {{14s}, {4s}},
          .steps = {{5s, CALL(pause())}, {26s, CALL(trigger())}, {43s, CALL(resume())}}},
         {OPTIONS(.every = tasks::fixed_delay(10s)), .note = "no slot is lost", .acts = {{4s}},
          .steps = {{7s, CALL(pause())}, {34s, CALL(resume())}}}});
}

std::string timeout()
{
    return draw("A body that never ends, with a time-out of 10 s: retried, or fatal", seconds(58s),
                {{OPTIONS(.every = 20s, .backoff = doubling{}, .timeout = 10s), .acts = {{4s}, {1h}, {5s}}},
                 {OPTIONS(.every = 20s, .timeout = 10s, .retries = 0), .acts = {{4s}, {1h}}, .after = 6s,
                  .error = 6s}});
}

/// A jitter without chance, because the picture has to be the same each time.
struct by_number {
    std::chrono::nanoseconds next(tasks::iteration const& it) const { return 4s * (it.number % 3); }
};

std::string within()
{
    return draw("When an iteration starts: initial delay, jitter, grace, and fixed delay", seconds(56s),
                {{OPTIONS(.every = 10s, .initial_delay = 5s), .acts = {{4s}}, .before = 7s},
                 {OPTIONS(.every = 10s, .jitter = by_number{}), .acts = {{4s}}},
                 {OPTIONS(.every = 10s, .grace = 4s), .acts = {{4s}, {13s}, {16s}, {4s}}},
                 {OPTIONS(.every = tasks::fixed_delay(10s)), .acts = {{4s}, {15s}, {4s}}}});
}

// ---- the days on which clocks are set

std::string time_of_day(tasks::time_point t, tasks::time_zone const& zone)
{
    auto const local = t.time_since_epoch() + zone.at(t).offset;
    auto const minutes =
        std::chrono::floor<std::chrono::minutes>(local - std::chrono::floor<std::chrono::days>(local));
    return two_digits(minutes.count() / 60) + ":" + two_digits(minutes.count() % 60);
}

/// Loops in the hours around the next change of the clocks after `start`, on an axis of local times.
std::string draw_clock_change(std::string title, tasks::time_point start, tasks::time_zone const& zone,
                              std::vector<scene> const& scenes)
{
    axis const time{
        .length = 225min, .tick = 30min, .label = [=](instant t) { return time_of_day(start + t, zone); }};
    picture p{.title = std::move(title), .time = time, .lanes = {}};
    auto const change = zone.at(start).until;
    auto const text = time_of_day(change - 1min, zone) + " → " + time_of_day(change, zone);
    for (auto const& s : scenes) {
        auto line = time_line_of(record(s, time.length, start));
        line.flags.push_back({.at = change - start, .kind = flag_kind::clocks_set, .text = text});
        p.lanes.push_back({.code = s.code, .note = s.note, .line = std::move(line)});
    }
    return drawn(p);
}

std::string gap()
{
    auto const berlin = tasks::time_zone::named("Europe/Berlin");
    auto const at_half_past_two = tasks::day_at(2h + 30min).in(berlin);
    std::vector<act> const acts{{12min}};
    return draw_clock_change(
        "29 March 2026 in Berlin, where the clock goes from 01:59 to 03:00",
        std::chrono::sys_days{2026y / 3 / 28} + 23h + 30min, berlin,
        {{SCHEDULE(at_half_past_two), .note = "gap::shift, the default", .acts = acts},
         {SCHEDULE(at_half_past_two.when_missing(tasks::gap::after)), .acts = acts},
         {SCHEDULE(at_half_past_two.when_missing(tasks::gap::skip)), .acts = acts},
         {SCHEDULE(tasks::cron{"0,30 2 * * *"}.in(berlin)), .note = "fixed", .acts = acts},
         {SCHEDULE(tasks::cron{"*/30 * * * *"}.in(berlin)), .note = "a wildcard", .acts = acts}});
}

std::string fold()
{
    auto const berlin = tasks::time_zone::named("Europe/Berlin");
    auto const at_half_past_two = tasks::day_at(2h + 30min).in(berlin);
    std::vector<act> const acts{{12min}};
    return draw_clock_change(
        "25 October 2026 in Berlin, where the clock goes from 02:59 back to 02:00",
        std::chrono::sys_days{2026y / 10 / 24} + 23h + 30min, berlin,
        {{SCHEDULE(at_half_past_two), .note = "fold::first, the default", .acts = acts},
         {SCHEDULE(at_half_past_two.when_repeated(tasks::fold::second)), .acts = acts},
         {SCHEDULE(at_half_past_two.when_repeated(tasks::fold::both)), .acts = acts},
         {SCHEDULE(tasks::cron{"0,30 2 * * *"}.in(berlin)), .note = "fixed", .acts = acts},
         {SCHEDULE(tasks::cron{"*/30 * * * *"}.in(berlin)), .note = "a wildcard", .acts = acts}});
}

constexpr std::array pictures_by_name{
    named_picture{"glance", glance},   named_picture{"missed", missed},
    named_picture{"overlap", overlap}, named_picture{"in_flight", in_flight},
    named_picture{"retries", retries}, named_picture{"stop", stop},
    named_picture{"cancel", cancel},   named_picture{"trigger", trigger},
    named_picture{"pause", pause},     named_picture{"timeout", timeout},
    named_picture{"within", within},   named_picture{"gap", gap},
    named_picture{"fold", fold},       named_picture{"states", states}};

} // namespace

std::span<named_picture const> all_pictures()
{
    return pictures_by_name;
}

} // namespace pictures
