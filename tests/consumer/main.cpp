// SPDX-License-Identifier: MIT
// What a project that uses tasks may look like; built in each way that the README shows. The second file is
// there because a header that defines something twice is only seen by the linker.
#include <tasks/tasks.hpp>

#include <chrono>
#include <iostream>

#if defined(TASKS_USE_BOOST_ASIO)
namespace net = boost::asio;
#else
namespace net = asio;
#endif

std::uint64_t count_three_times();

int main()
{
    using namespace std::chrono_literals;
    net::io_context io;
    int runs = 0;
    tasks::loop counter{io, {.every = 1ms, .count = 3, .name = "counter"}, [&runs] { ++runs; }};
    counter.start();
    io.run();

    bool refused = false;
    try {
        counter.change_interval(-1s); // where the library is compiled, it throws and this catches
    } catch (tasks::bad_option const&) {
        refused = true;
    }

    std::cout << runs << " and " << count_three_times() << '\n';
    return refused && runs == 3 && count_three_times() == 3 ? 0 : 1;
}
