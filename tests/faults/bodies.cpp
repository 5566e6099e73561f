// SPDX-License-Identifier: MIT
// Bodies that block, and bodies that always complete inline.
#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/stepped_time.hpp"
#include "support/virtual_context.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

using namespace test;

namespace {

/// A context whose time passes only when a body blocks, or when all loops wait.
struct blocking_context {
    static constexpr std::chrono::nanoseconds wall = 1'700'000'000s;

    blocking_context() { time.attach(io); }

    void run_until(std::chrono::nanoseconds end)
    {
        while (time.steady() < end && time.step(io)) {
        }
    }

    asio::io_context io;
    stepped_time time{wall};
};

/// How far apart the addresses of the frame were, over all calls. (The address sanitizer of clang puts local
/// variables elsewhere.)
class stack_depth {
public:
    void note() noexcept
    {
        auto const address = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        lowest_ = std::min(lowest_, address);
        highest_ = std::max(highest_, address);
    }
    [[nodiscard]] std::size_t band() const noexcept { return highest_ - lowest_; }

private:
    std::uintptr_t lowest_ = UINTPTR_MAX;
    std::uintptr_t highest_ = 0;
};

/// The peak memory of the process in KiB; 0 if the system does not report it.
std::size_t peak_rss()
{
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::strtoul(line.c_str() + 6, nullptr, 10);
    return 0;
}

enum class body_kind { function, coroutine };

struct measured {
    std::int64_t bodies = 0;
    std::size_t stack_band = 0;
    std::size_t allocations = 0;
    std::size_t rss_growth = 0; ///< KiB
};

/// Runs bodies that never wait back to back, and measures all but the first thousand.
measured run_inline(tasks::options o, body_kind kind, std::int64_t bodies)
{
    constexpr std::int64_t warm = 1'000;
    asio::io_context io;
    measured m;
    stack_depth stack;
    std::size_t allocations_before = 0;
    std::size_t rss_before = 0;
    tasks::loop<>* self = nullptr;
    auto const begin = [&] {
        stack.note();
        if (++m.bodies == warm) {
            rss_before = peak_rss();
            allocations_before = test::allocations();
        }
        if (m.bodies == bodies) {
            m.allocations = test::allocations() - allocations_before;
            m.rss_growth = peak_rss() - rss_before;
            self->stop();
        }
    };
    auto const run = [&](tasks::loop<>& loop) {
        self = &loop;
        loop.start();
        io.run();
    };
    if (kind == body_kind::function) {
        tasks::loop<> loop{io.get_executor(), std::move(o), [&] { begin(); }};
        run(loop);
    } else {
        tasks::loop<> loop{io.get_executor(), std::move(o), [&]() -> task {
                               begin();
                               co_return;
                           }};
        run(loop);
    }
    m.stack_band = stack.band();
    return m;
}

void check_inline(std::int64_t bodies)
{
    auto const every = GENERATE(0ns, 1ns);
    auto const kind = GENERATE(body_kind::function, body_kind::coroutine);
    tasks::options o{.every = every};
    if (every != 0ns)
        o.missed = tasks::missed::catch_up(1'000'000'000);
    auto const m = run_inline(std::move(o), kind, bodies);
    INFO((kind == body_kind::function ? "function" : "coroutine")
         << " every " << every.count() << " ns: " << m.bodies << " bodies, stack band " << m.stack_band
         << " B, allocations " << m.allocations << ", RSS +" << m.rss_growth << " KiB");
    if (std::getenv("TASKS_SHOW_MEASURED"))
        WARN(m.bodies << " bodies every " << every.count() << " ns: stack band " << m.stack_band
                      << " B, RSS +" << m.rss_growth << " KiB");
    CHECK(m.bodies == bodies);
    CHECK(m.stack_band < 65'536); // a few frames, larger under a sanitizer; 1 byte per body would exceed it
    CHECK(m.allocations == 0);
    CHECK(m.rss_growth < 1024);
}

} // namespace

TEST_CASE(
    "a body that blocks: what passes meanwhile is decided by the policy, each slot once, without a burst")
{
    // The body of slot 20 s blocks for 45 s, so that the slots from 30 s to 60 s pass.
    auto const policies = std::vector<std::tuple<tasks::missed, std::string>>{
        {tasks::missed::coalesce,
         "0s ran, 10s ran, 20s ran, 30s coalesced, 40s coalesced, 50s coalesced, 60s ran, 70s ran, 80s ran"},
        {tasks::missed::skip, "0s ran, 10s ran, 20s ran, 30s missed(skipped), 40s missed(skipped), 50s "
                              "missed(skipped), 60s missed(skipped), 70s ran, 80s ran"},
        {tasks::missed::catch_up(2), "0s ran, 10s ran, 20s ran, 30s missed(dropped), 40s missed(dropped), "
                                     "50s ran, 60s ran, 70s ran, 80s ran"}};
    for (auto const& [policy, decisions] : policies) {
        blocking_context s;
        slot_ledger ledger{tasks::time_point{blocking_context::wall}, 10s};
        std::vector<std::string> starts;
        tasks::loop<> loop{
            s.io.get_executor(), {.every = 10s, .missed = policy}, [&](tasks::iteration const& it) {
                starts.push_back(text(s.time.steady()));
                if (it.slot - tasks::time_point{blocking_context::wall} == 20s)
                    s.time.pass(45s);
            }};
        loop.observe(ledger);
        loop.start();
        s.run_until(85s);
        CHECK(ledger.trace() == decisions);
        CHECK(ledger.faults() == "");
        auto const at_once = std::count(starts.begin(), starts.end(), "65s");
        CHECK(at_once == (decisions.find("missed(skipped)") != std::string::npos   ? 0
                          : decisions.find("missed(dropped)") != std::string::npos ? 2
                                                                                   : 1));
    }
}

TEST_CASE(
    "a body that blocks longer than its interval, again and again: every other loop still has its turns")
{
    auto const policy = GENERATE(as<tasks::missed>{}, tasks::missed::coalesce, tasks::missed::catch_up(100));
    blocking_context s;
    int blocked = 0;
    int others = 0;
    int posted = 0;
    auto last_turn = 0ns;
    auto longest_gap = 0ns;
    tasks::loop<> blocks{s.io.get_executor(), {.every = 1s, .missed = policy}, [&] {
                             ++blocked;
                             s.time.pass(3s);
                         }};
    tasks::loop<> other{s.io.get_executor(), {.every = 10s}, [&] {
                            ++others;
                            longest_gap = std::max(longest_gap, s.time.steady() - last_turn);
                            last_turn = s.time.steady();
                        }};
    std::function<void()> const post = [&] {
        ++posted;
        asio::post(s.io, post);
    };
    blocks.start();
    other.start();
    s.run_until(3000s);
    CHECK(blocked > 990);
    CHECK(others > 6);
    CHECK(longest_gap <= 2 * 64 * 3s); // after 64 bodies in a row the other ready loops run
    CHECK(posted == 0);

    post();
    s.run_until(6000s);
    CHECK(posted > 10);
}

TEST_CASE("a body that completes inline 200,000 times needs neither stack nor memory")
{
    check_inline(200'000);
}

TEST_CASE("a body that completes inline 10,000,000 times needs neither stack nor memory", "[.long]")
{
    check_inline(10'000'000);
}
