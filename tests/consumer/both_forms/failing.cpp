// SPDX-License-Identifier: MIT
#include <tasks/tasks.hpp>

#if defined(TASKS_SEPARATE_COMPILATION)
#error "this file is to have the header-only form"
#endif

void fail(tasks::asio::io_context& io, char const* name)
{
    using namespace std::chrono_literals;
    tasks::loop loop{io, {.every = 1ms, .name = name}, [] { throw 1; }};
    loop.start();
    io.run();
    io.restart();
}
