// SPDX-License-Identifier: MIT
// A leaderboard that is updated every ten minutes, with commands to view it and to control the loop.
//
//     example_03_leaderboard 4000 scores.txt    in one terminal, with a port (0: any) and a file of lines
//                                               "name points"
//     nc 127.0.0.1 4000                         in another, for the commands view, update_info,
//                                               set_time_between_updates 5, stop, restart
#include "bot.hpp"
#include "leaderboard_cog.hpp"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/execution.hpp>
#include <asio/io_context.hpp>
#include <asio/query.hpp>
#include <asio/signal_set.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <charconv>
#include <cstdio>
#include <fmt/core.h>

asio::awaitable<void> quit_on_signal(leaderboard_cog& cog)
{
    auto executor = co_await asio::this_coro::executor;
    asio::signal_set signals{executor, SIGINT, SIGTERM};
    co_await signals.async_wait(asio::use_awaitable);
    co_await cog.unload();
    static_cast<asio::io_context&>(asio::query(executor, asio::execution::context)).stop();
}

int main(int argc, char** argv)
{
    std::string_view const text = argc == 3 ? argv[1] : "";
    unsigned short port = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size()) {
        fmt::print(stderr, "usage: {} PORT SCORES_FILE\n", argv[0]);
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    try {
        asio::io_context io;
        bot b{io, port};
        leaderboard_cog cog{io.get_executor(), b, argv[2]};
        b.serve([&cog](std::string_view line) { return cog.command(line); });
        asio::co_spawn(io, quit_on_signal(cog), asio::detached);
        io.run();
    } catch (std::exception const& e) {
        fmt::print(stderr, "{}\n", e.what());
        return 1;
    }
}
