// SPDX-License-Identifier: MIT
// The process has one log, whichever form of the library sets its sink and whichever reports.
#include <tasks/tasks.hpp>

#include <cstdlib>
#include <string>

void fail(tasks::asio::io_context& io, char const* name);

#if !defined(TASKS_SEPARATE_COMPILATION)
#error "this file is to have the compiled form"
#endif

int main()
{
    using namespace std::chrono_literals;
    std::string reported;
    tasks::set_log_sink([&reported](tasks::log_record const& record) { reported += record.loop; });

    tasks::asio::io_context io;
    fail(io, "a"); // a loop of the header-only form
    tasks::loop compiled{io, {.every = 1ms, .name = "b"}, [] { throw 1; }};
    compiled.start();
    io.run();
    return reported == "ab" ? EXIT_SUCCESS : EXIT_FAILURE;
}
