// SPDX-License-Identifier: MIT
// Adaptive polling: twice as often after something new, otherwise half as often, within limits.
//
// Prints:
//     after  0 s: 3 new, next in 4 s
//     after  4 s: 1 new, next in 2 s
//     after  6 s: 0 new, next in 4 s
//     after 10 s: 0 new, next in 8 s
//     after 18 s: 2 new, next in 4 s
//     after 22 s: 0 new, next in 8 s
//     after 30 s: 0 new, next in 16 s
//     after 46 s: 0 new, next in 16 s
#include "support/run.hpp"

#include <algorithm>
#include <array>
#include <asio/any_io_executor.hpp>
#include <asio/io_context.hpp>
#include <fmt/core.h>
#include <optional>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;
using std::chrono::seconds;

class mailbox_watcher {
public:
    explicit mailbox_watcher(asio::any_io_executor executor)
        : poll_{executor, {.every = interval_, .count = 8}, &mailbox_watcher::poll, this}
    {
        poll_.start();
    }

private:
    void poll(tasks::iteration const& it)
    {
        static constexpr std::array<int, 8> arrivals{3, 1, 0, 0, 2, 0, 0, 0}; // what a server would answer
        int const fresh = arrivals.at(static_cast<std::size_t>(it.number));

        interval_ = std::clamp(fresh > 0 ? interval_ / 2 : interval_ * 2, seconds{2s}, seconds{16s});
        poll_.change_interval(interval_); // counts from this slot

        if (!first_)
            first_ = it.slot;
        fmt::print("after {:2} s: {} new, next in {} s\n",
                   std::chrono::round<seconds>(it.slot - *first_).count(), fresh, interval_.count());
    }

    seconds interval_ = 8s;
    std::optional<tasks::time_point> first_;
    tasks::loop<> poll_;
};

int main()
{
    asio::io_context io;
    mailbox_watcher const watcher{io.get_executor()};
    example::run(io);
}
