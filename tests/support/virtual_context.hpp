// SPDX-License-Identifier: MIT
#pragma once

// The environment of a test: a context in virtual time, and a record of the events.

#include <tasks/loop.hpp>
#include <tasks/testing.hpp>
#include <tasks/timer/sleep.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/detached.hpp>
#else
#include <asio/detached.hpp>
#endif

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace test {

namespace asio = tasks::asio;
using namespace std::chrono_literals;

/// The result of a coroutine body or hook.
using task = asio::awaitable<void>;

/// `90s`, `1500ms` or `7ns`
inline std::string text(std::chrono::nanoseconds d)
{
    if (d % 1s == 0s)
        return std::to_string(d / 1s) + "s";
    if (d % 1ms == 0ms)
        return std::to_string(d / 1ms) + "ms";
    return std::to_string(d.count()) + "ns";
}

class virtual_context {
public:
    virtual_context()
        : time{io}
    {
    }
    explicit virtual_context(tasks::time_point start)
        : time{io, start}
    {
    }

    asio::io_context io;
    tasks::testing::virtual_time time;

    /// Records that something happened now.
    void note(std::string const& what) { events_.push_back(text(time.elapsed()) + " " + what); }

    /// The events since the last call: `0s before, 5s body`.
    [[nodiscard]] std::string trace()
    {
        std::string all;
        for (auto const& e : std::exchange(events_, {}))
            all += (all.empty() ? "" : ", ") + e;
        return all;
    }

    /// When the context was made.
    [[nodiscard]] tasks::time_point began() const { return began_; }
    /// An instant as time since the context was made.
    [[nodiscard]] std::string when(tasks::time_point t) const { return text(t - began_); }
    [[nodiscard]] std::string when(std::optional<tasks::time_point> t) const { return t ? when(*t) : "none"; }

private:
    tasks::time_point const began_ = time.now();
    std::vector<std::string> events_;
};

/// A coroutine that takes the given time.
inline task pause(std::chrono::nanoseconds d)
{
    co_await tasks::async_sleep_for(d);
}

/// Sets the three hooks of the loop, each of which only records that it runs.
template <class Loop>
void note_hooks(virtual_context& s, Loop& loop)
{
    loop.before_loop([&s] { s.note("before"); })
        .after_loop([&s] { s.note("after"); })
        .error([&s](std::exception_ptr const& e) { s.note("error(" + tasks::what(e) + ")"); });
}

/// An error of the network kind, as a socket reports it.
[[noreturn]] inline void connection_lost()
{
    throw tasks::system_error{tasks::asio::error::connection_reset};
}

} // namespace test
