// SPDX-License-Identifier: MIT
// A loop as a member: the constructor starts it, `unload` cancels it, and the destructor ends it.
//
// Prints:
//     0
//     1
//     2
//     unloaded
#include "support/run.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <fmt/core.h>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;

class my_cog {
public:
    explicit my_cog(asio::any_io_executor executor)
        : printer_{executor, 5s, &my_cog::print, this}
    {
        printer_.start();
    }

    asio::awaitable<void> unload()
    {
        printer_.cancel();
        co_await printer_.async_join(); // waits until the run has ended
    }

private:
    asio::awaitable<void> print()
    {
        fmt::print("{}\n", index_);
        ++index_;
        co_return;
    }

    int index_ = 0;
    // the last member, so that it is destroyed first and the body never uses a destroyed one
    tasks::loop<> printer_;
};

asio::awaitable<void> use_cog(my_cog& cog)
{
    co_await tasks::async_sleep_for(12s);
    co_await cog.unload();
    fmt::print("unloaded\n");
}

int main()
{
    asio::io_context io;
    my_cog cog{io.get_executor()};
    asio::co_spawn(io, use_cog(cog), asio::detached);
    example::run(io);
}
