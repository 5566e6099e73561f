// SPDX-License-Identifier: MIT
// A queue that is drained every 10 s, and at once when it holds three messages.
//
// Prints:
//     after 10 s: sent 2, because it was time
//     after 17 s: sent 3, because the queue is full
//     after 20 s: sent 1, because it was time
//     after 29 s: sent 3, because the queue is full
//     after 30 s: nothing to send
#include "support/run.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <fmt/core.h>
#include <string>
#include <tasks/tasks.hpp>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using std::chrono::seconds;

class outbox {
public:
    explicit outbox(asio::any_io_executor executor)
        : drain_{executor, {.every = 10s, .count = 5, .initial_delay = 10s}, &outbox::drain, this}
    {
        drain_.before_loop([this] { began_ = tasks::now(drain_.get_executor()); });
        drain_.start();
    }

    void add(std::string message)
    {
        queue_.push_back(std::move(message));
        if (queue_.size() == 3)
            drain_.trigger(); // the slots stay where they are
    }

private:
    void drain(tasks::iteration const& it)
    {
        auto const batch = std::exchange(queue_, {});
        fmt::print("after {:2} s: ", std::chrono::round<seconds>(it.start - began_).count());
        if (batch.empty())
            fmt::print("nothing to send\n");
        else
            fmt::print("sent {}, because {}\n", batch.size(),
                       it.cause == tasks::cause::requested ? "the queue is full" : "it was time");
    }

    std::vector<std::string> queue_;
    tasks::time_point began_;
    tasks::loop<> drain_;
};

asio::awaitable<void> write(outbox& box)
{
    for (auto const pause : {3s, 4s, 5s, 3s, 2s, 2s, 3s, 4s, 3s}) {
        co_await tasks::async_sleep_for(pause);
        box.add("hello");
    }
}

int main()
{
    asio::io_context io;
    outbox box{io.get_executor()};
    asio::co_spawn(io, write(box), asio::detached);
    example::run(io);
}
