// SPDX-License-Identifier: MIT
#pragma once

// Loops with all outcomes, reasons and most decisions, for the tests that scrape their metrics.

#include "support/captured_log.hpp"
#include "support/virtual_context.hpp"

#include <tasks/prometheus.hpp>

#include <memory>
#include <stdexcept>

namespace test {

struct a_second {
    std::chrono::nanoseconds next(unsigned) const { return 1s; }
};

struct a_working_day {
    a_working_day()
    {
        for (auto* const loop : {&orders, &stock, &broken, &hanging, &idle, &asked, &skipping, &stuck})
            loop->observe(metrics);
        jobs.start();
    }

    /// Runs it all: 60 s, of which the process is frozen from 20 s to 48 s.
    void pass()
    {
        s.time.advance(10s);
        asked.trigger();
        s.time.advance(10s);
        s.time.suspend(28s);
        s.time.advance(7s);
        asked.cancel();
        s.time.advance(5s);
        skipping.pause();
    }

    virtual_context s;
    captured_log log;
    /// The second and third slot pass while the first iteration takes 3.5 s; the fourth runs for them.
    tasks::loop<> orders{
        s.io, {.every = 1s, .count = 4, .name = "orders"}, [](tasks::iteration const& it) -> task {
            co_await tasks::async_sleep_for(it.number == 0 ? 3500ms : 100ms);
        }};
    /// Loses its connection once, at the third slot.
    tasks::loop<> stock{s.io,
                        {.every = 2s, .count = 3, .backoff = a_second{}, .name = "stock"},
                        [](tasks::iteration const& it) {
                            if (it.number == 2 && it.attempt == 0)
                                connection_lost();
                        }};
    /// Fails for good at the second slot.
    tasks::loop<> broken{s.io, {.every = 1s, .name = "broken"}, [](tasks::iteration const& it) {
                             if (it.number == 1)
                                 throw std::runtime_error{"boom"};
                         }};
    /// Its time is up at both of its slots.
    tasks::loop<> hanging{s.io,
                          {.every = 5s,
                           .count = 2,
                           .timeout = 2s,
                           .retries = 0,
                           .on_error = tasks::on_error::next_slot,
                           .name = "hanging"},
                          []() -> task { co_await tasks::async_sleep_for(1h); }};
    /// Has nothing to do at its two slots.
    tasks::loop<> idle{s.io, {.every = 1s, .count = 2, .name = "idle"}, [] { throw tasks::skipped{}; }};
    /// Its only iteration is requested, and cancelled 45 s later.
    tasks::loop<> asked{s.io, {.every = tasks::on_trigger, .name = "asked"}, []() -> task {
                            co_await tasks::async_sleep_for(1h);
                        }};
    /// Skips the five slots that pass while the process is frozen, and is paused in the end.
    tasks::loop<> skipping{s.io, {.every = 5s, .missed = tasks::missed::skip, .name = "skipping"}, [] {}};
    /// Hangs in its first iteration, although it should succeed within 40 s.
    tasks::loop<> stuck{s.io, {.every = 1h, .expect = 40s, .name = "stuck"}, []() -> task {
                            co_await tasks::async_sleep_for(10h);
                        }};

    tasks::group jobs{orders, stock, broken, hanging, idle, asked, skipping, stuck};
    std::shared_ptr<tasks::prometheus> metrics = std::make_shared<tasks::prometheus>(jobs);
};

} // namespace test
