// SPDX-License-Identifier: MIT
#include "recorder.hpp"

#include <tasks/tasks.hpp>
#include <tasks/testing.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

namespace pictures {
namespace {

/// An observer of a loop, which also notes calls and hooks.
class recorder {
public:
    explicit recorder(tasks::testing::virtual_time const& time)
        : time_{time}
        , start_{time.now()}
    {
    }

    void on_run_started(tasks::run_started const&) { note(run_begun{now()}); }
    void on_run_ended(tasks::run_ended const& e) { note(run_over{now(), e.reason}); }
    void on_slot(tasks::slot_decided const& e)
    {
        note(slots_decided{.at = now(),
                           .what = e.what,
                           .cause = std::string{to_string(e.cause)},
                           .first = e.first - start_,
                           .last = e.last - start_,
                           .count = e.count,
                           .number = e.number});
    }
    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        note(attempt_begun{now(), e.it.number, e.it.attempt});
    }
    void on_attempt_ended(tasks::attempt_ended const& e) { note(attempt_over{now(), e.it.number, e.what}); }
    void on_retry(tasks::retry_scheduled const& e) { note(retry_due{now(), e.it.number, e.delay}); }

    void note(event e) { events_.push_back(std::move(e)); }
    [[nodiscard]] instant now() const { return time_.now() - start_; }
    [[nodiscard]] std::vector<event> take() { return std::exchange(events_, {}); }

private:
    tasks::testing::virtual_time const& time_;
    tasks::time_point start_;
    std::vector<event> events_;
};

asio::awaitable<void> perform(act a)
{
    co_await tasks::async_sleep_for(a.takes);
    switch (a.how) {
    case ending::returns: break;
    case ending::refused: throw std::system_error{std::make_error_code(std::errc::connection_refused)};
    case ending::broken: throw std::runtime_error{"broken"};
    case ending::skips: throw tasks::skipped{};
    }
}

asio::awaitable<void> perform_hook(recorder& r, tasks::hook which, std::chrono::nanoseconds takes)
{
    r.note(hook_begun{r.now(), which});
    co_await tasks::async_sleep_for(takes);
    r.note(hook_over{r.now(), which});
}

} // namespace

recording record(scene const& s, instant length, tasks::time_point start)
{
    asio::io_context io;
    tasks::testing::virtual_time time{io, start};
    recorder notes{time};
    std::size_t attempts = 0;
    tasks::loop<> loop{io, s.options,
                       [&] { return perform(s.acts[(std::min)(attempts++, s.acts.size() - 1)]); }};
    loop.observe(notes);
    if (s.before > instant{0})
        loop.before_loop([&] { return perform_hook(notes, tasks::hook::before, s.before); });
    if (s.after > instant{0})
        loop.after_loop([&] { return perform_hook(notes, tasks::hook::after, s.after); });
    if (s.error > instant{0})
        loop.error(
            [&](std::exception_ptr const&) { return perform_hook(notes, tasks::hook::error, s.error); });

    loop.start();
    time.run_until_idle();
    for (auto const& [at, code, call] : s.steps) {
        time.advance(at - notes.now());
        call(loop);
        notes.note(called{notes.now(), code, loop.is_paused()});
        time.run_until_idle();
    }
    time.advance(length - notes.now());
    return {.events = notes.take(), .length = length};
}

} // namespace pictures
