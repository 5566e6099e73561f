// SPDX-License-Identifier: MIT
// tasks_scale: many loops of 1 s in one context, with phases spread over the second. Prints one line of JSON.
// With --threads N, N threads run the context, and each loop has a strand. With --work N, each body computes
// for N steps of about 1 ns.

#include "../tests/support/counting_allocations.hpp"
#include "support/lateness.hpp"
#include "support/plain_asio.hpp"
#include "support/process.hpp"

#include <tasks/loop.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

namespace asio = tasks::asio;
using clock_type = std::chrono::steady_clock;
using nanoseconds = std::chrono::nanoseconds;

constexpr nanoseconds period = 1s;

/// Shared by all programs: the time of each loop's first fire, the work of each body, and the measurement.
///
/// A body runs once when its loop starts, then at its phase, and from then on every second. Lateness is
/// measured against this grid.
class world {
public:
    world(std::int64_t size, std::int64_t number_of_threads, std::int64_t steps_of_work)
        : loops{size}
        , work{steps_of_work}
        , threads{number_of_threads}
        , slots(static_cast<std::size_t>(size))
        , late_(static_cast<std::size_t>(number_of_threads))
        , io{static_cast<int>(number_of_threads)}
    {
    }

    /// The instant of the second body. Loops that are neighbours in memory are not neighbours in time.
    [[nodiscard]] clock_type::time_point phase(std::int64_t i) const
    {
        constexpr std::int64_t prime = 7'919;
        return grid + nanoseconds{period.count() / loops * (i * prime % loops)};
    }

    /// The instant of the next body.
    [[nodiscard]] clock_type::time_point due(std::int64_t i) const
    {
        return phase(i) + (slots[static_cast<std::size_t>(i)] - 1) * period;
    }
    [[nodiscard]] bool first(std::int64_t i) const { return slots[static_cast<std::size_t>(i)] == 0; }

    void fired(std::int64_t i)
    {
        auto& slot = slots[static_cast<std::size_t>(i)];
        if (slot == 0) {
            // If starting took too long, the loop's first instant that is still ahead.
            auto const past = std::max<nanoseconds>(clock_type::now() - phase(i), 0ns);
            slot = static_cast<std::uint16_t>(1 + past / period + (past > 0s ? 1 : 0));
            return;
        }
        late_[this_thread].add(clock_type::now() - due(i));
        ++slot;
        for (std::int64_t n = 0; n < work; ++n)
            keep(n);
    }

    /// The latenesses of all threads since the last `forget`.
    [[nodiscard]] bench::lateness late() const
    {
        bench::lateness all;
        for (auto const& l : late_)
            all.add(l);
        return all;
    }
    void forget()
    {
        for (auto& l : late_)
            l.clear();
    }

    /// Runs the context in all threads.
    void run()
    {
        std::vector<std::thread> others;
        for (std::size_t n = 1; n < late_.size(); ++n)
            others.emplace_back([this, n] {
                this_thread = n;
                io.run();
            });
        io.run();
        for (auto& t : others)
            t.join();
    }

    std::int64_t const loops;
    std::int64_t const work;
    std::int64_t const threads;
    std::vector<std::uint16_t>
        slots; ///< per loop: the number of its next slot + 1; small, because each body has to fetch it
    clock_type::time_point grid;

private:
    /// A use that the compiler cannot optimise away.
    static void keep(std::int64_t& n) { asm volatile("" : "+r"(n)); }

    static inline thread_local std::size_t this_thread = 0;
    std::vector<bench::lateness> late_;

public:
    asio::io_context io;
};

/// Starts all loops of a world; the destructor ends them.
class program {
public:
    program() = default;
    program(program const&) = delete;
    program& operator=(program const&) = delete;
    virtual ~program() = default;
};

asio::awaitable<void> body(world& w, std::int64_t i)
{
    w.fired(i);
    co_return;
}

/// Uses `tasks::loop`. The first interval leads from the first body to the loop's phase; the body there sets
/// it to the period.
class with_tasks final : public program {
public:
    explicit with_tasks(world& w)
        : joining_(static_cast<std::size_t>(w.loops), true)
    {
        for (std::int64_t i = 0; i < w.loops; ++i) {
            auto const body_of_this = [this, &w, i] {
                bool const first = w.first(i);
                if (joining_[static_cast<std::size_t>(i)])
                    join(w, i, first);
                return first ? nothing() : body(w, i);
            };
            if (w.threads == 1)
                loops_.emplace_back(w.io.get_executor(), period, body_of_this).start();
            else
                loops_.emplace_back(w.io, period, body_of_this).start();
        }
    }

private:
    static asio::awaitable<void> nothing() { co_return; }

    void join(world& w, std::int64_t i, bool first)
    {
        auto const n = static_cast<std::size_t>(i);
        if (first) {
            w.fired(i);
            loops_[n].change_interval(std::max<nanoseconds>(w.due(i) - clock_type::now(), 1ns));
        } else {
            loops_[n].change_interval(period);
            joining_[n] = false;
        }
    }

    std::vector<std::uint8_t> joining_;
    std::deque<tasks::loop<>> loops_;
};

/// Uses coroutines and timers of Asio alone.
class hand_written final : public program {
public:
    explicit hand_written(world& w)
    {
        for (std::int64_t i = 0; i < w.loops; ++i)
            if (w.threads == 1)
                asio::co_spawn(w.io, loop(w, i), asio::detached);
            else
                asio::co_spawn(asio::make_strand(w.io), loop(w, i), asio::detached);
    }

private:
    static asio::awaitable<void> loop(world& w, std::int64_t i)
    {
        asio::steady_timer timer{co_await asio::this_coro::executor};
        co_await body(w, i);
        for (auto slot = w.due(i);; slot += period) {
            timer.expires_at(slot);
            co_await timer.async_wait(asio::use_awaitable);
            co_await body(w, i);
        }
    }
};

/// Uses timers of Asio without coroutines.
class callback final : public program {
public:
    explicit callback(world& w)
    {
        for (std::int64_t i = 0; i < w.loops; ++i)
            loops_.emplace_back(w, i).first();
    }

private:
    class loop {
    public:
        loop(world& w, std::int64_t i)
            : world_{w}
            , number_{i}
            , timer_{w.io}
        {
        }
        void first()
        {
            world_.fired(number_);
            wait(world_.due(number_));
        }

    private:
        void wait(clock_type::time_point slot)
        {
            timer_.expires_at(slot);
            timer_.async_wait([this](bench::error_code const& ec) {
                if (ec)
                    return;
                auto const next = timer_.expiry() + period;
                world_.fired(number_);
                wait(next);
            });
        }

        world& world_;
        std::int64_t number_;
        asio::steady_timer timer_;
    };

    std::deque<loop> loops_;
};

std::unique_ptr<program> make(std::string_view name, world& w)
{
    if (name == "tasks")
        return std::make_unique<with_tasks>(w);
    if (name == "hand_written")
        return std::make_unique<hand_written>(w);
    if (name == "callback")
        return std::make_unique<callback>(w);
    return nullptr;
}

[[noreturn]] void usage(std::string_view problem)
{
    std::fprintf(
        stderr,
        "tasks_scale: %.*s\n"
        "usage: tasks_scale --program tasks|hand_written|callback --loops N --seconds S [--threads T] "
        "[--work STEPS]\n",
        static_cast<int>(problem.size()), problem.data());
    std::exit(2);
}

std::int64_t positive(std::string_view option, std::string_view text)
{
    std::int64_t n = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (ec != std::errc{} || end != text.data() + text.size() || n < 1)
        usage(std::string{option} + " " + std::string{text} + ": must be a whole number of at least 1");
    return n;
}

/// Asio's `run_until` would discard the thread's recycled memory with each handler.
void run_until(world& w, clock_type::time_point end)
{
    asio::steady_timer timer{w.io, end};
    timer.async_wait([&w](bench::error_code const&) { w.io.stop(); });
    w.io.restart();
    w.run();
}

double since(clock_type::time_point t)
{
    return std::chrono::duration<double>(clock_type::now() - t).count();
}

} // namespace

int main(int argc, char** argv)
{
    std::string_view name;
    std::int64_t loops = 0;
    std::int64_t seconds = 0;
    std::int64_t threads = 1;
    std::int64_t work = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        std::string_view const option = argv[i];
        if (option == "--program")
            name = argv[i + 1];
        else if (option == "--loops")
            loops = positive(option, argv[i + 1]);
        else if (option == "--seconds")
            seconds = positive(option, argv[i + 1]);
        else if (option == "--threads")
            threads = positive(option, argv[i + 1]);
        else if (option == "--work")
            work = positive(option, argv[i + 1]);
        else
            usage(std::string{option} + ": no such option");
    }
    if (argc % 2 == 0 || name.empty() || loops == 0 || seconds == 0)
        usage("program, loops and seconds are needed, each with a value");
    if (threads > 1 && name == "callback")
        usage("callback: knows one thread only");

    auto w = std::make_unique<world>(loops, threads, work);
    auto const resident = bench::resident_bytes();

    auto const began = clock_type::now();
    w->grid = began + std::max<nanoseconds>(1s, loops * 6us); // all loops have started by then
    auto all = make(name, *w);
    if (!all)
        usage(std::string{name} + ": no such program");
    w->io.poll();
    auto const startup = since(began);

    // warm-up, until all loops have joined the grid
    run_until(*w, std::max(w->grid, clock_type::now()) + period + 500ms);
    auto const per_loop =
        static_cast<double>(bench::resident_bytes() - resident) / static_cast<double>(loops);

    w->forget();
    auto const allocations = test::allocations();
    auto const cpu = bench::cpu_seconds();
    auto const start = clock_type::now();
    run_until(*w, start + std::chrono::seconds{seconds});
    auto const wall = since(start);
    auto const spent = bench::cpu_seconds() - cpu;
    auto const allocated = test::allocations() - allocations;
    auto const late = w->late();
    auto const fires = static_cast<double>(late.count());

    auto const end = clock_type::now();
    all.reset();
    w.reset();
    auto const teardown = since(end);

    std::printf("{\"program\":\"%.*s\",\"loops\":%lld,\"seconds\":%.3f,\"fires_per_second\":%.0f,"
                "\"cpu_seconds_per_million_fires\":%.3f,\"late_p50_us\":%llu,\"late_p99_us\":%llu,\"late_max_"
                "us\":%llu,"
                "\"resident_bytes_per_loop\":%.0f,\"allocations_per_fire\":%.3f,\"startup_seconds\":%.3f,"
                "\"teardown_seconds\":%.3f}\n",
                static_cast<int>(name.size()), name.data(), static_cast<long long>(loops), wall, fires / wall,
                spent / fires * 1e6, static_cast<unsigned long long>(late.quantile(0.5)),
                static_cast<unsigned long long>(late.quantile(0.99)),
                static_cast<unsigned long long>(late.max()), per_loop, static_cast<double>(allocated) / fires,
                startup, teardown);
}
