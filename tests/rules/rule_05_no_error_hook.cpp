// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

using namespace test;

TEST_CASE(
    "rule 5: without an error hook a fatal error is reported to the log sink before the after hook begins")
{
    virtual_context s;
    captured_log log;
    tasks::loop<> loop{s.io, {.every = 1s, .name = "mail"}, [] { throw std::runtime_error{"boom"}; }};
    loop.after_loop([&]() -> task {
        s.note("after");
        co_return;
    });
    log.on_record = [&](tasks::log_record const& r) { s.note("log(" + tasks::what(r.exception) + ")"); };

    loop.start();
    s.time.advance(5s);
    CHECK(s.trace() == "0s log(boom), 0s after");
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines[0].substr(0, 5) == "mail:");
    CHECK(loop.failed());
}

TEST_CASE("rule 5: … that of a before hook as well")
{
    virtual_context s;
    captured_log log;
    tasks::loop<> loop{s.io, 1s, [] {}};
    loop.before_loop([] { throw std::runtime_error{"before"}; });
    loop.start();
    s.time.advance(5s);
    CHECK(log.only_record_has("before"));
}

TEST_CASE("rule 5: with an error hook it is not reported")
{
    virtual_context s;
    captured_log log;
    tasks::loop<> loop{s.io, 1s, [] { throw std::runtime_error{"boom"}; }};
    loop.error([](std::exception_ptr) {});
    loop.start();
    s.time.advance(5s);
    CHECK(loop.failed());
    CHECK(log.lines.empty());
}

TEST_CASE("rule 5: a sink that throws does no harm")
{
    virtual_context s;
    captured_log log;
    log.on_record = [](tasks::log_record const&) { throw 1; };
    tasks::loop<> loop{s.io, 1s, [] { throw std::runtime_error{"boom"}; }};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(5s);
    CHECK(s.trace() == "0s after");
    CHECK(!loop.is_running());
}
