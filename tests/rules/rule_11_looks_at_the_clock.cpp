// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/schedule/day_at.hpp>

using namespace test;

namespace {

struct step_log {
    virtual_context& s;
    void on_clock_stepped(tasks::clock_stepped const& e) const { s.note("stepped " + text(e.step)); }
};

/// Seconds after the dash of the only note; -1 if there is not exactly one.
int seconds_of(std::string const& trace)
{
    return trace.find(',') == std::string::npos && !trace.empty() ? std::stoi(trace) : -1;
}

} // namespace

TEST_CASE("rule 11: a step of the wall clock over the slot is noticed within 30 s")
{
    auto const at = GENERATE(1s, 17s, 30s, 59s, 3600s);
    virtual_context s{utc("2024-01-01T06:00:00Z")};
    tasks::loop<> loop{s.io, tasks::day_at(12h), [&] { s.note("body"); }};
    loop.start();
    s.time.advance(at);
    s.time.step_wall_clock(6h);
    s.time.advance(30s);
    auto const noticed = seconds_of(s.trace());
    CHECK(noticed >= at.count());
    CHECK(noticed <= at.count() + 30);
}

TEST_CASE("rule 11: a step that leaves less to wait than 30 s is waited out exactly")
{
    virtual_context s{utc("2024-01-01T06:00:00Z")};
    tasks::loop<> loop{s.io, tasks::day_at(12h), [&] { s.note(text(s.time.now())); }};
    loop.start();
    s.time.advance(1h);
    s.time.step_wall_clock(5h - 45s);
    s.time.advance(1min);
    CHECK(s.trace() == "3645s 2024-01-01T12:00:00Z");
}

TEST_CASE("rule 11: a clock set back before the slot makes the wait longer, not the slot early")
{
    virtual_context s{utc("2024-01-01T11:00:00Z")};
    step_log observer{s};
    tasks::loop<> loop{s.io, tasks::day_at(12h), [&] { s.note(text(s.time.now())); }};
    loop.observe(observer);
    loop.start();
    s.time.advance(10min);
    s.time.step_wall_clock(-30min);
    s.time.advance(30s);
    auto const noticed = s.trace();
    CHECK(noticed.find("stepped -1800s") != std::string::npos);
    s.time.advance(2h);
    CHECK(s.trace() == text(90min) + " 2024-01-01T12:00:00Z");
}

TEST_CASE("rule 11: the resume of a suspended machine is noticed")
{
    virtual_context s{utc("2024-01-01T11:00:00Z")};
    tasks::loop<> loop{s.io, tasks::day_at(12h), [&] { s.note("body"); }};
    loop.start();
    s.time.advance(1min);
    SECTION("its steady clock went on")
    {
        s.time.suspend(5h);
        CHECK(s.trace() == text(5h + 1min) + " body");
    }
    SECTION("its steady clock stood still")
    {
        s.time.step_wall_clock(5h);
        s.time.advance(30s);
        CHECK(seconds_of(s.trace()) <= 90);
    }
}
