// SPDX-License-Identifier: MIT
// A typical project that uses tasks, built in each way that the README shows. It has a second file, because
// only the linker detects a header that defines something twice.
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
        counter.change_interval(-1s); // in a compiled library, throws there and is caught here
    } catch (tasks::bad_option const&) {
        refused = true;
    }

    std::cout << runs << " and " << count_three_times() << '\n';
    return refused && runs == 3 && count_three_times() == 3 ? 0 : 1;
}
