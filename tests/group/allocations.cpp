// SPDX-License-Identifier: MIT
// Not with the sanitizers, because replacing operator new would break their allocator.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TASKS_TEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TASKS_TEST_SANITIZED
#endif

#if !defined(TASKS_TEST_SANITIZED)

#include "support/catch.hpp"
#include "support/counting_allocations.hpp"
#include "support/virtual_context.hpp"

#include <tasks/group/history.hpp>

#include <cstddef>
#include <exception>
#include <stdexcept>
#include <utility>

using namespace std::chrono_literals;

namespace {

constexpr int warm = 2'000;
constexpr int end = 12'000;

struct not_interested {
    void on_run_started(tasks::run_started const&) {}
};

/// The allocations of the thread from the iteration `warm` to the iteration `end`.
template <class Observer, class Body>
std::size_t allocations_of_iterations(tasks::options o, Observer& observer, Body body)
{
    test::virtual_context context;
    int bodies = 0;
    std::size_t before = 0;
    std::size_t after = 0;
    o.name = "a name that is too long to be stored inside of a string";
    tasks::loop<> loop{context.io.get_executor(), std::move(o), [&]() -> test::task {
                           if (bodies == warm)
                               before = test::allocations();
                           if (bodies == end)
                               after = test::allocations();
                           ++bodies;
                           return body();
                       }};
    loop.observe(observer).start();
    // Inside a handler, as in a program, because only there Asio keeps the memory of frames.
    context.time.run_until_idle();
    test::asio::post(context.io, [&] { context.time.advance(24h); });
    context.io.restart();
    context.io.run_one();
    REQUIRE(bodies > end);
    return after - before;
}

} // namespace

TEST_CASE("history allocates nothing for an iteration once it is full")
{
    tasks::history recent{50};
    CHECK(allocations_of_iterations({.every = 1s}, recent, []() -> test::task { co_return; }) == 0);
    CHECK(recent.of(recent.names().at(0)).iterations.size() == 50);
}

TEST_CASE("history allocates nothing for slots without an iteration once it is full")
{
    tasks::options o{.every = 1s};
    o.missed = GENERATE(tasks::missed::coalesce, tasks::missed::skip, tasks::missed::forbid);
    auto const sleeping = [] { return test::pause(2500ms); }; // an operation of its own, which allocates
    not_interested none;
    tasks::history recent{50};
    auto const without = allocations_of_iterations(o, none, sleeping);
    CHECK(allocations_of_iterations(o, recent, sleeping) == without);
    CHECK(recent.of(recent.names().at(0)).slots.size() == 50);
}

TEST_CASE("history allocates for an error what the text of the exception takes, and nothing more")
{
    auto const former = tasks::set_log_sink({});
    std::runtime_error const error{"a text that is too long to be stored inside of a string"};
    auto const failing = [&error]() -> test::task {
        throw error;
        co_return;
    };
    tasks::options const o{.every = 1s, .on_error = tasks::on_error::next_slot};
    not_interested none;
    tasks::history recent{50};
    auto const without = allocations_of_iterations(o, none, failing);
    auto const with = allocations_of_iterations(o, recent, failing);
    tasks::set_log_sink(former);

    auto const exception = std::make_exception_ptr(error);
    auto const before = test::allocations();
    static_cast<void>(tasks::what(exception));
    auto const of_text = test::allocations() - before;
    CHECK(of_text > 0);
    CHECK(with <= without + of_text * (end - warm));
    CHECK(recent.of(recent.names().at(0)).iterations.at(49).error == error.what());
}

#endif
