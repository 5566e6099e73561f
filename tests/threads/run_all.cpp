// SPDX-License-Identifier: MIT
#include "control.hpp"
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop/run_all.hpp>
#include <tasks/timer/sleep.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

// Loops on other threads than the coroutine that awaits them.

namespace {

/// What the loops of a statement use: not synchronized, because they share a strand, and because nobody uses
/// it any more when the statement has ended.
struct shared_state {
    std::vector<int> numbers;

    void work(int n)
    {
        for (int i = 0; i < 100; ++i)
            numbers.push_back(n);
        numbers.clear();
    }
};

/// Uses the state when it is destroyed, as the argument of a run.
class works_at_exit {
public:
    explicit works_at_exit(shared_state& s)
        : state_{&s}
    {
    }
    works_at_exit(works_at_exit const&) = default;
    works_at_exit& operator=(works_at_exit const&) = default;
    ~works_at_exit() { state_->work(3); }

private:
    shared_state* state_;
};

enum class joint_end { by_count, by_failure, by_cancellation, by_first };

net::awaitable<void> run_local_loops(net::thread_pool& pool, joint_end how, bool& begun)
{
    auto const executor = net::make_strand(pool.get_executor());
    auto state = std::make_unique<shared_state>();
    tasks::loop counts{
        executor, {.every = 20us, .count = how == joint_end::by_cancellation ? 1'000'000 : 5}, [&] {
            state->work(1);
            if (how == joint_end::by_failure)
                throw std::runtime_error{"failed"};
        }};
    tasks::loop with_argument{executor, 30us, [&](works_at_exit const&) -> net::awaitable<void> {
                                  state->work(2);
                                  co_await tasks::async_sleep_for(10us);
                                  state->work(2);
                              }};
    counts.error([&](std::exception_ptr const&) { state->work(4); });
    counts.after_loop([&] {
        state->work(5);
        if (how == joint_end::by_count)
            with_argument.stop();
    });
    // On the executor, which destroys this argument, too.
    auto const start = [&]() -> net::awaitable<void> {
        with_argument.start(works_at_exit{*state});
        co_return;
    };
    co_await net::co_spawn(executor, start, net::use_awaitable);
    std::exception_ptr failure;
    begun = true;
    try {
        if (how == joint_end::by_first) {
            auto const first = co_await tasks::run_any(with_argument, counts);
            CHECK(first == 1);
        } else {
            co_await tasks::run_all(with_argument, counts);
        }
    } catch (std::runtime_error const&) {
        failure = std::current_exception();
    }
    state->numbers.push_back(-1);
    CHECK(!counts.is_running());
    CHECK(!with_argument.is_running());
    CHECK((failure != nullptr) == (how == joint_end::by_failure));
}

} // namespace

TEST_CASE("run_all: when it ends, no thread uses the variables of its coroutine any more")
{
    auto const how =
        GENERATE(joint_end::by_count, joint_end::by_failure, joint_end::by_cancellation, joint_end::by_first);
    tasks::set_log_sink([](tasks::log_record const&) {});
    for (int turn = 0; turn < 100; ++turn) {
        net::thread_pool pool{3};
        net::io_context io;
        net::cancellation_signal signal;
        bool begun = false;
        auto result = net::co_spawn(io, run_local_loops(pool, how, begun),
                                    net::bind_cancellation_slot(signal.slot(), net::use_future));
        if (how == joint_end::by_cancellation) {
            while (!begun)
                io.run_one();
            io.run_for(std::chrono::microseconds{turn * 7});
            signal.emit(net::cancellation_type::terminal);
        }
        io.run();
        CHECK_NOTHROW(result.get());
    }
    tasks::set_log_sink(nullptr);
}

TEST_CASE("run_all and run_any: loops of two contexts, controlled by other threads")
{
    for (unsigned long seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        net::thread_pool first{2};
        net::thread_pool second{2};
        net::thread_pool callers{2};
        std::vector<std::unique_ptr<tasks::loop<>>> loops;
        auto const work = []() -> net::awaitable<void> { co_await tasks::async_sleep_for(20us); };
        for (int i = 0; i < 6; ++i)
            loops.push_back(std::make_unique<tasks::loop<>>(
                i % 2 == 0 ? first : second, tasks::options{.every = 50us, .count = 20}, work));

        std::atomic<bool> enough{false};
        bool in_range = true; // for a single caller
        auto const call = [&](bool any) -> net::awaitable<void> {
            while (!enough) {
                if (any)
                    in_range = co_await tasks::run_any(loops) < loops.size() && in_range;
                else
                    co_await tasks::run_all(loops);
            }
        };
        std::vector<std::future<void>> ends;
        for (bool const any : {false, true})
            ends.push_back(net::co_spawn(callers, [&, any] { return call(any); }, net::use_future));
        std::vector<std::thread> controllers;
        for (unsigned long c = 0; c < 2; ++c)
            controllers.emplace_back([&, c] {
                std::mt19937_64 dice{seed * 10 + c};
                for (int n = 0; n < 40; ++n) {
                    test::control_run(*loops[dice() % loops.size()], dice() % 6);
                    std::this_thread::sleep_for(20us);
                }
            });
        for (auto& c : controllers)
            c.join();
        enough = true;
        for (auto& e : ends) {
            CHECK(e.wait_for(20s) == std::future_status::ready);
            CHECK_NOTHROW(e.get());
        }
        CHECK(in_range);
        for (auto const& l : loops)
            l->cancel();
        for (auto const& l : loops)
            l->async_join(net::use_future).get();
    }
}

TEST_CASE("run_all: the context of a loop goes away on another thread")
{
    for (int turn = 0; turn < 100; ++turn) {
        net::thread_pool callers{1};
        auto elsewhere = std::make_unique<net::io_context>();
        tasks::loop<> stays{callers, 100us, [] {}};
        tasks::loop<> goes{*elsewhere, 100us, [] {}};
        auto result = net::co_spawn(
            callers, [&]() -> net::awaitable<void> { co_await tasks::run_all(stays, goes); },
            net::use_future);
        while (!goes.is_running())
            std::this_thread::yield();
        net::post(callers, net::use_future).get(); // the caller no longer uses that context
        elsewhere->run_for(std::chrono::microseconds{turn * 10});
        elsewhere.reset();
        CHECK_THROWS_AS(result.get(), tasks::abandoned);
        CHECK(!stays.is_running());
    }
}
