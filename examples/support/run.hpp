// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/testing.hpp>

#include <asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>

namespace example {

/// Calls `io.run()`. If TASKS_EXAMPLE_FAST is in the environment, time is virtual, so that the same things
/// happen in the same order without waiting. (For examples without I/O, because virtual time ends when no
/// timer is left.)
inline void run(asio::io_context& io)
{
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ); // line by line, also into a pipe
    if (std::getenv("TASKS_EXAMPLE_FAST") == nullptr) {
        io.run();
        return;
    }
    tasks::testing::virtual_time time{io};
    while (time.advance_to_next()) {
    }
}

} // namespace example
