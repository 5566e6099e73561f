// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <memory>

using namespace test;

namespace {

/// Reports an error through a loop that fails.
void let_a_loop_fail(std::string const& name)
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .name = name}, [] { throw std::runtime_error{"boom"}; }};
    loop.start();
    s.time.run_until_idle();
}

/// Calls the log when it is copied or destroyed, as a sink with members of its own may.
struct busy_part {
    busy_part() = default;
    busy_part(busy_part const&) { use_log(); }
    busy_part(busy_part&&) noexcept = default;
    busy_part& operator=(busy_part const&) = delete;
    ~busy_part() { use_log(); }
    static void use_log() { tasks::set_log_sink(tasks::set_log_sink({})); }
};

} // namespace

TEST_CASE("log: a sink may replace the sink, itself included")
{
    captured_log const restore;
    std::string seen;
    tasks::set_log_sink([&, alive = std::make_shared<int>(1)](tasks::log_record const& r) {
        std::weak_ptr<int> const self = alive;
        tasks::set_log_sink(
            [&](tasks::log_record const& second) { seen += " second " + std::string{second.loop}; });
        CHECK(!self.expired()); // it must exist until its call has ended
        seen += "first " + std::string{r.loop};
    });
    let_a_loop_fail("a");
    let_a_loop_fail("b");
    CHECK(seen == "first a second b");
}

TEST_CASE("log: a sink may use loops, and what they report comes to it")
{
    captured_log const restore;
    std::string seen;
    tasks::set_log_sink([&](tasks::log_record const& r) {
        seen += std::string{r.loop} + " ";
        if (r.loop == "outer")
            let_a_loop_fail("inner");
        throw std::runtime_error{"discarded"};
    });
    let_a_loop_fail("outer");
    CHECK(seen == "outer inner ");
}

TEST_CASE("log: a sink is copied and destroyed without a lock")
{
    captured_log const restore;
    int records = 0;
    tasks::set_log_sink([part = busy_part{}, &records](tasks::log_record const&) { ++records; });
    {
        auto const former = tasks::set_log_sink({});
        REQUIRE(former);
        former(tasks::log_record{});
    }
    CHECK(records == 1);
    let_a_loop_fail("silent");
    CHECK(records == 1);
}
