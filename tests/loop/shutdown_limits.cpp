// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/shutdown.hpp>

using namespace test;

namespace {

std::string text(std::vector<std::string> const& names)
{
    std::string all;
    for (auto const& n : names)
        all += (all.empty() ? "" : " ") + n;
    return all;
}

/// Three loops, all in their bodies at 0 s: one needs 2 s, one an hour, one an hour and ignores its
/// cancellation.
struct deadlines {
    virtual_context s;
    tasks::loop<> quick{s.io, {.every = 10s, .name = "quick"}, [this]() -> task {
                            co_await pause(2s);
                            s.note("quick is done");
                        }};
    tasks::loop<> slow{s.io, {.every = 10s, .name = "slow"}, [] { return pause(1h); }};
    tasks::loop<> deaf{s.io, {.every = 10s}, []() -> task {
                           co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
                           co_await pause(1h);
                       }};

    template <class... Loops>
    void shut_down(tasks::shutdown_limits limits, Loops&... loops)
    {
        (loops.start(), ...);
        s.time.run_until_idle();
        asio::co_spawn(s.io, tasks::async_shutdown(limits, loops...),
                       [this](std::exception_ptr const& e, tasks::shutdown_report const& r) {
                           s.note(e ? tasks::what(e)
                                    : "completed: " + ::text(r.completed) +
                                          ", cancelled: " + ::text(r.cancelled) +
                                          ", still running: " + ::text(r.still_running));
                       });
    }
};

} // namespace

TEST_CASE("shutdown: bodies in progress are finished, and then it does not wait for the deadline")
{
    deadlines f;
    f.shut_down(5s, f.quick);
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "2s quick is done, 2s completed: quick, cancelled: , still running: ");
}

TEST_CASE("shutdown: what is left at the deadline is cancelled and waited for")
{
    deadlines f;
    f.slow.after_loop([] { return pause(500ms); });
    f.shut_down(5s, f.quick, f.slow);
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "2s quick is done, 5500ms completed: quick, cancelled: slow, still running: ");
    CHECK(!f.slow.is_running());
}

TEST_CASE("shutdown: it does not wait longer than the deadline and the grace, and says who is still running")
{
    deadlines f;
    f.shut_down({5s, 3s}, f.quick, f.slow, f.deaf);
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "2s quick is done, 8s completed: quick, cancelled: slow, still running: #3");
    CHECK(f.deaf.is_running());
}

TEST_CASE("shutdown: idle loops have completed, and a list of pointers will do")
{
    deadlines f;
    std::vector<tasks::loop_base*> const loops{&f.quick, nullptr, &f.deaf};
    std::string names;
    asio::co_spawn(f.s.io, tasks::async_shutdown(5s, loops),
                   [&](std::exception_ptr const&, tasks::shutdown_report const& r) {
                       names = text(r.completed);
                       CHECK(r.all_ended());
                   });
    f.s.time.run_until_idle();
    CHECK(names == "quick #2");
}
