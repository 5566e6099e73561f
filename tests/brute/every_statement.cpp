// SPDX-License-Identifier: MIT
#include "full_loop.hpp"
#include "support/catch.hpp"

using namespace test;

namespace {

/// Acts on the loop in the n-th statement of the body and the hooks, for every n.
template <class Action>
void in_every_statement(scenario s, Action action)
{
    int statements = 0;
    {
        full_loop w{s};
        REQUIRE(w.finish());
        REQUIRE(w.went_through_all());
        statements = w.statements();
    }
    REQUIRE(statements > 15);
    for (int n = 1; n <= statements; ++n) {
        CAPTURE(n, s.loses_one, s.clock, s.overlap, s.controlled);
        full_loop w{s};
        w.at_statement(n, [&] { action(w); });
        REQUIRE(w.finish());
        REQUIRE(w.faults() == "");
        REQUIRE(w.frames() == 0);
    }
}

scenario scenario_on_the_context()
{
    return {.loses_one = GENERATE(false, true),
            .clock = GENERATE(false, true),
            .overlap = GENERATE(1, 2),
            .controlled = GENERATE(false, true)};
}

} // namespace

TEST_CASE("a body or hook destroys the owner of its loop")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) { w.destroy_owner(); });
}

TEST_CASE("a body or hook cancels its run")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) { w.loop().cancel(); });
}

TEST_CASE("a body or hook stops its run")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) { w.loop().stop(); });
}

TEST_CASE("a body or hook restarts its loop")
{
    in_every_statement(scenario_on_the_context(),
                       [](full_loop& w) { w.loop().restart(std::make_shared<int>(3)); });
}

TEST_CASE("a body or hook restarts its loop and then destroys the owner")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) {
        w.loop().restart(std::make_shared<int>(3));
        w.destroy_owner();
    });
}

TEST_CASE("a body or hook requests an iteration")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) {
        w.loop().trigger();
        w.loop().trigger_in(3s);
        w.request();
    });
}

TEST_CASE("a body or hook requests an iteration and gives up waiting for it")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) {
        w.request_for_a_while();
        w.give_up();
    });
}

TEST_CASE("a body or hook requests an iteration and then destroys the owner")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) {
        w.request();
        w.destroy_owner();
    });
}

TEST_CASE("a body or hook pauses its loop")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) { w.loop().pause(); });
}

TEST_CASE("a body or hook pauses and resumes its loop")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) {
        w.loop().pause();
        w.loop().resume();
    });
}

TEST_CASE("a body or hook replaces the schedule by the same one")
{
    in_every_statement(scenario_on_the_context(), [](full_loop& w) { w.renew_schedule(); });
}
