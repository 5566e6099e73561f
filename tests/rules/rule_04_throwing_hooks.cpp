// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"

using namespace test;

namespace {

struct fixture_of_rule_04 {
    virtual_context s;
    captured_log log;
    full_log observer{{s}};
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1, .name = "l"}, [this] { body(); }};
    std::function<void()> body = [this] { s.note("body"); };

    fixture_of_rule_04()
    {
        note_hooks(s, loop);
        loop.observe(observer);
    }
    std::string run()
    {
        loop.start();
        s.time.advance(5s);
        CHECK(!loop.is_running());
        return s.trace();
    }
};

[[noreturn]] void throw_text(std::string const& text)
{
    throw std::runtime_error{text};
}

} // namespace

TEST_CASE("rule 4: a before hook that throws makes the run fail: error hook, after hook, no iteration")
{
    fixture_of_rule_04 f;
    f.loop.before_loop([] { throw_text("before"); });
    CHECK(f.run() ==
          "0s run, 0s before hook failed: before, 0s error(before), 0s after, 0s ended(failed: before)");
    CHECK(f.log.lines.empty()); // the hook has received it
}

TEST_CASE("rule 4: a before hook that throws behind a co_await does the same, a handled type is fatal there "
          "as well")
{
    fixture_of_rule_04 f;
    f.loop.before_loop([]() -> task {
        co_await pause(1s);
        connection_lost();
    });
    auto const trace = f.run();
    CHECK(trace.find("1s before hook failed: ") != std::string::npos);
    CHECK(trace.find("1s error(") != std::string::npos);
    CHECK(trace.find("1s after, 1s ended(failed: ") != std::string::npos);
    CHECK(trace.find("body") == std::string::npos);
    CHECK(trace.find("retry") == std::string::npos);
}

TEST_CASE("rule 4: when the error hook throws the original exception stays the run's, the hook's own goes to "
          "the log")
{
    fixture_of_rule_04 f;
    f.body = [] { throw_text("body"); };
    f.loop.error([](std::exception_ptr) { throw_text("error"); });
    CHECK(f.run() ==
          "0s run, 0s before, 0s failed, 0s error hook failed: error, 0s after, 0s ended(failed: body)");
    CHECK(tasks::what(f.loop.exception()) == "body");
    CHECK(f.log.only_record_has("error"));
    CHECK(f.log.lines[0].substr(0, 2) == "l:");
}

TEST_CASE(
    "rule 4: when the after hook throws that is logged, the state is reset and the run ends failed with it")
{
    fixture_of_rule_04 f;
    f.loop.after_loop([] { throw_text("after"); });
    CHECK(f.run() ==
          "0s run, 0s before, 0s body, 0s succeeded, 0s after hook failed: after, 0s ended(failed: after)");
    CHECK(f.loop.failed());
    CHECK(tasks::what(f.loop.exception()) == "after");
    CHECK(f.loop.current_loop() == 0);
    CHECK(f.log.only_record_has("after"));
}

TEST_CASE("rule 4: … unless it had failed with another exception, which stays")
{
    fixture_of_rule_04 f;
    f.body = [] { throw_text("body"); };
    f.loop.after_loop([]() -> task {
        co_await pause(1s);
        throw_text("after");
    });
    CHECK(
        f.run() ==
        "0s run, 0s before, 0s failed, 0s error(body), 1s after hook failed: after, 1s ended(failed: body)");
    CHECK(tasks::what(f.loop.exception()) == "body");
    CHECK(f.log.only_record_has("after"));
}

TEST_CASE("rule 4: an after hook that throws makes a cancelled run failed, too")
{
    fixture_of_rule_04 f;
    f.body = [&] { f.loop.cancel(); };
    f.loop.after_loop([] { throw_text("after"); });
    CHECK(f.run() == "0s run, 0s before, 0s succeeded, 0s after hook failed: after, 0s ended(failed: after)");
}
