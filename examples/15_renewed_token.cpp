// SPDX-License-Identifier: MIT
// A token that is renewed in time: each renewal says when the next one is due.
//
// Prints:
//     after  0 s: token 1, valid for 10 s
//     after  9 s: token 2, valid for 20 s
//     after 28 s: token 3, valid for 5 s
//     after 32 s: token 4, valid for 12 s
#include "support/run.hpp"

#include <array>
#include <asio/any_io_executor.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;
using std::chrono::seconds;

class session {
public:
    explicit session(asio::any_io_executor executor)
        : renew_{executor, {.every = tasks::on_trigger, .count = 4}, &session::renew, this}
    {
        renew_.start();
        renew_.trigger(); // the first token
    }

private:
    void renew(tasks::iteration const& it)
    {
        static constexpr std::array<seconds, 4> lifetimes{10s, 20s, 5s, 12s}; // as a server would say
        auto const lifetime = lifetimes.at(static_cast<std::size_t>(it.number));
        if (!first_)
            first_ = it.start;
        fmt::print("after {:2} s: token {}, valid for {} s\n",
                   std::chrono::round<seconds>(it.start - *first_).count(), it.number + 1, lifetime.count());
        renew_.trigger_at(it.start + lifetime - 1s);
    }

    std::optional<tasks::time_point> first_;
    tasks::loop<> renew_;
};

int main()
{
    asio::io_context io;
    session const s{io.get_executor()};
    example::run(io);
}
