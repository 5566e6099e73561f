// SPDX-License-Identifier: MIT
#include "state_walk.hpp"

#include <tasks/loop/loop_ref.hpp>
#include <tasks/tasks.hpp>
#include <tasks/testing.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

using namespace std::chrono_literals;

namespace pictures {
namespace {

/// Looks at the state of a loop at each event, and whenever it is told to.
class watcher final : public tasks::observer {
public:
    explicit watcher(state_changes& seen)
        : seen_{seen}
    {
    }

    void watch(tasks::loop_base& l)
    {
        loop_.emplace(l);
        last_ = loop_->status()->state;
    }
    /// @param within  the call that has just been made, if any
    void look(std::string_view within = {})
    {
        auto const now = loop_->status()->state;
        if (now != last_) {
            auto& calls = seen_[{last_, now}];
            if (!within.empty())
                calls.insert(within);
        }
        last_ = now;
    }

    void on_run_started(tasks::run_started const&) override { look(); }
    void on_slot(tasks::slot_decided const&) override { look(); }
    void on_attempt_begun(tasks::attempt_begun const&) override { look(); }
    void on_attempt_ended(tasks::attempt_ended const&) override { look(); }
    void on_retry(tasks::retry_scheduled const&) override { look(); }
    void on_run_ended(tasks::run_ended const&) override { look(); }

private:
    state_changes& seen_;
    std::optional<tasks::loop_ref> loop_;
    tasks::loop_state last_ = tasks::loop_state::idle;
};

struct call {
    std::string_view code;
    void (*make)(tasks::loop<>&);
};

constexpr std::array calls{
    call{"start()",
         [](tasks::loop<>& l) {
             if (!l.is_running())
                 l.start();
         }},
    call{"stop()", [](tasks::loop<>& l) { l.stop(); }},
    call{"cancel()", [](tasks::loop<>& l) { l.cancel(); }},
    call{"restart()", [](tasks::loop<>& l) { l.restart(); }},
    call{"pause()", [](tasks::loop<>& l) { l.pause(); }},
    call{"resume()", [](tasks::loop<>& l) { l.resume(); }},
    call{"trigger()", [](tasks::loop<>& l) { l.trigger(); }},
    call{"change_interval()", [](tasks::loop<>& l) { l.change_interval(tasks::once(tasks::time_point{})); }},
};

/// What is particular to a loop.
struct kind {
    tasks::schedule every;
    std::optional<std::int64_t> count = std::nullopt;
    tasks::on_error on_error = tasks::on_error::end_run;
    bool before_fails = false;
    bool body_fails = false;
};

/// When calls are made: before the first step, in the before hook, in an iteration, in a sleep, in a
/// back-off, in the after hook, and after the run.
constexpr std::array<std::chrono::seconds, 7> moments{0s, 1s, 5s, 10s, 18s, 41s, 50s};
constexpr auto stopped = 40s;

struct made {
    std::size_t moment;
    call what;
};

/// Runs a loop with these calls. Without any, its before hook takes 3 s and its iterations 4 s, the second
/// one is refused and retried after 3 s, and the loop is stopped after 40 s.
void run(kind const& k, std::vector<made> const& those, state_changes& seen)
{
    asio::io_context io;
    tasks::testing::virtual_time time{io};
    watcher watch{seen};
    int attempts = 0;
    auto const take = [&](std::chrono::seconds takes, bool fails = false) -> asio::awaitable<void> {
        watch.look();
        co_await tasks::async_sleep_for(takes);
        watch.look();
        if (fails)
            throw std::runtime_error{"broken"};
    };
    struct three_seconds {
        static std::chrono::nanoseconds next(unsigned) { return 3s; }
    };
    tasks::loop<> loop{
        io,
        tasks::options{
            .every = k.every, .count = k.count, .backoff = three_seconds{}, .on_error = k.on_error},
        [&]() -> asio::awaitable<void> {
            co_await take(4s, k.body_fails);
            if (++attempts == 2)
                throw std::system_error{std::make_error_code(std::errc::connection_refused)};
        }};
    loop.before_loop([&] { return take(3s, k.before_fails); })
        .after_loop([&] { return take(3s); })
        .error([&](std::exception_ptr const&) { return take(3s); })
        .observe(watch);
    watch.watch(loop);

    loop.start();
    watch.look("start()");
    auto const until = [&](std::chrono::nanoseconds t) {
        while (time.elapsed() < t) {
            time.advance(1s);
            watch.look();
        }
    };
    for (std::size_t m = 0; m < moments.size(); ++m) {
        if (moments[m] > stopped && time.elapsed() < stopped) {
            until(stopped);
            loop.stop();
            watch.look("stop()");
        }
        until(moments[m]);
        for (auto const& [moment, what] : those) {
            if (moment == m) {
                what.make(loop);
                watch.look(what.code);
            }
        }
        time.run_until_idle();
        watch.look();
    }
    until(60s);
}

} // namespace

state_changes observed_state_changes()
{
    std::vector<kind> const kinds{
        {.every = 10s},
        {.every = tasks::aligned(10s)},
        {.every = 10s, .count = 1},
        {.every = 10s, .body_fails = true},
        {.every = 10s, .on_error = tasks::on_error::next_slot, .body_fails = true},
        {.every = 10s, .before_fails = true},
        {.every = tasks::once(tasks::testing::virtual_time::default_start() + 10s)},
        {.every = tasks::once(tasks::testing::virtual_time::default_start() - 10s)},
    };
    std::vector<made> each;
    for (std::size_t m = 0; m < moments.size(); ++m)
        for (auto const c : calls)
            each.push_back({m, c});

    state_changes seen;
    for (auto const& k : kinds)
        for (auto const& one : each)
            run(k, {one}, seen);
    for (auto const& one : each)
        for (auto const& other : each)
            if (one.moment <= other.moment)
                run(kinds.front(), {one, other}, seen);
    return seen;
}

} // namespace pictures
