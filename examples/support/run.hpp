// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/testing.hpp>

#include <asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>

namespace example {

/// `io.run()`. With TASKS_EXAMPLE_FAST in the environment, time is virtual: the same things happen in the same order,
/// but nobody waits for them. (For examples without I/O: virtual time ends when no timer is left.)
inline void run(asio::io_context& io)
{
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ); // each line at once, also into a pipe
    if (std::getenv("TASKS_EXAMPLE_FAST") == nullptr) {
        io.run();
        return;
    }
    tasks::testing::virtual_time time{io};
    while (time.advance_to_next()) {
    }
}

} // namespace example
