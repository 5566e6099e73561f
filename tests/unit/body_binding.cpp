// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/stage.hpp"

#include <memory>
#include <type_traits>

using namespace test;

namespace {

int free_calls = 0;
void plain_function()
{
    ++free_calls;
}
task coroutine_function(int n, std::string text)
{
    co_await pause(1s);
    free_calls += n + static_cast<int>(text.size());
}

struct counter {
    int calls = 0;
    int last = 0;
    std::uint64_t number = 0;
    void plain() { ++calls; }
    void plain_const() const {}
    void noexcept_plain() noexcept { ++calls; }
    task coroutine(int n)
    {
        co_await pause(1s);
        ++calls;
        last = n;
    }
    task with_iteration(tasks::iteration const& it, int n)
    {
        co_await pause(1s);
        number = it.number;
        last = n;
    }
};

tasks::options once()
{
    return {.every = 10s, .count = 1};
}

template <class Loop, class... Args>
void run(stage& s, Loop& loop, Args... args)
{
    loop.start(args...);
    s.time.advance(30s);
    CHECK(!loop.is_running());
    CHECK(!loop.failed());
}

} // namespace

TEST_CASE("body: a plain function, and a coroutine function with arguments")
{
    stage s;
    free_calls = 0;
    tasks::loop plain{s.io, once(), plain_function};
    tasks::loop pointer{s.io, once(), &plain_function};
    tasks::loop coroutine{s.io, once(), coroutine_function};
    static_assert(std::is_same_v<decltype(plain), tasks::loop<>>);
    static_assert(std::is_same_v<decltype(coroutine), tasks::loop<void(int, std::string)>>);
    run(s, plain);
    run(s, pointer);
    CHECK(free_calls == 2);
    run(s, coroutine, 10, "abc");
    CHECK(free_calls == 15);
}

TEST_CASE("body: lambdas, with arguments by value and by const reference, mutable, and with an iteration")
{
    stage s;
    std::string seen;
    tasks::loop by_reference{s.io, once(), [&](std::string const& text) -> task {
                                 co_await pause(1s);
                                 seen += text;
                             }};
    static_assert(std::is_same_v<decltype(by_reference), tasks::loop<void(std::string)>>);
    run(s, by_reference, "x");
    tasks::loop with_iteration{s.io, once(), [&](tasks::iteration const& it, int n) {
                                   seen += std::to_string(it.number) + std::to_string(n);
                               }};
    static_assert(std::is_same_v<decltype(with_iteration), tasks::loop<void(int)>>);
    run(s, with_iteration, 7);
    tasks::loop iteration_by_value{s.io, once(), [&](tasks::iteration it) -> task {
                                       co_await pause(1s);
                                       seen += std::to_string(it.attempt);
                                   }};
    run(s, iteration_by_value);
    int calls = 0;
    tasks::loop<> counting{s.io, tasks::options{.every = 1s, .count = 3},
                           [&calls, own = 0]() mutable { calls = ++own; }};
    run(s, counting);
    CHECK(seen == "x070");
    CHECK(calls == 3);
}

TEST_CASE("body: captures that can only be moved")
{
    stage s;
    int sum = 0;
    tasks::loop<> loop{s.io, once(), [&sum, p = std::make_unique<int>(5)]() -> task {
                           co_await pause(1s);
                           sum += *p;
                       }};
    loop.before_loop([&sum, p = std::make_unique<int>(2)] { sum += *p; })
        .after_loop([&sum, p = std::make_unique<int>(3)] { sum += *p; })
        .error([p = std::make_unique<int>(3)](std::exception_ptr) {});
    run(s, loop);
    CHECK(sum == 10);
}

TEST_CASE("body: a member function with its object as a pointer or a reference_wrapper")
{
    stage s;
    counter c;
    tasks::loop<> plain{s.io, once(), &counter::plain, &c};
    tasks::loop<> wrapped{s.io, once(), &counter::plain, std::ref(c)};
    tasks::loop<> constant{s.io, once(), &counter::plain_const, &std::as_const(c)};
    tasks::loop<> quiet{s.io, once(), &counter::noexcept_plain, &c};
    tasks::loop deduced{s.io, once(), &counter::coroutine, &c};
    static_assert(std::is_same_v<decltype(deduced), tasks::loop<void(int)>>);
    run(s, plain);
    run(s, wrapped);
    run(s, constant);
    run(s, quiet);
    run(s, deduced, 4);
    CHECK(c.calls == 4);
    CHECK(c.last == 4);
}

TEST_CASE("body: a copy of the object, as with std::jthread")
{
    stage s;
    counter c;
    tasks::loop<> loop{s.io, once(), &counter::plain, c};
    run(s, loop);
    CHECK(c.calls == 0);
}

TEST_CASE("body: a member function with an iteration and bound values before the arguments")
{
    stage s;
    counter c;
    tasks::loop<> bound{s.io, {.every = 1s, .count = 3}, &counter::with_iteration, &c, 9};
    run(s, bound);
    CHECK(c.number == 2);
    CHECK(c.last == 9);

    std::string seen;
    tasks::loop some{s.io, once(),
                     [&](tasks::iteration const&, int a, std::string const& b, int d) {
                         seen = std::to_string(a) + b + std::to_string(d);
                     },
                     1, std::string{"-"}};
    static_assert(std::is_same_v<decltype(some), tasks::loop<void(int)>>);
    run(s, some, 2);
    CHECK(seen == "1-2");
}

TEST_CASE("body: a shared_ptr keeps the object")
{
    stage s;
    auto c = std::make_shared<counter>();
    std::weak_ptr<counter> const watch = c;
    {
        tasks::loop<> loop{s.io, {.every = 1s, .count = 2}, &counter::plain, std::move(c)};
        run(s, loop);
        REQUIRE(!watch.expired());
        CHECK(watch.lock()->calls == 2);
    }
    CHECK(watch.expired());
}

TEST_CASE("body: a weak_ptr is locked for each iteration, once it has expired the run is completed")
{
    stage s;
    auto c = std::make_shared<counter>();
    tasks::loop<void(int)> loop{s.io, 10s, &counter::coroutine, std::weak_ptr<counter>{c}};
    loop.after_loop([&] { s.note("after"); });
    loop.start(1);
    s.time.advance(12s);
    CHECK(c->calls == 2);
    CHECK(c.use_count() == 1); // not kept while asleep

    s.time.advance(8500ms); // in the third
    std::weak_ptr<counter> const watch = c;
    c.reset();
    CHECK(!watch.expired()); // kept while the body runs
    s.time.advance(1s);
    CHECK(watch.expired());
    s.time.advance(20s);
    CHECK(!loop.is_running());
    CHECK(!loop.failed());
    CHECK(s.trace() == "21s after");
}

TEST_CASE("body: hooks bind as bodies do")
{
    stage s;
    counter c;
    struct listener {
        std::string heard;
        task before(int n)
        {
            co_await pause(1s);
            heard += std::to_string(n);
        }
        void error(std::exception_ptr const& e) { heard += tasks::what(e); }
    } l;
    tasks::loop<> loop{s.io, once(), [] { throw std::runtime_error{"boom"}; }};
    loop.before_loop(&listener::before, &l, 7).error(&listener::error, &l).after_loop(&counter::plain, &c);
    loop.start();
    s.time.advance(30s);
    CHECK(l.heard == "7boom");
    CHECK(c.calls == 1);
}
