// SPDX-License-Identifier: MIT
#include "generate.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <utility>

namespace simulation {

using namespace std::chrono_literals;

namespace {

/// SplitMix64, because the distributions of <random> differ between standard libraries.
class dice {
public:
    explicit dice(std::uint64_t seed)
        : state_{seed * 0x9e3779b97f4a7c15 + 0x1234567}
    {
    }
    std::uint64_t below(std::uint64_t n)
    {
        auto z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return (z ^ (z >> 31)) % n;
    }
    bool percent(unsigned p) { return below(100) < p; }
    template <class T>
    T of(std::initializer_list<T> all)
    {
        return all.begin()[below(all.size())];
    }

private:
    std::uint64_t state_;
};

class generator {
public:
    explicit generator(std::uint64_t seed)
        : dice_{seed}
    {
    }

    history run()
    {
        h_.loops.resize(1 + (dice_.percent(50) ? 0 : 1 + dice_.below(2)));
        // An interval of 0 without a pause in the body would prevent time from passing.
        zero_ = dice_.percent(20);
        // Some histories do without requests, pauses and the options of single attempts.
        controls_ = dice_.percent(70);
        // Many loops end up waiting for instants, and clocks are only set if that may matter.
        wall_ = dice_.percent(50);
        if (dice_.percent(20))
            h_.wake_offset = dice_.of<milliseconds>({-750ms, -250ms, 250ms, 750ms});
        for (auto& l : h_.loops)
            l = loop();
        plain_ = false;
        h_.steps.push_back({.what = step::kind::act, .call = {.what = verb::start, .target = 0}});
        auto const n = 3 + dice_.below(dice_.percent(20) ? 60 : 24);
        while (h_.steps.size() < n)
            h_.steps.push_back(one_step());
        h_.steps.push_back({.what = step::kind::advance, .length = duration()});
        return std::move(h_);
    }

private:
    milliseconds duration()
    {
        return dice_.of<milliseconds>(
            {0ms, 250ms, 500ms, 1000ms, 1500ms, 2000ms, 2500ms, 3000ms, 5000ms, 7250ms});
    }

    timetable table(bool gridless)
    {
        timetable t;
        if (gridless && dice_.percent(50))
            return t;
        if (dice_.percent(12)) {
            t.what = dice_.percent(65) ? timetable::kind::fixed_delay : timetable::kind::on_trigger;
            if (t.what == timetable::kind::fixed_delay)
                t.period = dice_.of<milliseconds>({500ms, 1000ms, 2000ms, 3250ms});
            return t;
        }
        if (!wall_ || dice_.percent(50)) {
            t.period = dice_.of<milliseconds>({500ms, 1000ms, 1000ms, 2000ms, 3000ms});
            return t;
        }
        auto const roll = dice_.below(100);
        if (roll < 50) {
            t.what = timetable::kind::aligned;
            t.period = dice_.of<milliseconds>({1000ms, 2000ms, 3000ms, 60s, 1200s, 3600s});
            t.phase = dice_.of<milliseconds>({0ms, 0ms, 500ms, 250ms});
        } else if (roll < 80) {
            t.what = timetable::kind::daily;
            auto const n = 1 + dice_.below(4);
            for (std::uint64_t i = 0; i < n; ++i) {
                auto const east = dice_.of<milliseconds>({0h, 0h, 1h, -3h - 30min, 9h});
                // Close to the start of the history, as the offset shows it.
                auto const of_day = (milliseconds{1000 * dice_.below(12)} + east + 24h) % milliseconds{24h};
                t.times.push_back({.of_day = of_day, .east = east});
            }
        } else {
            t.what = timetable::kind::listed;
            auto instant = milliseconds{500 * dice_.below(4)};
            for (auto n = dice_.below(5); n != 0; --n) {
                t.list.push_back(instant);
                instant += milliseconds{500 * (1 + dice_.below(6))};
            }
        }
        return t;
    }

    action control()
    {
        action a;
        a.target = dice_.below(h_.loops.size());
        auto const roll = dice_.below(controls_ ? 214 : 114);
        if (roll < 14) {
            a.what = verb::start;
        } else if (roll < 32) {
            a.what = verb::restart;
        } else if (roll < 48) {
            a.what = verb::stop;
        } else if (roll < 64) {
            a.what = verb::cancel;
        } else if (roll < 86) {
            a.what = verb::change_interval;
            a.every = table(zero_);
            if (dice_.percent(3))
                a.every = {.period = -1ms};
        } else if (roll < 90) {
            a.what = verb::add_type;
            a.error = dice_.of({problem::network, problem::special});
        } else if (roll < 94) {
            a.what = verb::remove_type;
            a.error = dice_.of({problem::network, problem::special});
        } else if (roll < 96) {
            a.what = verb::clear_types;
        } else if (roll < 101) {
            a.what = verb::join;
        } else if (roll < 107) {
            a.what = verb::call;
        } else if (roll < 111) {
            a.what = verb::cancel_calls;
        } else if (roll < 114) {
            a.what = verb::destroy;
        } else if (roll < 138) {
            a.what = verb::trigger;
        } else if (roll < 153) {
            a.what = verb::async_trigger;
        } else if (roll < 158) {
            a.what = verb::cancel_triggers;
        } else if (roll < 169) {
            a.what = verb::trigger_in;
            a.length = duration();
        } else if (roll < 180) {
            a.what = verb::trigger_at;
            a.length = milliseconds{250 * dice_.below(80)}; // close to the start of the history
        } else if (roll < 195) {
            a.what = verb::pause;
        } else {
            a.what = verb::resume;
        }
        return a;
    }

    action sleep()
    {
        // Rule 15: a failure after 5 minutes is the first.
        auto const length =
            dice_.percent(10) ? dice_.of<milliseconds>({299750ms, 300s, 300250ms}) : duration();
        return {.what = verb::sleep, .length = length, .goes_on = dice_.percent(20)};
    }

    problem error()
    {
        auto const roll = dice_.below(100);
        return roll < 40   ? problem::network
               : roll < 60 ? problem::special
               : roll < 82 ? problem::fatal
               : roll < 90 ? problem::skipped
                           : problem::aborted;
    }

    script random_script(unsigned throwing, unsigned controlling)
    {
        script s;
        for (auto n = dice_.below(4); n != 0; --n)
            s.push_back(plain_ || dice_.percent(controlling) ? control() : sleep());
        if (dice_.percent(throwing))
            s.push_back({.what = verb::raise, .error = error()});
        return s;
    }

    /// The last one repeats, so it only takes time.
    scripts body()
    {
        scripts all;
        for (auto n = dice_.below(7); n != 0; --n)
            all.push_back(random_script(40, 35));
        script last;
        if (zero_ || (!plain_ && dice_.percent(60)))
            last.push_back({.what = verb::sleep, .length = duration() + (zero_ ? 250ms : 0ms)});
        all.push_back(std::move(last));
        return all;
    }

    scripts hook()
    {
        scripts all;
        for (auto n = 1 + dice_.below(2); n != 0; --n)
            all.push_back(random_script(15, 40));
        all.emplace_back();
        return all;
    }

    loop_definition loop()
    {
        loop_definition d;
        if (dice_.percent(30))
            d.overlap = dice_.of({2u, 3u, 0u});
        d.every = table(zero_ && d.overlap == 1);
        if (d.overlap != 1 && d.every.what == timetable::kind::fixed_delay)
            d.every.what = timetable::kind::on_trigger;
        if (dice_.percent(30))
            d.count = 1 + static_cast<std::int64_t>(dice_.below(5));
        d.reconnect = dice_.percent(85);
        for (auto n = 1 + dice_.below(3); n != 0; --n)
            d.delays.push_back(duration());
        d.missed = dice_.of({missed_policy::coalesce, missed_policy::skip, missed_policy::catch_up,
                             missed_policy::delay, missed_policy::forbid});
        d.catch_up_max = 1 + static_cast<std::int64_t>(dice_.below(4));
        if (controls_)
            add_options(d);
        d.strand = dice_.percent(50);
        d.plain = plain_ = !zero_ && dice_.percent(15);
        d.body = body();
        if (wall_ || dice_.percent(40))
            d.before = hook();
        if (dice_.percent(60))
            d.after = hook();
        if (dice_.percent(50))
            d.error = hook();
        return d;
    }

    void add_options(loop_definition& d)
    {
        if (dice_.percent(25))
            d.initial_delay = duration();
        if (dice_.percent(30)) {
            for (auto n = 1 + dice_.below(4); n != 0; --n)
                d.jitter.all.push_back(dice_.of<std::optional<milliseconds>>(
                    {0ms, 250ms, 250ms, 500ms, 500ms, 750ms, 1000ms, 1500ms, 10s, -1s}));
            if (dice_.percent(10))
                d.jitter.all.push_back(std::nullopt);
        }
        if (dice_.percent(25))
            d.grace = dice_.of<milliseconds>({250ms, 500ms, 1000ms, 2000ms, 5000ms});
        if (dice_.percent(30))
            d.timeout = dice_.of<milliseconds>({250ms, 500ms, 625ms, 1000ms, 1625ms, 2000ms, 5000ms, 300s});
        if (dice_.percent(25))
            d.retries = static_cast<unsigned>(dice_.below(3));
        d.next_slot = dice_.percent(40);
        // Without limits, iterations that are timed out again and again would pile up.
        if (d.timeout && d.overlap == 0 && !d.retries)
            d.retries = static_cast<unsigned>(dice_.below(3));
    }

    step one_step()
    {
        auto const roll = dice_.below(100);
        if (roll < 45)
            return {.what = step::kind::advance, .length = duration(), .call = {}};
        if (roll < 55)
            return {.what = step::kind::suspend,
                    .length = dice_.percent(15)
                                  ? milliseconds{dice_.of<milliseconds>({5min, 5min, 5min, 1h, 24h})}
                                  : duration() * dice_.of({1, 1, 3}),
                    .call = {}};
        if (roll < 63 && wall_)
            return {.what = step::kind::step_clock,
                    .length = dice_.of<milliseconds>(
                        {1s, 2s, 5s, 30s, 1h, 4h, 24h, -1s, -2s, -5s, -90s, -1h, -2h, -3h, -4h, -24h}),
                    .call = {}};
        if (roll < 80)
            return {.what = step::kind::plan, .length = duration(), .call = control()};
        return {.what = step::kind::act, .length = 0ms, .call = control()};
    }

    dice dice_;
    history h_;
    bool zero_ = false;
    bool wall_ = false;
    bool controls_ = false;
    bool plain_ = false; ///< the loop being made
};

} // namespace

history generate(std::uint64_t seed)
{
    return generator{seed}.run();
}

} // namespace simulation
