// SPDX-License-Identifier: MIT
// tasks_scale: many loops of 1 s in one context, their phases spread over the second. Prints one line of JSON.

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
#include <vector>

using namespace std::chrono_literals;

namespace {

namespace asio = tasks::asio;
using clock_type = std::chrono::steady_clock;
using nanoseconds = std::chrono::nanoseconds;

constexpr nanoseconds period = 1s;

/// What all programs share: when each loop fires for the first time, what each body does, and what is measured.
///
/// A body runs once when its loop starts, then at its phase, and from then on every second. Its lateness is that against this grid.
class world {
public:
    explicit world(std::int64_t size)
        : loops{size}
        , due(static_cast<std::size_t>(size))
    {
    }

    /// The instant of the second body. Neighbours in memory are not neighbours in time.
    [[nodiscard]] clock_type::time_point phase(std::int64_t i) const
    {
        constexpr std::int64_t prime = 7'919;
        return grid + nanoseconds{period.count() / loops * (i * prime % loops)};
    }

    void fired(std::int64_t i)
    {
        auto& slot = due[static_cast<std::size_t>(i)];
        if (slot == clock_type::time_point{}) {
            // Should starting have taken too long, its first instant that is still ahead.
            auto const past = std::max<nanoseconds>(clock_type::now() - phase(i), 0ns);
            slot = phase(i) + (past / period + (past > 0s ? 1 : 0)) * period;
            return;
        }
        late.add(clock_type::now() - slot);
        slot += period;
    }
    [[nodiscard]] bool first(std::int64_t i) const
    {
        return due[static_cast<std::size_t>(i)] == clock_type::time_point{};
    }

    std::int64_t const loops;
    std::vector<clock_type::time_point> due;
    bench::lateness late;
    clock_type::time_point grid;
    asio::io_context io{1};
};

/// Something that starts all loops of a world, and whose destructor ends them.
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

/// `tasks::loop`. The first interval leads from the first body to the loop's phase; the body there sets it to the period.
class with_tasks final : public program {
public:
    explicit with_tasks(world& w)
        : joining_(static_cast<std::size_t>(w.loops), true)
    {
        auto const ex = w.io.get_executor();
        for (std::int64_t i = 0; i < w.loops; ++i) {
            auto& loop = loops_.emplace_back(ex, period, [this, &w, i] {
                bool const first = w.first(i);
                if (joining_[static_cast<std::size_t>(i)])
                    join(w, i, first);
                return first ? nothing() : body(w, i);
            });
            loop.start();
        }
    }

private:
    static asio::awaitable<void> nothing() { co_return; }

    void join(world& w, std::int64_t i, bool first)
    {
        auto const n = static_cast<std::size_t>(i);
        if (first) {
            w.fired(i);
            loops_[n].change_interval(std::max<nanoseconds>(w.due[n] - clock_type::now(), 1ns));
        } else {
            loops_[n].change_interval(period);
            joining_[n] = false;
        }
    }

    std::vector<bool> joining_;
    std::deque<tasks::loop<>> loops_;
};

/// What one writes with Asio alone.
class hand_written final : public program {
public:
    explicit hand_written(world& w)
    {
        for (std::int64_t i = 0; i < w.loops; ++i)
            asio::co_spawn(w.io, loop(w, i), asio::detached);
    }

private:
    static asio::awaitable<void> loop(world& w, std::int64_t i)
    {
        asio::steady_timer timer{co_await asio::this_coro::executor};
        co_await body(w, i);
        for (auto slot = w.due[static_cast<std::size_t>(i)];; slot += period) {
            timer.expires_at(slot);
            co_await timer.async_wait(asio::use_awaitable);
            co_await body(w, i);
        }
    }
};

/// The same without coroutines.
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
            wait(world_.due[static_cast<std::size_t>(number_)]);
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
    std::fprintf(stderr,
                 "tasks_scale: %.*s\n"
                 "usage: tasks_scale --program tasks|hand_written|callback --loops N --seconds S\n",
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

/// `run_until` of Asio would forget the thread's recycled memory with each handler.
void run_until(asio::io_context& io, clock_type::time_point end)
{
    asio::steady_timer timer{io, end};
    timer.async_wait([&io](bench::error_code const&) { io.stop(); });
    io.restart();
    io.run();
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
    for (int i = 1; i + 1 < argc; i += 2) {
        std::string_view const option = argv[i];
        if (option == "--program")
            name = argv[i + 1];
        else if (option == "--loops")
            loops = positive(option, argv[i + 1]);
        else if (option == "--seconds")
            seconds = positive(option, argv[i + 1]);
        else
            usage(std::string{option} + ": no such option");
    }
    if (argc % 2 == 0 || name.empty() || loops == 0 || seconds == 0)
        usage("all three options are needed, each with a value");

    auto w = std::make_unique<world>(loops);
    auto const resident = bench::resident_bytes();

    auto const began = clock_type::now();
    w->grid = began + std::max<nanoseconds>(1s, loops * 6us); // all loops have started by then
    auto all = make(name, *w);
    if (!all)
        usage(std::string{name} + ": no such program");
    w->io.poll();
    auto const startup = since(began);

    // warm-up: everybody has joined the grid
    run_until(w->io, std::max(w->grid, clock_type::now()) + period + 500ms);
    auto const per_loop =
        static_cast<double>(bench::resident_bytes() - resident) / static_cast<double>(loops);

    w->late.clear();
    auto const allocations = test::allocations();
    auto const cpu = bench::cpu_seconds();
    auto const start = clock_type::now();
    run_until(w->io, start + std::chrono::seconds{seconds});
    auto const wall = since(start);
    auto const spent = bench::cpu_seconds() - cpu;
    auto const allocated = test::allocations() - allocations;
    auto const late = w->late;
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
