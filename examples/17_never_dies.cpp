// SPDX-License-Identifier: MIT
// A poller that never dies: it gives up on a server that hangs, tries again, reports what remains, and goes
// on with the next slot.
//
// Prints:
//     slot 0: 21 degrees
//     slot 1: no answer, try 1
//     slot 1: no answer, try 2
//     slot 1: failed (1 in a row): …
//     slot 2: failed (2 in a row): the answer makes no sense
//     slot 3: 23 degrees
#include "support/run.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <fmt/core.h>
#include <stdexcept>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;

class thermometer {
public:
    explicit thermometer(asio::any_io_executor executor)
        : poll_{
              executor,
              {.every = 20s, .count = 4, .timeout = 2s, .retries = 1, .on_error = tasks::on_error::next_slot},
              &thermometer::poll,
              this}
    {
        poll_.error([this](std::exception_ptr e) {
            fmt::print("slot {}: failed ({} in a row): {}\n", poll_.current_loop(), poll_.failures(),
                       tasks::what(e));
        });
        poll_.start();
    }

private:
    asio::awaitable<void> poll(tasks::iteration it)
    {
        if (it.number == 1) { // a server that hangs
            fmt::print("slot {}: no answer, try {}\n", it.number, it.attempt + 1);
            co_await tasks::async_sleep_for(1h);
        }
        if (it.number == 2)
            throw std::runtime_error{"the answer makes no sense"};
        fmt::print("slot {}: {} degrees\n", it.number, 20 + it.number + (it.number == 0 ? 1 : 0));
    }

    tasks::loop<> poll_;
};

int main()
{
    asio::io_context io;
    thermometer const t{io.get_executor()};
    example::run(io);
}
