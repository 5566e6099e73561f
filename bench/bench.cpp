// SPDX-License-Identifier: MIT
// tasks_bench: the cost of one iteration, and of controlling one loop among many others.

#include "../tests/support/counting_allocations.hpp"
#include "support/always_due.hpp"

#include <tasks/group/history.hpp>
#include <tasks/loop.hpp>
#include <tasks/timer/sleep.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

using namespace std::chrono_literals;

namespace {

namespace asio = tasks::asio;

/// Reports time per body and allocations per body (which must be 0).
void measure(benchmark::State& state, bench::always_due& program)
{
    constexpr std::uint64_t batch = 1'000;
    program.run(10 * batch);
    auto const bodies = program.until.bodies;
    auto const before = test::allocations();
    while (state.KeepRunningBatch(batch))
        program.run(batch);
    state.counters["allocations"] = static_cast<double>(test::allocations() - before) /
                                    static_cast<double>(program.until.bodies - bodies);
}

void iteration_floor(benchmark::State& state)
{
    bench::floor program;
    measure(state, program);
}

void iteration_hand_written(benchmark::State& state)
{
    bench::hand_written program;
    measure(state, program);
}

void iteration_callback(benchmark::State& state)
{
    bench::callback program;
    measure(state, program);
}

void iteration_tasks(benchmark::State& state)
{
    bench::with_tasks program{bench::every_slot(), bench::coroutine_body};
    measure(state, program);
}

void iteration_tasks_void(benchmark::State& state)
{
    bench::with_tasks program{bench::every_slot(), bench::plain_body};
    measure(state, program);
}

void iteration_tasks_back_to_back(benchmark::State& state)
{
    bench::with_tasks program{bench::back_to_back(), bench::coroutine_body};
    measure(state, program);
}

struct counting_observer {
    void on_slot(tasks::slot_decided const&) { ++events; }
    void on_attempt_begun(tasks::attempt_begun const&) { ++events; }
    void on_attempt_ended(tasks::attempt_ended const&) { ++events; }
    std::uint64_t events = 0;
};

template <class Observer>
void measure_observed(benchmark::State& state, Observer& observer)
{
    bench::always_due program;
    auto o = bench::every_slot();
    o.name = "observed";
    tasks::loop<> loop{program.io.get_executor(), std::move(o), bench::coroutine_body(program.until)};
    loop.observe(observer);
    loop.start();
    measure(state, program);
}

void iteration_tasks_observed(benchmark::State& state)
{
    counting_observer observer;
    measure_observed(state, observer);
}

void iteration_tasks_history(benchmark::State& state)
{
    tasks::history recent{50};
    measure_observed(state, recent);
}

/// Many loops that wait for one to two hours, with spread phases.
class crowd {
public:
    explicit crowd(std::int64_t size)
    {
        for (std::int64_t i = 0; i < size; ++i) {
            auto const every = 1h + std::chrono::nanoseconds{3'600'000'000'000 / size * i};
            loops.emplace_back(io.get_executor(), every, [this] { ++bodies; });
            loops.back().start();
        }
        io.poll();
    }

    /// Returns one of them, a different one each time.
    tasks::loop<>& any() { return loops[next_ = (next_ + 7'919) % loops.size()]; }

    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> const busy{
        io.get_executor()}; ///< reset when all loops have stopped
    std::deque<tasks::loop<>> loops;
    std::uint64_t bodies = 0;

private:
    std::size_t next_ = 0;
};

/// Measures the call and (`wake`) everything that happens in the context because of it.
void control_change_interval(benchmark::State& state)
{
    crowd many{state.range(0)};
    bool const wake = state.range(1) != 0;
    std::int64_t n = 0;
    for (auto _ : state) {
        many.any().change_interval(2h + std::chrono::seconds{++n % 3'600});
        if (wake)
            many.io.poll();
    }
}

/// Ends a sleeping run, including its after hook, and starts the next one up to its first sleep.
void control_stop_start(benchmark::State& state)
{
    crowd many{state.range(0)};
    for (auto _ : state) {
        auto& loop = many.any();
        loop.stop();
        many.io.poll();
        loop.start();
        many.io.poll();
    }
}

/// Measures only the call. The loops are restarted outside the measured time.
void control_cancel(benchmark::State& state)
{
    crowd many{state.range(0)};
    constexpr int batch = 100;
    while (state.KeepRunningBatch(batch)) {
        tasks::loop<>* cancelled[batch];
        for (auto*& loop : cancelled)
            (loop = &many.any())->cancel();
        state.PauseTiming();
        many.io.poll();
        for (auto* loop : cancelled)
            loop->start();
        many.io.poll();
        state.ResumeTiming();
    }
}

/// Counts the allocations of constructing, starting, running (up to the first sleep) and destroying a loop.
void memory_life(benchmark::State& state)
{
    asio::io_context io{1};
    tasks::loop<> keeps_the_frames_of_asio{io.get_executor(), 1h, [] {}};
    keeps_the_frames_of_asio.start();
    io.poll();
    auto const before = test::allocations();
    for (auto _ : state) {
        tasks::loop<> loop{io.get_executor(), 1h, []() -> asio::awaitable<void> { co_return; }};
        loop.start();
        io.poll();
    }
    state.counters["allocations"] =
        static_cast<double>(test::allocations() - before) / static_cast<double>(state.iterations());
}

/// Counts the allocations of one sleep in a body.
void memory_sleep_in_body(benchmark::State& state)
{
    bench::always_due program;
    tasks::loop<> loop{program.io.get_executor(), bench::every_slot(), [&]() -> asio::awaitable<void> {
                           co_await tasks::async_sleep_for(0s);
                           program.until.one_more();
                       }};
    loop.start();
    measure(state, program);
}

void sizes(benchmark::State& state)
{
    for (auto _ : state) {
    }
    using body = tasks::detail::bound_call<void (*)()>;
    state.counters["loop"] = static_cast<double>(sizeof(tasks::loop<>));
    state.counters["core"] = static_cast<double>(sizeof(tasks::detail::core_with_body<body>));
    state.counters["worker"] = static_cast<double>(sizeof(tasks::detail::worker));
    state.counters["queue"] = static_cast<double>(sizeof(tasks::detail::timer_queue));
}

constexpr std::int64_t million = 1'000'000;

// NOLINTBEGIN(cert-err58-cpp): a benchmark that cannot be registered may end the program
BENCHMARK(iteration_floor)->Name("iteration/floor");
BENCHMARK(iteration_hand_written)->Name("iteration/hand_written");
BENCHMARK(iteration_callback)->Name("iteration/callback");
BENCHMARK(iteration_tasks)->Name("iteration/tasks");
BENCHMARK(iteration_tasks_void)->Name("iteration/tasks_void");
BENCHMARK(iteration_tasks_observed)->Name("iteration/tasks_observed");
BENCHMARK(iteration_tasks_history)->Name("iteration/tasks_history");
BENCHMARK(iteration_tasks_back_to_back)->Name("iteration/tasks_back_to_back");
BENCHMARK(control_change_interval)
    ->Name("control/change_interval")
    ->ArgNames({"loops", "wake"})
    ->Args({1, 0})
    ->Args({million, 0})
    ->Args({1, 1})
    ->Args({million, 1});
BENCHMARK(control_stop_start)->Name("control/stop_start")->ArgName("loops")->Arg(1)->Arg(million);
BENCHMARK(control_cancel)->Name("control/cancel_one_of_many")->ArgName("loops")->Arg(10'000)->Arg(million);
BENCHMARK(memory_life)->Name("memory/life_of_a_loop");
BENCHMARK(memory_sleep_in_body)->Name("memory/sleep_in_body");
BENCHMARK(sizes)->Name("memory/sizeof")->Iterations(1);
// NOLINTEND(cert-err58-cpp)

} // namespace

BENCHMARK_MAIN();
