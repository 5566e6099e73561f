// SPDX-License-Identifier: MIT
// tasks_instructions: runs a fixed number of iterations and nothing else, for a tool that counts
// instructions.

#include "support/always_due.hpp"

#include <tasks/loop.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string_view>

using namespace std::chrono_literals;

namespace {

/// A clock that jumps from slot to slot, so that no instructions of timers, the system or virtual time are
/// counted.
class jumping_clock final : public tasks::detail::clock_source {
public:
    tasks::detail::nanoseconds time{1s};

    tasks::detail::clock_reading now() const noexcept override { return {.steady = time, .wall = time}; }
    tasks::detail::nanoseconds steady() const noexcept override { return time; }
    bool passes_by_itself() const noexcept override { return false; }
    bool may_have_stepped() const noexcept override { return false; }
    tasks::detail::nanoseconds wake_offset(tasks::detail::nanoseconds) noexcept override { return 0ns; }
};

/// Loops that wait for their slots, with spread phases.
void run_waiting(std::uint64_t iterations, std::int64_t size)
{
    tasks::asio::io_context io{1};
    auto const queue = tasks::detail::timer_queue::of(io.get_executor());
    jumping_clock clock;
    queue->use(&clock);
    std::uint64_t bodies = 0;
    {
        std::deque<tasks::loop<>> loops;
        for (std::int64_t i = 0; i < size; ++i) {
            loops.emplace_back(io.get_executor(), 1s, [&bodies]() -> tasks::asio::awaitable<void> {
                ++bodies;
                co_return;
            });
            loops.back().start();
            io.poll();
            clock.time += std::chrono::nanoseconds{1s} / size;
        }
        tasks::asio::post(io, [&] { // inside the context, where a loop is resumed directly
            while (bodies < iterations) {
                clock.time = queue->next_due().value();
                queue->fire(64);
            }
        });
        io.poll();
    }
    io.poll();
    queue->use(nullptr);
}

bool run(std::string_view program, std::uint64_t iterations)
{
    if (program == "floor")
        bench::floor{}.run(iterations);
    else if (program == "hand_written")
        bench::hand_written{}.run(iterations);
    else if (program == "tasks")
        bench::with_tasks{bench::every_slot(), bench::coroutine_body}.run(iterations);
    else if (program == "tasks_void")
        bench::with_tasks{bench::every_slot(), bench::plain_body}.run(iterations);
    else if (program == "tasks_coalescing")
        bench::with_tasks{bench::coalescing(), bench::coroutine_body}.run(iterations);
    else if (program == "tasks_back_to_back")
        bench::with_tasks{bench::back_to_back(), bench::coroutine_body}.run(iterations);
    else if (program == "one_waiting")
        run_waiting(iterations, 1);
    else if (program == "thousand_waiting")
        run_waiting(iterations, 1'000);
    else
        return false;
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    auto const iterations = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
    if (iterations == 0 || !run(argv[1], iterations)) {
        std::fputs("usage: tasks_instructions "
                   "floor|hand_written|tasks|tasks_void|tasks_coalescing|tasks_back_to_back|one_waiting|"
                   "thousand_waiting ITERATIONS\n",
                   stderr);
        return 2;
    }
}
