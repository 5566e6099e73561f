// SPDX-License-Identifier: MIT
// The library's own stop tokens, and, where the standard library has them, that these do the same.
#include "support/catch.hpp"

#include <tasks/base/detail/own_stop_token.hpp>
#include <tasks/base/stop_token.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

using namespace std::chrono_literals;

namespace {

struct own {
    using token = tasks::detail::own_stop_token;
    using source = tasks::detail::own_stop_source;
    template <class F>
    using callback = tasks::detail::own_stop_callback<F>;
};
struct the_public_one {
    using token = tasks::stop_token;
    using source = tasks::stop_source;
    template <class F>
    using callback = tasks::stop_callback<F>;
};

template <class Kind>
void check_requests()
{
    typename Kind::token const none;
    CHECK_FALSE(none.stop_possible());
    CHECK_FALSE(none.stop_requested());

    std::optional<typename Kind::source> source{std::in_place};
    auto const token = source->get_token();
    CHECK(token.stop_possible());
    CHECK_FALSE(token.stop_requested());
    CHECK(source->stop_possible());
    CHECK_FALSE(source->stop_requested());
    CHECK(token == source->get_token());
    CHECK(token != none);
    CHECK(*source == typename Kind::source{*source});
    CHECK(*source != typename Kind::source{});

    SECTION("a stop is requested once")
    {
        auto copy = *source;
        CHECK(copy.request_stop());
        CHECK_FALSE(source->request_stop());
        CHECK(token.stop_requested());
        CHECK(source->stop_requested());
        source.reset();
        CHECK(token.stop_requested());
        CHECK(token.stop_possible());
    }
    SECTION("without a source no stop is possible")
    {
        std::optional moved{std::move(*source)};
        CHECK_FALSE(source->stop_possible()); // NOLINT(bugprone-use-after-move)
        CHECK_FALSE(source->request_stop());
        CHECK(token.stop_possible());
        {
            auto const copy = *moved;
            moved.reset(); // an assignment would do, but for libstdc++ 12
            CHECK(token.stop_possible());
        }
        CHECK_FALSE(token.stop_possible());
    }
    SECTION("without a source a stop that has been requested stays so")
    {
        source->request_stop();
        source.reset();
        CHECK(token.stop_requested());
        CHECK(token.stop_possible());
    }
    SECTION("assignment")
    {
        typename Kind::source other;
        other = *source;
        CHECK(other == *source);
        other.request_stop();
        CHECK(token.stop_requested());
    }
    SECTION("swap")
    {
        auto a = token;
        auto b = none;
        swap(a, b);
        CHECK(a == none);
        CHECK(b == token);
        a.swap(b);
        CHECK(a == token);
        typename Kind::source other;
        swap(other, *source);
        CHECK(token == other.get_token());
        CHECK(other.request_stop());
        CHECK(token.stop_requested());
        CHECK_FALSE(source->stop_requested());
    }
}

template <class Kind>
void check_callbacks()
{
    typename Kind::source source;
    int a = 0;
    int b = 0;
    int c = 0;
    auto const count = [](int& n) { return [&n] { ++n; }; };
    using callback = typename Kind::template callback<decltype(count(a))>;
    {
        callback const first{source.get_token(), count(a)};
        callback const second{source.get_token(), count(b)};
        {
            callback const third{source.get_token(), count(c)};
        }
        CHECK(a + b + c == 0);
        source.request_stop();
        CHECK(a == 1);
        CHECK(b == 1);
        CHECK(c == 0); // it was gone
    }
    callback const late{source.get_token(), count(c)};
    CHECK(c == 1);
    callback const never{typename Kind::token{}, count(c)};
    CHECK(c == 1);
}

/// Removes them from the end, the middle and the beginning of the list.
template <class Kind>
void check_removal()
{
    using callback = typename Kind::template callback<void (*)()>;
    for (int first = 0; first < 3; ++first) {
        typename Kind::source source;
        std::optional<callback> all[3];
        static int calls;
        calls = 0;
        for (auto& one : all)
            one.emplace(source.get_token(), [] { ++calls; });
        all[first].reset();
        source.request_stop();
        CHECK(calls == 2);
    }
}

/// A callback that destroys itself, and one after it.
template <class Kind>
void check_destruction_within()
{
    struct destroy {
        std::unique_ptr<typename Kind::template callback<destroy>>* mine;
        std::unique_ptr<typename Kind::template callback<destroy>>* others;
        int* calls;
        void operator()() const
        {
            auto* const n = calls;
            auto* const other = others;
            mine->reset();
            other->reset();
            ++*n;
        }
    };
    using callback = typename Kind::template callback<destroy>;
    typename Kind::source source;
    std::unique_ptr<callback> a;
    std::unique_ptr<callback> b;
    int calls = 0;
    a = std::make_unique<callback>(source.get_token(), destroy{&a, &b, &calls});
    b = std::make_unique<callback>(source.get_token(), destroy{&b, &a, &calls});
    CHECK(source.request_stop());
    CHECK(calls == 1);
    CHECK_FALSE(a);
    CHECK_FALSE(b);
}

/// The destructor of a callback waits for its call on another thread.
template <class Kind>
void check_waiting()
{
    typename Kind::source source;
    std::atomic<bool> within{false};
    std::atomic<bool> over{false};
    auto const slow = [&] {
        within = true;
        std::this_thread::sleep_for(20ms);
        over = true;
    };
    std::thread requests;
    {
        typename Kind::template callback<decltype(slow)> const c{source.get_token(), slow};
        requests = std::thread{[&] { source.request_stop(); }};
        while (!within)
            std::this_thread::yield();
    }
    CHECK(over);
    requests.join();
}

template <class Kind>
void check_one_of_many_requests()
{
    for (int round = 0; round < 200; ++round) {
        typename Kind::source source;
        std::atomic<int> calls{0};
        std::atomic<int> first{0};
        auto const count = [&] { ++calls; };
        using callback = typename Kind::template callback<decltype(count)>;
        std::optional<callback> kept;
        auto const request = [&] { first += source.request_stop() ? 1 : 0; };
        std::thread a{request};
        std::thread b{[&] {
            for (int i = 0; i < 20; ++i)
                callback const passing{source.get_token(), count};
        }};
        kept.emplace(source.get_token(), count);
        std::thread c{request};
        a.join();
        b.join();
        c.join();
        CHECK(first == 1);
        CHECK(calls >= 1);
        CHECK(calls <= 21);
    }
}

} // namespace

TEST_CASE("stop tokens tell of the request, and whether there may be one")
{
    SECTION("the library's own")
    {
        check_requests<own>();
    }
    SECTION("the public ones")
    {
        check_requests<the_public_one>();
    }
}

TEST_CASE("stop callbacks are called once, and not after their end")
{
    check_callbacks<own>();
    check_callbacks<the_public_one>();
    check_removal<own>();
    check_removal<the_public_one>();
}

TEST_CASE("a stop callback may destroy itself and others")
{
    check_destruction_within<own>();
    check_destruction_within<the_public_one>();
}

TEST_CASE("the end of a stop callback waits for its call on another thread")
{
    check_waiting<own>();
    check_waiting<the_public_one>();
}

TEST_CASE("stops that several threads request at once, while callbacks come and go")
{
    check_one_of_many_requests<own>();
    check_one_of_many_requests<the_public_one>();
}

#if defined(__cpp_lib_jthread)
TEST_CASE("the public stop token is the standard's where there is one")
{
    CHECK(std::is_same_v<tasks::stop_token, std::stop_token>);
}
#endif
