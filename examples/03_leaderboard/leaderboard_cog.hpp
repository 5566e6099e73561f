// SPDX-License-Identifier: MIT
#pragma once

#include "bot.hpp"

#include <tasks/tasks.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Keeps a leaderboard that is computed every ten minutes, however often it is viewed, and answers commands
/// about it.
class leaderboard_cog {
public:
    leaderboard_cog(asio::any_io_executor executor, bot& b, std::string scores);

    /// Executes one command and returns the reply.
    std::string command(std::string_view line);

    /// Ends the updates and waits for the run to end.
    asio::awaitable<void> unload();

private:
    asio::awaitable<void> update();
    std::string update_info() const;
    std::string set_time_between_updates(std::string_view minutes);

    std::string scores_;
    std::string leaderboard_ = "not computed yet\n";
    std::optional<tasks::time_point> last_update_;
    std::uint64_t times_updated_ = 0;
    tasks::loop<> update_leaderboard_; // the last member
};
