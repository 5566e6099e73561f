// SPDX-License-Identifier: MIT
#include <tasks/tasks.hpp>

#include <cstdint>

#if defined(TASKS_USE_BOOST_ASIO)
namespace net = boost::asio;
#else
namespace net = asio;
#endif

std::uint64_t count_three_times()
{
    using namespace std::chrono_literals;
    net::io_context io;
    std::uint64_t runs = 0;
    tasks::loop counter{io, {.every = 0ms, .count = 3}, [&runs]() -> net::awaitable<void> {
                            ++runs;
                            co_return;
                        }};
    counter.start();
    io.run();
    return runs;
}
