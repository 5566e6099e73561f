// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

using namespace test;

namespace {

/// How often attempts fail, one iteration after the other, and with what.
struct failing {
    int times = 100;
    std::function<void()> with = connection_lost;

    void operator()(tasks::iteration const& it) const
    {
        if (it.attempt < static_cast<unsigned>(times))
            with();
    }
};

tasks::options retried(std::optional<std::int64_t> retries)
{
    return {.every = 100s, .backoff = constant_backoff{1s}, .retries = retries};
}

} // namespace

TEST_CASE("rule 36: after so many retries in a row the next failure is fatal")
{
    captured_log const log;
    noted_loop f{retried(2)};
    SECTION("the last retry fails")
    {
        f.then = failing{3};
        f.start();
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 1s 0s#1, 2s 0s#2");
        CHECK(f.loop.failed());
        CHECK(tasks::what(f.loop.exception()).find("reset") != std::string::npos);
        CHECK(f.loop.failures() == 1);
    }
    SECTION("the last retry succeeds")
    {
        f.then = failing{2};
        f.start();
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 1s 0s#1, 2s 0s#2");
        CHECK(!f.loop.failed());
        CHECK(f.loop.is_running());
        CHECK(f.loop.failures() == 0);
    }
}

TEST_CASE("rule 36: the limit holds where no other option is set")
{
    captured_log const log;
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 100s, .retries = 0}, [&] {
                           s.note("attempt");
                           connection_lost();
                       }};
    loop.start();
    s.time.advance(90s);
    CHECK(s.trace() == "0s attempt");
    CHECK(loop.failed());
}

TEST_CASE("rule 36: the default is without limit")
{
    CHECK(!tasks::options{}.retries);
    noted_loop f{retried(std::nullopt)};
    f.then = failing{2000};
    f.start();
    f.advance(1500s);
    CHECK(f.loop.is_running());
    CHECK(!f.loop.failed());
}

TEST_CASE("rule 36: 0 means as without reconnect")
{
    captured_log const log;
    auto const off = GENERATE(false, true);
    auto o = retried(0);
    if (off) {
        o.retries.reset();
        o.reconnect = false;
    }
    noted_loop f{std::move(o)};
    note_hooks(f.s, f.loop);
    f.then = failing{};
    SECTION("a handled exception is fatal")
    {
        f.start();
        f.advance(10s);
        CHECK(f.trace().substr(0, 25) == "0s before, 0s 0s, 0s erro");
        CHECK(f.loop.failed());
    }
    SECTION("also after cancel()")
    {
        f.first = [&](tasks::iteration const&) { f.loop.cancel(); };
        f.start();
        f.advance(10s);
        CHECK(f.loop.failed());
    }
}

TEST_CASE("rule 36: each iteration counts its own")
{
    noted_loop f{retried(2)};
    f.then = failing{2};
    f.start();
    f.advance(150s);
    CHECK(f.trace() == "0s 0s, 1s 0s#1, 2s 0s#2, 100s 100s, 101s 100s#1, 102s 100s#2");
    CHECK(!f.loop.failed());
}

TEST_CASE("rule 36: an attempt that lasted 5 minutes begins the count anew")
{
    captured_log const log;
    noted_loop f{{.every = 1h, .backoff = constant_backoff{1s}, .retries = 2}};
    f.then = failing{};
    SECTION("5 minutes: its failure is the first of a new row")
    {
        f.takes = {0s, 0s, 5min};
        f.start();
        f.advance(20min);
        CHECK(f.trace() == "0s 0s, 1s 0s#1, 2s 0s#2, 303s 0s#3, 304s 0s#4");
        CHECK(f.loop.failed());
    }
    SECTION("less than that")
    {
        f.takes = {0s, 0s, 5min - 1ns};
        f.start();
        f.advance(20min);
        CHECK(f.trace() == "0s 0s, 1s 0s#1, 2s 0s#2");
        CHECK(f.loop.failed());
    }
}

TEST_CASE("rule 36: … with the reset_after of the back-off")
{
    captured_log const log;
    noted_loop f{{.every = 1h, .backoff = tasks::exponential_backoff{.reset_after = 10s}, .retries = 1}};
    f.then = failing{};
    f.takes = {10s, 10s, 10s, 10s - 1ns};
    f.start();
    f.advance(20min);
    CHECK(f.loop.failed());
    auto const all = f.trace();
    CHECK(all.find("#3") != std::string::npos);
    CHECK(all.find("#4") == std::string::npos);
}

TEST_CASE("rule 36: the next failure is fatal whatever its type")
{
    captured_log const log;
    noted_loop f{{.every = 100s, .backoff = constant_backoff{1s}, .timeout = 5s, .retries = 1}};
    std::function<void()> const last =
        GENERATE(std::function<void()>{connection_lost},
                 std::function<void()>{[] { throw std::runtime_error{"boom"}; }},
                 std::function<void()>{[] { throw tasks::system_error{asio::error::operation_aborted}; }});
    f.then = [&](tasks::iteration const& it) {
        if (it.attempt == 0)
            connection_lost();
        last();
    };
    SECTION("thrown")
    {
        f.start();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 1s 0s#1");
        CHECK(f.loop.failed());
    }
    SECTION("a time-out")
    {
        f.takes = {0s, 60s};
        f.start();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 1s 0s#1");
        CHECK(f.loop.failed());
        CHECK(tasks::what(f.loop.exception()).find("timeout of 5s") != std::string::npos);
    }
}

TEST_CASE("rule 36: … also after cancel(), where it would be dropped otherwise")
{
    captured_log const log;
    noted_loop f{retried(1)};
    SECTION("the retries are used up")
    {
        f.then = [&](tasks::iteration const& it) {
            if (it.attempt == 1)
                f.loop.cancel();
            connection_lost();
        };
        f.start();
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 1s 0s#1");
        CHECK(f.loop.failed());
    }
    SECTION("one is left")
    {
        f.then = [&](tasks::iteration const&) {
            f.loop.cancel();
            connection_lost();
        };
        f.start();
        f.advance(10s);
        CHECK(f.trace() == "0s 0s");
        CHECK(!f.loop.failed());
        CHECK(!f.loop.is_running());
    }
    SECTION("the cancellation itself is no failure")
    {
        f.takes = {0s, 60s};
        f.then = failing{};
        f.start();
        f.advance(5s);
        f.loop.cancel();
        f.advance(5s);
        CHECK(f.trace() == "0s 0s, 1s 0s#1");
        CHECK(!f.loop.failed());
        CHECK(!f.loop.is_running());
    }
}

TEST_CASE("rule 36: stop() leaves the retries that are left")
{
    captured_log const log;
    noted_loop f{retried(2)};
    f.then = failing{};
    f.start();
    f.advance(500ms);
    f.loop.stop();
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 1s 0s#1, 2s 0s#2");
    CHECK(f.loop.failed());
}

TEST_CASE("rule 36: under next_slot the iteration ends, and the next one has all its retries")
{
    noted_loop f{{.every = 10s,
                  .count = 2,
                  .backoff = constant_backoff{1s},
                  .retries = 1,
                  .on_error = tasks::on_error::next_slot}};
    note_hooks(f.s, f.loop);
    f.then = [](tasks::iteration const&) { throw tasks::timed_out{"slow"}; };
    f.start();
    f.advance(60s);
    CHECK(f.loop.failures() == 2);
    CHECK(!f.loop.failed());
    auto all = f.trace();
    for (std::size_t at; (at = all.find("error(")) != std::string::npos;)
        all.replace(at, all.find(')', at) + 1 - at, "error");
    CHECK(all == "0s before, 0s 0s, 1s 0s#1, 1s error, 10s 10s, 11s 10s#1, 11s error, 11s after");
}

TEST_CASE("rule 36: with overlap each iteration has its own count")
{
    captured_log const log;
    noted_loop f{{.every = 2s, .backoff = constant_backoff{3s}, .overlap = 2, .retries = 1}};
    f.then = [](tasks::iteration const& it) {
        if (it.number < 2 && it.attempt == 0)
            connection_lost();
    };
    f.start();
    f.advance(7s);
    CHECK(f.trace() == "0s 0s, 2s 2s, 3s 0s#1, 4s 4s, 5s 2s#1, 6s 6s");
    CHECK(!f.loop.failed());
}
