// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"

#include <vector>

using namespace test;

namespace {

/// The k-th failure waits k seconds.
struct counting {
    std::chrono::nanoseconds next(unsigned failures) const { return failures * 1s; }
};

struct own_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct derived_error : own_error {
    using own_error::own_error;
};

/// A loop whose first `failures` attempts throw an own_error.
struct fixture_of_rule_15 {
    virtual_context s;
    captured_log log;
    full_log observer{{s}};
    int failures = 1;
    tasks::loop<> loop{s.io, {.every = 100s, .count = 2, .backoff = counting{}}, [this] {
                           if (failures-- > 0)
                               throw own_error{"own"};
                       }};
    fixture_of_rule_15() { loop.observe(observer); }
};

} // namespace

TEST_CASE(
    "rule 15: a handled exception makes the same iteration run again after a delay, number and slot stay")
{
    virtual_context s;
    int failures = 2;
    tasks::loop<> loop{
        s.io, {.every = 100s, .count = 2, .backoff = counting{}}, [&](tasks::iteration const& it) {
            s.note(std::to_string(it.number) + " slot " + s.when(it.slot) + " attempt " +
                   std::to_string(it.attempt) + " start " + s.when(it.start));
            CHECK(loop.current_loop() == it.number);
            if (failures-- > 0)
                connection_lost();
        }};
    loop.start();
    s.time.advance(1000s);
    CHECK(
        s.trace() ==
        "0s 0 slot 0s attempt 0 start 0s, 1s 0 slot 0s attempt 1 start 0s, 3s 0 slot 0s attempt 2 start 0s, "
        "100s 1 slot 100s attempt 0 start 100s");
}

TEST_CASE("rule 15: consecutive failures are counted, and a success resets the count")
{
    virtual_context s;
    full_log observer{{s}};
    int attempt = 0;
    tasks::loop<> loop{s.io, {.every = 100s, .count = 3, .backoff = counting{}}, [&]() -> task {
                           auto const a = ++attempt;
                           co_await pause(0s);
                           if (a == 1 || a == 2 || a == 4)
                               connection_lost();
                       }};
    loop.observe(observer).start();
    s.time.advance(1000s);
    CHECK(s.trace() ==
          "0s run, 0s failed, 0s retry 1 in 1s, 1s failed, 1s retry 2 in 2s, 3s succeeded, "
          "100s failed, 100s retry 1 in 1s, 101s succeeded, 200s succeeded, 200s ended(completed)");
}

TEST_CASE("rule 15: by default the delay is drawn from [0, min(2^k, 1024) s]")
{
    struct delays {
        std::vector<std::chrono::nanoseconds> seen;
        void on_retry(tasks::retry_scheduled const& e)
        {
            CHECK(e.failures == seen.size() + 1);
            seen.push_back(e.delay);
        }
    } observer;
    virtual_context s;
    tasks::loop<> loop{s.io, 1s, [] { connection_lost(); }};
    loop.observe(observer).start();
    s.time.advance(24h);
    REQUIRE(observer.seen.size() > 20);
    for (std::size_t k = 1; k <= observer.seen.size(); ++k) {
        CHECK(observer.seen[k - 1] >= 0s);
        CHECK(observer.seen[k - 1] <= std::chrono::seconds{1 << std::min<std::size_t>(k, 10)});
    }
    CHECK(*std::max_element(observer.seen.begin(), observer.seen.end()) > 32s);
}

TEST_CASE("rule 15: the body runs again exactly when the delay is over")
{
    fixture_of_rule_15 f;
    f.loop.add_exception_type<own_error>();
    f.failures = 3;
    f.loop.start();
    f.s.time.advance(6s);
    CHECK(f.s.trace() == "0s run, 0s failed, 0s retry 1 in 1s, 1s failed, 1s retry 2 in 2s, 3s failed, "
                         "3s retry 3 in 3s, 6s succeeded");
}

TEST_CASE("rule 15: without reconnect every exception is fatal")
{
    virtual_context s;
    captured_log const log;
    tasks::loop<> loop{s.io, {.every = 1s, .reconnect = false}, [] { connection_lost(); }};
    loop.add_exception_type<std::exception>();
    loop.start();
    s.time.advance(10s);
    CHECK(loop.failed());
    CHECK(!loop.is_running());
}

TEST_CASE("rule 15: only errors of the network kind are handled by default")
{
    fixture_of_rule_15 f;
    f.loop.start();
    f.s.time.advance(10s);
    CHECK(f.s.trace() == "0s run, 0s failed, 0s ended(failed: own)");
}

TEST_CASE("rule 15: add_exception_type acts at once, also for derived types and from within the body")
{
    fixture_of_rule_15 f;
    SECTION("the type")
    {
        f.loop.add_exception_type<own_error>();
        CHECK(!f.loop.is_running());
    }
    SECTION("a base")
    {
        f.loop.add_exception_type<int, std::runtime_error>();
        CHECK(!f.loop.is_running());
    }
    f.loop.start();
    f.s.time.advance(10s);
    CHECK(f.s.trace() == "0s run, 0s failed, 0s retry 1 in 1s, 1s succeeded");

    virtual_context s;
    tasks::loop<> later{s.io, {.every = 1s, .count = 1, .backoff = counting{}}, [&] {
                            s.note("body");
                            if (later.current_loop() == 0 &&
                                later.remove_exception_type<tasks::network_errors>()) {
                                later.add_exception_type<derived_error>();
                                throw derived_error{"derived"};
                            }
                        }};
    later.start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s body, 1s body");
    CHECK(!later.failed());
}

TEST_CASE("rule 15: a derived type does not cover its base")
{
    fixture_of_rule_15 f;
    f.loop.add_exception_type<derived_error>();
    f.loop.start();
    f.s.time.advance(10s);
    CHECK(f.loop.failed());
}

TEST_CASE(
    "rule 15: remove_exception_type is true if all given types were present, and removes those that were")
{
    fixture_of_rule_15 f;
    f.loop.add_exception_type<own_error>();
    CHECK(!f.loop.remove_exception_type<own_error, derived_error>());
    CHECK(!f.loop.remove_exception_type<own_error>());
    CHECK(f.loop.remove_exception_type<tasks::network_errors>());
    CHECK(!f.loop.remove_exception_type<tasks::network_errors>());
    f.loop.add_exception_type<own_error, derived_error>();
    CHECK(f.loop.remove_exception_type<own_error, derived_error>());
    CHECK(f.loop.remove_exception_type<>());
    f.loop.start();
    f.s.time.advance(10s);
    CHECK(f.loop.failed());
}

TEST_CASE("rule 15: clear_exception_types leaves nothing to be retried")
{
    virtual_context s;
    captured_log const log;
    tasks::loop<> loop{s.io, 1s, [] { connection_lost(); }};
    loop.add_exception_type<std::exception>();
    loop.retry_if([](std::exception_ptr const&) { return true; });
    loop.clear_exception_types();
    loop.start();
    s.time.advance(10s);
    CHECK(loop.failed());
}

TEST_CASE("rule 15: during a back-off too, a retry already waited for takes place all the same")
{
    fixture_of_rule_15 f;
    f.failures = 2;
    f.loop.add_exception_type<own_error>();
    f.loop.start();
    f.s.time.advance(500ms);
    CHECK(f.s.trace() == "0s run, 0s failed, 0s retry 1 in 1s");
    CHECK(f.loop.remove_exception_type<own_error>());
    f.s.time.advance(10s);
    CHECK(f.s.trace() == "1s failed, 1s ended(failed: own)"); // the retry, and the end of it
}

TEST_CASE("rule 15: the same for a clearing during the back-off, and a later adding")
{
    fixture_of_rule_15 f;
    f.failures = 2;
    f.loop.add_exception_type<own_error>();
    f.loop.start();
    f.s.time.advance(500ms);
    f.loop.clear_exception_types();
    f.loop.add_exception_type<own_error>();
    f.s.time.advance(10s);
    CHECK(f.s.trace() == "0s run, 0s failed, 0s retry 1 in 1s, 1s failed, 1s retry 2 in 2s, 3s succeeded");
}

namespace {

/// As `counting`, but the failures are forgotten after a session of a minute.
struct forgiving : counting {
    std::chrono::minutes reset_after{1};
};

/// A loop whose attempts last as long as the list says, and then lose the connection; the attempt after them
/// succeeds.
struct sessions_of_rule_15 {
    virtual_context s;
    full_log observer{{s}};
    std::vector<std::chrono::nanoseconds> lasting;
    tasks::loop<> loop;

    sessions_of_rule_15(tasks::backoff backoff, std::vector<std::chrono::nanoseconds> l)
        : lasting{std::move(l)}
        , loop{s.io, {.every = 0s, .count = 1, .backoff = std::move(backoff)}, [this, n = 0UL]() mutable {
                   return n < lasting.size() ? session(lasting[n++]) : pause(0s);
               }}
    {
        loop.observe(observer).start();
        s.time.advance(48h);
    }
    static task session(std::chrono::nanoseconds d)
    {
        co_await pause(d);
        connection_lost();
    }
};

} // namespace

TEST_CASE("rule 15: an attempt that lasted reset_after before it failed counts as a success")
{
    SECTION("5 minutes, if the policy does not say")
    {
        sessions_of_rule_15 f{counting{}, {1s, 1s, 5min - 1ns, 5min, 1s}};
        CHECK(f.s.trace() ==
              "0s run, 1s failed, 1s retry 1 in 1s, 3s failed, 3s retry 2 in 2s, 304999999999ns failed, "
              "304999999999ns retry 3 in 3s, 607999999999ns failed, 607999999999ns retry 1 in 1s, "
              "609999999999ns failed, 609999999999ns retry 2 in 2s, 611999999999ns succeeded, "
              "611999999999ns ended(completed)");
    }
    SECTION("what the policy says")
    {
        sessions_of_rule_15 f{forgiving{}, {1s, 1s, 59s, 60s}};
        CHECK(f.s.trace() == "0s run, 1s failed, 1s retry 1 in 1s, 3s failed, 3s retry 2 in 2s, 64s failed, "
                             "64s retry 3 in 3s, 127s failed, 127s retry 1 in 1s, 128s succeeded, "
                             "128s ended(completed)");
    }
    SECTION("the time of the back-off before it does not count")
    {
        struct slow : forgiving {
            std::chrono::nanoseconds next(unsigned) const { return 10min; }
        };
        sessions_of_rule_15 f{slow{}, {1s, 1s}};
        CHECK(f.s.trace() == "0s run, 1s failed, 1s retry 1 in 600s, 602s failed, 602s retry 2 in 600s, "
                             "1202s succeeded, 1202s ended(completed)");
    }
}

TEST_CASE("rule 15: it is measured on the steady clock")
{
    sessions_of_rule_15 f{counting{}, {}};
    static_cast<void>(f.s.trace());
    f.lasting = {1s, 1s, 1s};
    f.loop.observe(f.observer).start();
    f.s.time.advance(2500ms); // in the second attempt
    f.s.time.step_wall_clock(1h);
    f.s.time.advance(1s);
    CHECK(f.s.trace().find("retry 2 in 2s") != std::string::npos);
}
