// SPDX-License-Identifier: MIT
// Fails the k-th allocation of what groups and expectations do, for every k.
#include "every_allocation.hpp"
#include "failure_ledger.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/group/group.hpp>

#include <stdexcept>
#include <string>

using namespace test;

namespace {

std::string const long_name = "a name that is too long for a std::string itself";

} // namespace

TEST_CASE("no memory to add a loop to a group: it is not there, or it is there for good")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        virtual_context s;
        tasks::loop<> loop{s.io, {.every = 1s, .name = long_name}, [] {}};
        tasks::group jobs;
        bool const failed = under_pressure([&] { jobs.add(loop); });
        CHECK(jobs.size() == (failed ? 0 : 1));
        if (failed)
            jobs.add(loop);
        loop.start();
        s.time.advance(3s);
        CHECK(jobs.snapshot().at(0).ran > 2);
    });
    CHECK(all.threw > 3);
}

TEST_CASE("no memory for a snapshot: it throws and changes nothing")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        virtual_context s;
        tasks::loop<> loop{s.io, {.every = 1s, .name = long_name}, [] {}};
        tasks::group const jobs{loop};
        loop.start();
        s.time.advance(3s);
        under_pressure([&] {
            static_cast<void>(jobs.find(long_name));
            static_cast<void>(jobs.snapshot());
        });
        CHECK(jobs.snapshot().at(0).name == long_name);
        CHECK(loop.is_running());
    });
    CHECK(all.threw > 2);
}

TEST_CASE("no memory for the text of an error: the rest of the status is right")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        failure_ledger const seen;
        virtual_context s;
        tasks::loop<> loop{s.io.get_executor(),
                           {.every = 1s, .on_error = tasks::on_error::next_slot, .name = "job"},
                           [] { throw std::runtime_error{long_name + ", and an error"}; }};
        tasks::group const jobs{loop};
        loop.start();
        under_pressure([&] { s.time.advance(1s); });
        s.time.advance(3s);
        auto const now = jobs.snapshot().at(0);
        CHECK((now.error || loop.failed()));
        CHECK(now.last);
        CHECK(now.failures > 0);
    });
    CHECK(all.completed > 0);
}

TEST_CASE("no memory for a run that expects successes: it does not begin, or it is overdue in time")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        failure_ledger const seen;
        virtual_context s;
        int bodies = 0;
        tasks::loop<> loop{
            s.io.get_executor(), {.every = 1s, .expect = 60s, .name = long_name}, [&]() -> task {
                ++bodies;
                co_await pause(1h);
            }};
        bool const failed = under_pressure([&] {
            loop.start();
            s.time.advance(1s);
        });
        s.time.advance(2min);
        if (bodies == 0)
            CHECK((failed || loop.failed()));
        else
            CHECK((loop.failed() || loop.is_overdue()));
    });
    CHECK(all.threw > 0);
}
