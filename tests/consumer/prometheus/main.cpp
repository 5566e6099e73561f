// SPDX-License-Identifier: MIT
// A typical project with metrics. It has a second file, because only the linker detects a header that defines
// something twice.
#include <tasks/prometheus.hpp>
#include <tasks/tasks.hpp>

#include <chrono>
#include <iostream>
#include <string>

#include <prometheus/text_serializer.h>

#if defined(TASKS_USE_BOOST_ASIO)
namespace net = boost::asio;
#else
namespace net = asio;
#endif

void observe(tasks::loop<>& loop, tasks::prometheus& metrics);

int main()
{
    using namespace std::chrono_literals;
    net::io_context io;
    tasks::prometheus metrics{{.duration_buckets = {1s, 1min}}};
    tasks::loop<> counter{io, {.every = 1ms, .count = 3, .name = "counter"}, [] {}};
    observe(counter, metrics);
    counter.start();
    io.run();

    auto const text = prometheus::TextSerializer{}.Serialize(metrics.Collect());
    std::cout << text;
    return text.find("\ntasks_attempts_total{loop=\"counter\",outcome=\"succeeded\"} 3\n") ==
                   std::string::npos
               ? 1
               : 0;
}
