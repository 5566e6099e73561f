// SPDX-License-Identifier: MIT
#include "full_loop.hpp"
#include "support/catch.hpp"

using namespace test;

namespace {

/// Runs the scenario for k handlers, acts on it, and runs it to its end, for every k.
template <class Action>
void after_every_handler(scenario s, Action action)
{
    int handlers = 0;
    {
        full_loop w{s};
        while (w.step())
            ++handlers;
        REQUIRE(w.faults() == "");
        REQUIRE(w.frames() == 0);
        REQUIRE(w.runs() == 2);
        REQUIRE(w.went_through_all());
    }
    REQUIRE(handlers > 50);

    for (int k = 0; k <= handlers; ++k) {
        CAPTURE(k, s.strand, s.loses_one, s.clock, s.overlap, s.controlled);
        full_loop w{s};
        for (int i = 0; i < k; ++i)
            w.step();
        action(w);
        REQUIRE(w.finish());
        REQUIRE(w.faults() == "");
        REQUIRE(w.frames() == 0);
    }
}

/// Every combination except for the kind of executor.
scenario any_scenario(bool strand)
{
    return {.strand = strand,
            .loses_one = GENERATE(false, true),
            .clock = GENERATE(false, true),
            .overlap = GENERATE(1, 2),
            .controlled = GENERATE(false, true)};
}

/// The same, of loops under control.
scenario controlled_scenario(bool strand)
{
    return {.strand = strand, .clock = GENERATE(false, true), .overlap = GENERATE(1, 2), .controlled = true};
}

scenario any_scenario()
{
    return any_scenario(GENERATE(false, true));
}

} // namespace

TEST_CASE("after the k-th handler the context is dropped")
{
    after_every_handler(any_scenario(false), [](full_loop& w) {
        w.drop_context();
        CHECK(w.frames() == 0); // at once
        w.destroy_owner();
    });
}

TEST_CASE("after the k-th handler the context is dropped: a loop with a strand of its own")
{
    after_every_handler(any_scenario(true), [](full_loop& w) {
        w.drop_context();
        CHECK(w.frames() == 0);
        w.destroy_owner();
    });
}

TEST_CASE("after the k-th handler the owner of the loop is destroyed")
{
    after_every_handler(any_scenario(), [](full_loop& w) {
        w.destroy_owner();
        w.silence();
    });
}

TEST_CASE("after the k-th handler the owner of the loop is destroyed, and then the context is dropped")
{
    after_every_handler(any_scenario(), [](full_loop& w) {
        w.destroy_owner();
        w.drop_context();
        CHECK(w.frames() == 0);
    });
}

TEST_CASE("after the k-th handler the run is cancelled")
{
    after_every_handler(any_scenario(), [](full_loop& w) { w.loop().cancel(); });
}

TEST_CASE("after the k-th handler the run is cancelled, and some handlers later the owner is destroyed")
{
    auto const more = GENERATE(0, 1, 2, 3, 5);
    after_every_handler(any_scenario(), [more](full_loop& w) {
        w.loop().cancel();
        for (int i = 0; i < more; ++i)
            w.step();
        w.destroy_owner();
        w.silence();
    });
}

TEST_CASE("after the k-th handler the run is cancelled, and some handlers later the context is dropped")
{
    auto const more = GENERATE(0, 1, 2, 3);
    after_every_handler(any_scenario(false), [more](full_loop& w) {
        w.loop().cancel();
        for (int i = 0; i < more; ++i)
            w.step();
        w.drop_context();
        w.destroy_owner();
    });
}

TEST_CASE("after the k-th handler the loop is restarted")
{
    after_every_handler(any_scenario(), [](full_loop& w) { w.loop().restart(std::make_shared<int>(3)); });
}

TEST_CASE("after the k-th handler the loop is stopped")
{
    after_every_handler(any_scenario(), [](full_loop& w) { w.loop().stop(); });
}

TEST_CASE("after the k-th handler the schedule is changed")
{
    auto s = any_scenario();
    after_every_handler(s, [](full_loop& w) {
        w.renew_schedule();
        w.loop().cancel();
        w.loop().restart(std::make_shared<int>(3));
        w.loop().stop();
    });
}

TEST_CASE("after the k-th handler an iteration is requested")
{
    after_every_handler(controlled_scenario(GENERATE(false, true)), [](full_loop& w) {
        w.loop().trigger();
        w.loop().trigger_in(3s);
        w.request();
    });
}

TEST_CASE("after the k-th handler an iteration is requested, and some handlers later its caller gives up")
{
    auto const more = GENERATE(0, 1, 2, 3);
    after_every_handler(controlled_scenario(GENERATE(false, true)), [more](full_loop& w) {
        w.request_for_a_while();
        for (int i = 0; i < more; ++i)
            w.step();
        w.give_up();
    });
}

TEST_CASE("after the k-th handler an iteration is requested, and some handlers later the owner is destroyed")
{
    auto const more = GENERATE(0, 1, 2, 3, 5);
    after_every_handler(controlled_scenario(GENERATE(false, true)), [more](full_loop& w) {
        w.request();
        for (int i = 0; i < more; ++i)
            w.step();
        w.destroy_owner();
        w.silence();
    });
}

TEST_CASE("after the k-th handler an iteration is requested, and some handlers later the context is dropped")
{
    auto const more = GENERATE(0, 1, 2, 3);
    after_every_handler(controlled_scenario(false), [more](full_loop& w) {
        w.request();
        for (int i = 0; i < more; ++i)
            w.step();
        w.drop_context();
        w.destroy_owner();
    });
}

TEST_CASE("after the k-th handler the loop is paused until nothing is left to do")
{
    after_every_handler(controlled_scenario(GENERATE(false, true)), [](full_loop& w) { w.loop().pause(); });
}

TEST_CASE("after the k-th handler the loop is paused, and some handlers later resumed")
{
    auto const more = GENERATE(0, 1, 3, 9);
    after_every_handler(controlled_scenario(GENERATE(false, true)), [more](full_loop& w) {
        w.loop().pause();
        for (int i = 0; i < more; ++i)
            w.step();
        w.loop().resume();
    });
}

TEST_CASE("after the k-th handler the loop is paused, and some handlers later its run is cancelled")
{
    auto const more = GENERATE(0, 1, 3, 9);
    after_every_handler(controlled_scenario(GENERATE(false, true)), [more](full_loop& w) {
        w.loop().pause();
        for (int i = 0; i < more; ++i)
            w.step();
        w.loop().cancel();
    });
}
