// SPDX-License-Identifier: MIT
#pragma once

// Steps the rules of a run by hand: no executor, no coroutine, and a clock that the test sets.

#include "support/catch.hpp"

#include <tasks/run/detail/decide.ipp>
#include <tasks/run/detail/run_state.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace by_hand {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using tasks::detail::attempts_per_turn;
using tasks::detail::clock_kind;
using tasks::detail::clock_reading;
using tasks::detail::never;
using tasks::detail::run_state;
using tasks::detail::step;
using tasks::detail::worker_state;
using leaving = run_state::leaving;
using problem = worker_state::problem;
using stage = worker_state::stage;

inline std::exception_ptr some_error(char const* what)
{
    return std::make_exception_ptr(std::runtime_error{what});
}

/// A clock that counts its readings.
struct stopped_clock {
    clock_reading now{.steady = 1h, .wall = 1000h};
    mutable int readings = 0;

    [[nodiscard]] clock_reading read(clock_kind) const noexcept
    {
        ++readings;
        return now;
    }
    [[nodiscard]] clock_reading read_both() const noexcept { return read(clock_kind::wall); }
    [[nodiscard]] nanoseconds steady() const noexcept
    {
        ++readings;
        return now.steady;
    }
    void advance(nanoseconds by) noexcept
    {
        now.steady += by;
        now.wall += by;
    }
};

/// A schedule of the given instants of the wall clock.
struct listed_instants {
    std::vector<nanoseconds> all;

    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        for (auto const i : all)
            if (i > t.time_since_epoch())
                return tasks::time_point{i};
        return std::nullopt;
    }
};

struct terms {
    tasks::missed policy = tasks::missed::coalesce;
    tasks::overlap limit = 1;
    std::optional<std::int64_t> count = std::nullopt;
    tasks::on_error what_ends = tasks::on_error::end_run;
};

/// A run with the part of its owner: reads the clock and asks the schedule immediately.
struct stepped_run {
    explicit stepped_run(tasks::schedule every, terms t = {})
        : run{std::move(every), {.missed = t.policy}, t.limit, t.count, t.what_ends}
    {
    }

    stopped_clock clock;
    run_state run;
    run_state::circumstances seen{.watched = true};
    tasks::detail::unreported_slots passed;
    int asked = 0;             ///< number of times the timeline was asked
    bool asked_after = false;  ///< whether the last time was just after an iteration
    bool changes_mind = false; ///< the next answer is that no iteration follows

    /// Begins the run with this worker.
    void open(worker_state& w)
    {
        static_cast<void>(run.start());
        REQUIRE(run.begin(nullptr, false));
        run.add(w);
        w.now = stage::free; // the before hook has ended
    }
    /// Makes another worker wait for the next slot, because the others are busy.
    void promote(worker_state& w)
    {
        w.now = stage::free;
        run.add(w);
        run.lead(w);
    }
    [[nodiscard]] step decide(worker_state& w)
    {
        auto const ask = [&](tasks::detail::inquiry q) {
            ++asked;
            asked_after = q.just_ran;
            if (std::exchange(changes_mind, false)) {
                tasks::detail::timeline_answer a;
                a.gave_up = true;
                return a;
            }
            return run_state::consult(run.slots().touch(), w, q, clock);
        };
        passed = {};
        return run.decide(w, seen, clock, ask, &passed);
    }
    /// The next iteration, on the wall clock.
    [[nodiscard]] std::optional<nanoseconds> next() const
    {
        auto const t = run.next_iteration(clock.now);
        return t ? std::optional{t->time_since_epoch()} : std::nullopt;
    }
    /// Fails an attempt that is retried after the delay.
    void back_off(worker_state& w, nanoseconds delay)
    {
        run_state::count_failure(w, clock.now.steady, 5min);
        run_state::back_off(w, clock.now.steady, delay);
    }
    /// Ends the run with its last worker, whose after hook ends with the given exception.
    run_state::ending finish(worker_state& w, std::exception_ptr after_failure = nullptr)
    {
        run.remove(w);
        return run.end(std::move(after_failure));
    }
};

} // namespace by_hand
