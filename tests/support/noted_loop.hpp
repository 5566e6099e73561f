// SPDX-License-Identifier: MIT
#pragma once

// A loop in virtual time that notes what its body and hooks do, and keeps the books of its slots.

#include "slot_ledger.hpp"
#include "virtual_context.hpp"

#include <tasks/run/jitter.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace test {

/// A back-off that is always the same.
struct constant_backoff {
    std::chrono::nanoseconds delay;

    [[nodiscard]] std::chrono::nanoseconds next(unsigned) const { return delay; }
};

/// A jitter that is always the same.
struct constant_jitter {
    std::chrono::nanoseconds delay;

    [[nodiscard]] std::chrono::nanoseconds next(tasks::iteration const&) const { return delay; }
};

/// A schedule of one instant.
struct one_instant {
    tasks::time_point at;

    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return t < at ? std::optional{at} : std::nullopt;
    }
};

/// A schedule of every whole second of the wall clock.
struct whole_seconds_of_the_clock {
    [[nodiscard]] static std::optional<tasks::time_point> next(tasks::time_point t)
    {
        return std::chrono::floor<std::chrono::seconds>(t) + 1s;
    }
};

/// Each attempt is noted as `12s 10s`: when it begins, and its slot; `requested` follows if it exists for a
/// request only, `#1` if it is the first retry. Each decision about slots goes to the ledger, which must be
/// free of faults at the end.
class noted_loop {
public:
    explicit noted_loop(tasks::options o)
        : ledger{s, o.every}
        , loop{s.io, std::move(o), [this](tasks::iteration const& it) { return attempt(it); }}
    {
        loop.observe(ledger);
    }
    noted_loop(noted_loop const&) = delete;
    noted_loop& operator=(noted_loop const&) = delete;
    ~noted_loop() { CHECK(ledger.faults() == ""); }

    virtual_context s;
    slot_ledger ledger;
    /// How long the attempts take, one after the other; those behind the last take no time.
    std::vector<std::chrono::nanoseconds> takes;
    /// What an attempt does after it has been noted and before it takes its time.
    std::function<void(tasks::iteration const&)> first;
    /// What it does afterwards.
    std::function<void(tasks::iteration const&)> then;

    tasks::loop<> loop;

    void start() { loop.start(); }
    void advance(std::chrono::nanoseconds by) { s.time.advance(by); }
    /// Changes the schedule while no slot is overdue. (The ledger would compare overdue slots of the former
    /// schedule with the new one.)
    void change(tasks::schedule every)
    {
        ledger.moved_to(every);
        loop.change_interval(std::move(every));
    }
    [[nodiscard]] std::string trace() { return s.trace(); }
    [[nodiscard]] std::string slots() { return ledger.trace(); }
    [[nodiscard]] std::string next() const { return s.when(loop.next_iteration()); }
    /// Notes how a request ends: `a: done`, `a: boom`.
    void trigger_and_note(std::string const& name)
    {
        loop.async_trigger([this, name](std::exception_ptr const& e) {
            s.note(name + ": " + (e ? tasks::what(e) : "done"));
        });
    }

private:
    task attempt(tasks::iteration const& it)
    {
        s.note(s.when(it.slot) + (it.cause == tasks::cause::requested ? " requested" : "") +
               (it.attempt != 0 ? "#" + std::to_string(it.attempt) : ""));
        auto const took = taken_ < takes.size() ? takes[taken_] : 0s;
        ++taken_;
        if (first)
            first(it);
        if (took != 0s)
            co_await pause(took);
        if (then)
            then(it);
    }

    std::size_t taken_ = 0;
};

} // namespace test
