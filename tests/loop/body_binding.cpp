// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <functional>
#include <memory>
#include <string>
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

/// Call operators with each qualifier that allows a call on an lvalue.
struct on_lvalue {
    int& sum;
    void operator()(int n) & { sum += n; }
};
struct on_constant {
    int& sum;
    void operator()(tasks::iteration const&, int n) const& { sum += n; }
};
struct on_constant_quietly {
    int& sum;
    void operator()(int n) const& noexcept { sum += n; }
};
struct as_coroutine {
    int& sum;
    task operator()(std::string text, int n) &
    {
        co_await pause(1s);
        sum += n + static_cast<int>(text.size());
    }
};
struct with_qualified_members {
    int sum = 0;
    void on_lvalue(int n) & { sum += n; }
    void on_constant(int) const& noexcept {}
};
struct overloaded {
    int& sum;
    void operator()(int n) { sum += n; }
    void operator()(std::string const& text) { sum += static_cast<int>(text.size()); }
    void operator()() { sum += 100; }
};

tasks::options once()
{
    return {.every = 10s, .count = 1};
}

template <class Loop, class... Args>
void run(virtual_context& s, Loop& loop, Args... args)
{
    loop.start(args...);
    s.time.advance(30s);
    CHECK(!loop.is_running());
    CHECK(!loop.failed());
}

} // namespace

TEST_CASE("body: a plain function, and a coroutine function with arguments")
{
    virtual_context s;
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
    virtual_context s;
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
    virtual_context s;
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
    virtual_context s;
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
    virtual_context s;
    counter c;
    tasks::loop<> loop{s.io, once(), &counter::plain, c};
    run(s, loop);
    CHECK(c.calls == 0);
}

TEST_CASE("body: a member function with an iteration and bound values before the arguments")
{
    virtual_context s;
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
    virtual_context s;
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
    virtual_context s;
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
    virtual_context s;
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

TEST_CASE("body: call operators and member functions with a reference qualifier")
{
    virtual_context s;
    int sum = 0;
    tasks::loop lvalue{s.io, once(), on_lvalue{sum}};
    tasks::loop constant{s.io, once(), on_constant{sum}};
    tasks::loop quiet{s.io, once(), on_constant_quietly{sum}};
    tasks::loop coroutine{s.io, once(), as_coroutine{sum}, "bound"};
    static_assert(std::is_same_v<decltype(lvalue), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(constant), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(quiet), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(coroutine), tasks::loop<void(int)>>);
    run(s, lvalue, 1);
    run(s, constant, 2);
    run(s, quiet, 4);
    run(s, coroutine, 8);
    CHECK(sum == 20);

    with_qualified_members object;
    tasks::loop member{s.io, once(), &with_qualified_members::on_lvalue, &object};
    tasks::loop other{s.io, once(), &with_qualified_members::on_constant, &object};
    static_assert(std::is_same_v<decltype(member), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(other), tasks::loop<void(int)>>);
    run(s, member, 3);
    run(s, other, 3);
    CHECK(object.sum == 3);
}

TEST_CASE("body: overloaded call operators, with the signature named, or for no arguments")
{
    virtual_context s;
    int sum = 0;
    tasks::loop<void(int)> number{s.io, once(), overloaded{sum}};
    tasks::loop<void(std::string)> text{s.io, once(), overloaded{sum}};
    tasks::loop none{s.io, once(), overloaded{sum}};
    static_assert(std::is_same_v<decltype(none), tasks::loop<>>);
    run(s, number, 1);
    run(s, text, std::string{"abc"});
    run(s, none);
    CHECK(sum == 104);
}

TEST_CASE("body: generic lambdas, with the signature named, or for no arguments")
{
    virtual_context s;
    int sum = 0;
    tasks::loop<void(int)> one{s.io, once(), [&](auto n) { sum += n; }};
    // Would not compile with an iteration, which is not tried because it can be called without.
    tasks::loop<void(int, int)> any{s.io, once(), [&](auto... n) { ((sum += n), ...); }};
    tasks::loop with_iteration{s.io, once(),
                               [&](auto const& it) { sum += static_cast<int>(it.number) + 100; }};
    tasks::loop none{s.io, once(), [&](auto...) { sum += 1000; }};
    static_assert(std::is_same_v<decltype(with_iteration), tasks::loop<>>);
    static_assert(std::is_same_v<decltype(none), tasks::loop<>>);
    run(s, one, 1);
    run(s, any, 2, 4);
    run(s, with_iteration);
    run(s, none);
    CHECK(sum == 1107);
}

TEST_CASE("body: std::function, and a function bound to an object by reference")
{
    virtual_context s;
    int sum = 0;
    std::function<void(int)> function = [&sum](int n) { sum += n; };
    tasks::loop held{s.io, once(), function};
    tasks::loop referenced{s.io, once(), std::ref(function), 5};
    tasks::loop free{s.io, once(), +[](int& to, int n) { to += n; }, std::ref(sum)};
    static_assert(std::is_same_v<decltype(held), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(referenced), tasks::loop<>>);
    static_assert(std::is_same_v<decltype(free), tasks::loop<void(int)>>);
    run(s, held, 1);
    run(s, referenced);
    run(s, free, 10);
    CHECK(sum == 16);
}

TEST_CASE("loop: setters return the loop, and options may be a value")
{
    virtual_context s;
    tasks::options const o{.every = 10s, .count = 1, .name = "kept"};
    tasks::loop<> loop{s.io, o, [] {}};
    auto& same = loop.before_loop([] {}).after_loop([] {}).error([](std::exception_ptr) {});
    CHECK(&same == &loop);
    CHECK(loop.name() == "kept");
    CHECK(o.name == "kept");
}
