// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/shutdown.hpp>

using namespace test;

// What code that does not know the signature of a loop relies on.

namespace {

tasks::detail::loop_core& core_of(tasks::loop_base const& l)
{
    return *tasks::detail::loop_access::core(l);
}

} // namespace

TEST_CASE("without arguments, a loop whose body takes none is started and restarted")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
    core_of(loop).start_without_arguments();
    s.time.advance(1s);
    CHECK_THROWS_AS(core_of(loop).start_without_arguments(), tasks::already_running);
    core_of(loop).restart_without_arguments();
    s.time.advance(1s);
    CHECK(s.trace() == "0s body, 1s body");
}

TEST_CASE("without arguments, a loop whose body takes some is refused, idle or not, and nothing has changed")
{
    virtual_context s;
    tasks::loop loop{s.io, {.every = 10s, .name = "greeter"}, [&](int n) { s.note(std::to_string(n)); }};
    auto const start = [&] { core_of(loop).start_without_arguments(); };
    auto const restart = [&] { core_of(loop).restart_without_arguments(); };
    CHECK(thrown<std::logic_error>(start) ==
          "tasks: loop 'greeter': start() cannot pass the arguments that the body takes; call start() of the "
          "loop itself, which takes them");
    CHECK(has(thrown<std::logic_error>(restart), "'greeter': restart() cannot pass"));
    CHECK(!loop.is_running());
    loop.start(7);
    s.time.advance(1s);
    CHECK(has(thrown<std::logic_error>(restart), "'greeter': restart() cannot pass"));
    s.time.advance(10s);
    CHECK(s.trace() == "0s 7, 10s 7");
}
