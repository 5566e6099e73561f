// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/ticker.hpp>
#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

#include <functional>
#include <limits>
#include <string>
#include <vector>

using namespace test;

namespace {

using duration = std::chrono::duration<double>;

struct row {
    char const* what;
    std::function<void()> call;
    std::vector<std::string> says; ///< the value and the rule
};

template <class Exception>
void check(std::vector<row> const& rows)
{
    for (auto const& r : rows) {
        INFO(r.what);
        auto const message = thrown<Exception>(r.call);
        INFO(message);
        CHECK(message.substr(0, 7) == "tasks: ");
        for (auto const& part : r.says) {
            INFO(part);
            CHECK(has(message, part));
        }
    }
}

constexpr auto infinite = std::numeric_limits<double>::infinity();

void make_schedule(tasks::schedule) {}

struct backwards {
    std::optional<tasks::time_point> next(tasks::time_point t) const { return t; }
};

} // namespace

TEST_CASE("invalid intervals: the message names the value and the rule")
{
    check<tasks::bad_option>({
        {"negative", [] { make_schedule(-5s); }, {"-5 s", "negative", "0 or more"}},
        {"negative fraction", [] { make_schedule(-0.5s); }, {"-0.5 s", "negative", "0 or more"}},
        {"minus one nanosecond", [] { make_schedule(-1ns); }, {"-1e-09 s", "negative"}},
        {"NaN",
         [] { make_schedule(duration{std::numeric_limits<double>::quiet_NaN()}); },
         {"nan s", "not a number", "finite"}},
        {"infinite",
         [] { make_schedule(duration{infinite}); },
         {"inf s", "not representable", "64-bit nanoseconds"}},
        {"minus infinite", [] { make_schedule(duration{-infinite}); }, {"-inf s", "negative"}},
        {"300 years",
         [] { make_schedule(24h * 365 * 300); },
         {"9460800000 s", "not representable", "64-bit nanoseconds"}},
        {"all hours", [] { make_schedule(std::chrono::hours::max()); }, {"not representable"}},
        {"too short", [] { make_schedule(duration{1e-10}); }, {"1e-10 s", "at least 1 ns"}},
    });
}

TEST_CASE("invalid options: the message names the value and the rule")
{
    asio::io_context io;
    check<tasks::bad_option>({
        {"count 0", [&] { tasks::loop<> l{io, {.every = 1s, .count = 0}, [] {}}; }, {"count 0", "1 or more"}},
        {"count -3",
         [&] { tasks::loop<> l{io, {.every = 1s, .count = -3}, [] {}}; },
         {"count -3", "1 or more"}},
        {"overlap 0",
         [&] { tasks::loop<> l{io, {.every = 1s, .overlap = 0}, [] {}}; },
         {"overlap 0", "1 or more", "tasks::unlimited"}},
        {"overlap -1", [&] { static_cast<void>(tasks::overlap{-1}); }, {"overlap -1", "1 or more"}},
        {"interval 0, no limit",
         [&] { tasks::loop<> l{io, {.every = 0s, .overlap = tasks::unlimited}, [] {}}; },
         {"interval of 0 s", "unlimited overlap", "above 0"}},
        {"catch_up(0)", [] { static_cast<void>(tasks::missed::catch_up(0)); }, {"catch_up(0)", "1 or more"}},
        {"catch_up(-7)",
         [] { static_cast<void>(tasks::missed::catch_up(-7)); },
         {"catch_up(-7)", "1 or more"}},
        {"interval | times",
         [] { static_cast<void>(tasks::schedule{5s} | tasks::schedule{tasks::day_at(9h)}); },
         {"every 5s", "interval", "|"}},
        {"times | interval",
         [] { static_cast<void>(tasks::schedule{tasks::day_at(9h)} | tasks::schedule{90min}); },
         {"every 90min", "interval"}},
    });
}

TEST_CASE("invalid durations among the options: the message names the option, the value and the rule")
{
    asio::io_context io;
    constexpr auto nan = std::numeric_limits<double>::quiet_NaN();
    constexpr auto century = std::chrono::hours{24 * 365 * 300};
    auto const make = [&](tasks::options o) {
        o.every = 1s;
        tasks::loop<> const l{io, std::move(o), [] {}};
    };
    check<tasks::bad_option>({
        {"initial_delay -5s", [&] { make({.initial_delay = -5s}); }, {"initial_delay", "-5 s", "0 or more"}},
        {"initial_delay -1ns",
         [&] { make({.initial_delay = -1ns}); },
         {"initial_delay", "-1e-09 s", "0 or more"}},
        {"initial_delay NaN",
         [&] { make({.initial_delay = duration{nan}}); },
         {"initial_delay", "nan s", "finite"}},
        {"initial_delay infinite",
         [&] { make({.initial_delay = duration{infinite}}); },
         {"initial_delay", "inf s", "64-bit nanoseconds"}},
        {"initial_delay 300 years",
         [&] { make({.initial_delay = century}); },
         {"initial_delay", "9460800000 s", "64-bit nanoseconds"}},
        {"initial_delay too short",
         [&] { make({.initial_delay = duration{1e-10}}); },
         {"initial_delay", "1e-10 s", "at least 1 ns"}},
        {"jitter -1s", [&] { make({.jitter = -1s}); }, {"jitter", "-1 s", "0 or more"}},
        {"jitter NaN", [&] { make({.jitter = duration{nan}}); }, {"jitter", "nan s", "finite"}},
        {"jitter infinite", [&] { make({.jitter = duration{infinite}}); }, {"jitter", "inf s", "64-bit"}},
        {"jitter 300 years", [&] { make({.jitter = century}); }, {"jitter", "9460800000 s", "64-bit"}},
        {"splay -1s", [&] { make({.jitter = tasks::splay("host", -1s)}); }, {"splay", "-1 s", "0 or more"}},
        {"splay NaN",
         [&] { make({.jitter = tasks::splay("host", duration{nan})}); },
         {"splay", "nan s", "finite"}},
        {"timeout 0s", [&] { make({.timeout = 0s}); }, {"timeout", "0s", "above 0", "omitted"}},
        {"timeout -1s", [&] { make({.timeout = -1s}); }, {"timeout", "-1 s", "negative"}},
        {"timeout NaN", [&] { make({.timeout = duration{nan}}); }, {"timeout", "nan s", "finite"}},
        {"timeout infinite", [&] { make({.timeout = duration{infinite}}); }, {"timeout", "inf s", "64-bit"}},
        {"timeout 300 years", [&] { make({.timeout = century}); }, {"timeout", "9460800000 s", "64-bit"}},
        {"grace 0s", [&] { make({.grace = 0s}); }, {"grace", "0s", "1 ms or more"}},
        {"grace 999us", [&] { make({.grace = 999us}); }, {"grace", "999us", "1 ms or more"}},
        {"grace 1ms - 1ns", [&] { make({.grace = 1ms - 1ns}); }, {"grace", "1 ms or more"}},
        {"grace -1s", [&] { make({.grace = -1s}); }, {"grace", "-1 s", "negative"}},
        {"grace NaN", [&] { make({.grace = duration{nan}}); }, {"grace", "nan s", "finite"}},
        {"grace infinite", [&] { make({.grace = duration{infinite}}); }, {"grace", "inf s", "64-bit"}},
        {"retries -1", [&] { make({.retries = -1}); }, {"retries -1", "0 or more", "omitted"}},
        {"retries, least",
         [&] { make({.retries = std::numeric_limits<std::int64_t>::min()}); },
         {"retries -9223372036854775808", "0 or more"}},
    });
    // the limits themselves
    make({.initial_delay = 0s, .jitter = 0s, .timeout = 1ns, .grace = 1ms, .retries = 0});
    make({.initial_delay = std::chrono::nanoseconds::max(),
          .jitter = std::chrono::nanoseconds::max(),
          .timeout = std::chrono::nanoseconds::max(),
          .grace = std::chrono::nanoseconds::max(),
          .retries = std::numeric_limits<std::int64_t>::max()});
}

TEST_CASE("a fixed delay together with an overlap: the message names both")
{
    asio::io_context io;
    tasks::loop<> two{io, {.every = 1s, .overlap = 2}, [] {}};
    tasks::loop<> many{io, {.every = 1s, .overlap = tasks::unlimited}, [] {}};
    std::vector<std::string> const says{"fixed_delay", "5s", "overlap other than 1"};
    check<tasks::bad_option>({
        {"two", [&] { tasks::loop<> l{io, {.every = tasks::fixed_delay(5s), .overlap = 2}, [] {}}; }, says},
        {"unlimited",
         [&] { tasks::loop<> l{io, {.every = tasks::fixed_delay(5s), .overlap = tasks::unlimited}, [] {}}; },
         says},
        {"change", [&] { two.change_interval(tasks::fixed_delay(5s)); }, says},
        {"change of unlimited", [&] { many.change_interval(tasks::fixed_delay(5s)); }, says},
        {"no delay, unlimited",
         [&] { many.change_interval(tasks::fixed_delay(0s)); },
         {"interval of 0 s", "unlimited overlap", "above 0"}},
        {"negative", [] { static_cast<void>(tasks::fixed_delay(-1s)); }, {"-1 s", "0 or more"}},
    });
    CHECK(two.every().interval() == 1s);
    CHECK(many.every().interval() == 1s);
    two.change_interval(tasks::fixed_delay(0s)); // the interval 0 may overlap
}

TEST_CASE("options that a ticker does not have: the message names the option, the value and the reason")
{
    asio::io_context io;
    tasks::ticker ticker{io, {.every = 1s}};
    check<tasks::bad_option>({
        {"jitter",
         [&] { tasks::ticker t{io, {.every = 1s, .jitter = 1s}}; },
         {"jitter", "ticker", "omitted"}},
        {"splay",
         [&] { tasks::ticker t{io, {.every = 1s, .jitter = tasks::splay("host", 1s)}}; },
         {"jitter", "ticker", "omitted"}},
        {"timeout",
         [&] { tasks::ticker t{io, {.every = 1s, .timeout = 5s}}; },
         {"timeout 5s", "ticker", "omitted"}},
        {"retries",
         [&] { tasks::ticker t{io, {.every = 1s, .retries = 3}}; },
         {"retries 3", "ticker", "omitted"}},
        {"on_error",
         [&] { tasks::ticker t{io, {.every = 1s, .on_error = tasks::on_error::next_slot}}; },
         {"on_error next_slot", "ticker", "omitted"}},
        {"overlap",
         [&] { tasks::ticker t{io, {.every = 1s, .overlap = 2}}; },
         {"overlap", "must be 1", "ticker"}},
        {"on_trigger", [&] { tasks::ticker t{io, tasks::on_trigger}; }, {"on trigger", "ticker", "slots"}},
        {"on_trigger among options",
         [&] { tasks::ticker t{io, {.every = tasks::on_trigger}}; },
         {"on trigger", "ticker", "slots"}},
        {"change to on_trigger",
         [&] { ticker.change_interval(tasks::on_trigger); },
         {"on trigger", "ticker", "slots"}},
        {"grace, as for a loop", [&] { tasks::ticker t{io, {.every = 1s, .grace = 0s}}; }, {"grace", "1 ms"}},
    });
    // what says nothing is accepted
    tasks::ticker const same{io, {.every = 1s, .jitter = 0s, .on_error = tasks::on_error::end_run}};
}

TEST_CASE("invalid trigger_in: a delay that is not a number is refused, and one that is not ahead is now")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
    loop.start();
    s.time.advance(1s);
    CHECK(loop.trigger_in(5s));
    CHECK_THROWS_AS(loop.trigger_in(duration{std::numeric_limits<double>::quiet_NaN()}), tasks::bad_option);
    CHECK(s.when(loop.next_iteration()) == "6s"); // nothing has changed
    CHECK(loop.trigger_in(duration{infinite}));   // never, in effect
    CHECK(s.when(loop.next_iteration()) == "10s");
    CHECK(loop.trigger_in(-1s));
    s.time.run_until_idle();
    CHECK(s.trace() == "0s body, 1s body");
}

TEST_CASE("invalid times of day and zones: the message names the value and the rule")
{
    check<tasks::bad_option>({
        {"24:00", [] { static_cast<void>(tasks::day_at(24h)); }, {"86400 s", "less than 24 hours"}},
        {"negative", [] { static_cast<void>(tasks::day_at(-1s)); }, {"-1 s", "0 or more"}},
        {"text", [] { static_cast<void>(tasks::day_at("9:00")); }, {"9:00", "HH:MM"}},
        {"empty text", [] { static_cast<void>(tasks::day_at("")); }, {"\"\"", "HH:MM"}},
        {"empty list",
         [] { static_cast<void>(tasks::day_at(std::vector<tasks::time_of_day>{})); },
         {"empty", "at least one"}},
        {"zone", [] { static_cast<void>(tasks::day_at(9h).in("Mars/Phobos")); }, {"Mars/Phobos"}},
        {"offset", [] { static_cast<void>(tasks::day_at(9h).in("+99:00")); }, {"+99:00"}},
    });
}

TEST_CASE("calls that need an idle loop: the message names the loop, the call and the rule")
{
    virtual_context s;
    struct {
        void on_run_ended(tasks::run_ended const&) {}
    } observer;
    tasks::loop<> loop{s.io, {.every = 1s, .name = "mail"}, [] {}};
    loop.start();
    check<tasks::already_running>({
        {"start", [&] { loop.start(); }, {"'mail'", "start()", "idle", "restart()"}},
        {"before_loop", [&] { loop.before_loop([] {}); }, {"'mail'", "before_loop()", "idle"}},
        {"after_loop", [&] { loop.after_loop([] {}); }, {"'mail'", "after_loop()", "idle"}},
        {"error", [&] { loop.error([](std::exception_ptr) {}); }, {"'mail'", "error()", "idle"}},
        {"observe", [&] { loop.observe(observer); }, {"'mail'", "observe()", "idle"}},
    });
}

TEST_CASE("a missing or empty schedule: the message says what to write")
{
    asio::io_context io;
    tasks::schedule instants = tasks::day_at(9h);
    tasks::schedule const moved = std::move(instants);
    tasks::loop<> loop{io, moved, [] {}};
    tasks::ticker ticker{io, 1s};
    std::vector<std::string> const says{"schedule", "missing or empty", ".every = 5s", "0s"};
    check<tasks::bad_option>({
        {"only a name", [&] { tasks::loop<> l{io, {.name = "x"}, [] {}}; }, says},
        {"only a name, deduced", [&] { tasks::loop l{io, {.name = "x"}, [] {}}; }, says},
        {"no options", [&] { tasks::loop<> l{io, {}, [] {}}; }, says},
        {"unlimited", [&] { tasks::loop<> l{io, {.overlap = tasks::unlimited}, [] {}}; }, says},
        {"default", [&] { tasks::loop<> l{io, tasks::schedule{}, [] {}}; }, says},
        {"moved from", [&] { tasks::loop<> l{io, instants, [] {}}; }, says},
        {"ticker", [&] { tasks::ticker t{io, {.count = 3}}; }, says},
        {"ticker, default", [&] { tasks::ticker t{io, tasks::schedule{}}; }, says},
        {"change", [&] { loop.change_interval({}); }, says},
        {"change of a ticker", [&] { ticker.change_interval({}); }, says},
    });
    CHECK(to_string(loop.every()) == "day_at(09:00) in UTC");
}

TEST_CASE("an interval of 0 that is given is accepted")
{
    virtual_context s;
    int calls = 0;
    tasks::loop<> loop{s.io, {.every = 0s, .count = 3, .name = "x"}, [&calls] { ++calls; }};
    loop.start();
    s.time.advance(1s);
    CHECK(calls == 3);
    tasks::ticker const ticker{s.io, {.every = 0s, .name = "x"}};
}

TEST_CASE("invalid change_interval: the message as at construction, and nothing has changed")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .overlap = tasks::unlimited}, [] {}};
    check<tasks::bad_option>({
        {"negative", [&] { loop.change_interval(-5s); }, {"-5 s", "negative"}},
        {"zero, no limit", [&] { loop.change_interval(0s); }, {"interval of 0 s", "unlimited overlap"}},
    });
    CHECK(loop.every().interval() == 1s);
}

TEST_CASE("a schedule that does not advance is named when it is asked, and ends the run")
{
    virtual_context s;
    auto const ask = [] { static_cast<void>(tasks::schedule{backwards{}}.next(tasks::time_point{5s})); };
    check<tasks::bad_schedule>(
        {{"the same instant", ask, {"user-defined schedule", "0s before", "strictly after"}}});

    tasks::loop<> loop{s.io, backwards{}, [] {}};
    loop.error([](std::exception_ptr) {});
    loop.start();
    s.time.advance(1s);
    CHECK(!loop.is_running());
    CHECK_THROWS_AS(std::rethrow_exception(loop.exception()), tasks::bad_schedule);
}

TEST_CASE("a schedule of instants has no interval to ask for")
{
    auto const message =
        thrown<std::logic_error>([] { static_cast<void>(tasks::schedule{tasks::day_at(9h)}.interval()); });
    CHECK(has(message, "day_at(09:00)"));
    CHECK(has(message, "not an interval"));
}
