// SPDX-License-Identifier: MIT
#include "leaderboard_cog.hpp"

#include "leaderboard.hpp"

#include <algorithm>
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fmt/core.h>

using namespace std::chrono_literals;
using minutes = std::chrono::duration<double, std::ratio<60>>;
using std::chrono::system_clock;

leaderboard_cog::leaderboard_cog(asio::any_io_executor executor, bot& b, std::string scores)
    : scores_{std::move(scores)}
    , update_leaderboard_{executor, {.every = 10min, .name = "leaderboard"}, &leaderboard_cog::update, this}
{
    update_leaderboard_
        .before_loop([&b]() -> asio::awaitable<void> {
            co_await b.async_ready();
            fmt::print("About to start updating leaderboard.\n");
        })
        .after_loop([] { fmt::print("Stopped updating leaderboard.\n"); })
        .error([](std::exception_ptr e) {
            fmt::print("Oh no, an error occurred while updating the leaderboard. Error: {}\n",
                       tasks::what(e));
        });
    update_leaderboard_.start();
}

asio::awaitable<void> leaderboard_cog::update()
{
    fmt::print("Updating leaderboard...\n");
    co_await tasks::async_sleep_for(20ms); // stands for the expensive part
    leaderboard_ = generate_leaderboard(scores_);
    last_update_ = system_clock::now();
    ++times_updated_;
}

asio::awaitable<void> leaderboard_cog::unload()
{
    update_leaderboard_.stop();
    co_await update_leaderboard_.async_join();
}

std::string leaderboard_cog::command(std::string_view line)
{
    auto const name = line.substr(0, line.find(' '));
    auto const argument = line.substr(std::min(line.size(), name.size() + 1));
    if (name == "set_time_between_updates")
        return set_time_between_updates(argument);
    if (line == "view")
        return leaderboard_;
    if (line == "update_info")
        return update_info();
    if (line == "stop") {
        update_leaderboard_.stop();
        return "Stopped the leaderboard update.\n";
    }
    if (line == "restart") {
        update_leaderboard_.restart();
        return "Restarted the leaderboard update.\n";
    }
    return "Commands: view, update_info, set_time_between_updates MINUTES, stop, restart\n";
}

std::string leaderboard_cog::update_info() const
{
    auto const now = system_clock::now();
    auto const in_minutes = [](minutes d) { return fmt::format("{:.0f} minutes", std::max(d.count(), 0.0)); };
    auto const next = update_leaderboard_.next_iteration();
    return fmt::format("Last update: {}\nNext update: {}\nTime between loops: {}.\n"
                       "Times updated this session: {}.\nRunning? {}\nFailed? {}\n",
                       last_update_ ? fmt::format("{} ago.", in_minutes(now - *last_update_)) : "never.",
                       next ? fmt::format("in {}.", in_minutes(*next - now)) : "none.",
                       in_minutes(update_leaderboard_.every().interval()), times_updated_,
                       update_leaderboard_.is_running(), update_leaderboard_.failed());
}

std::string leaderboard_cog::set_time_between_updates(std::string_view text)
{
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return fmt::format("\"{}\" is not a whole number of minutes.\n", text);
    if (number == 0)
        return "Without a pause that would be too expensive.\n";
    try {
        update_leaderboard_.change_interval(std::chrono::duration<std::int64_t, std::ratio<60>>{number});
    } catch (tasks::bad_option const& e) {
        return fmt::format("{}\n", e.what());
    }
    return fmt::format("Set time between updates to {} minutes.\n", number);
}
