// SPDX-License-Identifier: MIT
// A Redis client that counts its visits. Network errors are retried after a back-off, so it survives a
// restart of the server: run `redis-server --port 7777` and `example_05_redis 7777 1`, and kill the server
// for a while.
#include "support/resp.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <cstdio>
#include <cstdlib>
#include <fmt/core.h>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using seconds = std::chrono::duration<double>;

class visitor {
public:
    visitor(asio::any_io_executor executor, unsigned short port, seconds interval,
            std::chrono::milliseconds longest_wait)
        : connection_{executor, port}
        , visit_{executor,
                 {.every = interval, .backoff = tasks::exponential_backoff{.max = longest_wait}},
                 &visitor::visit,
                 this}
    {
        visit_.observe(*this);
        visit_.start();
    }

    asio::awaitable<void> unload()
    {
        visit_.cancel();
        co_await visit_.async_join();
        fmt::print("{} visits, {} retries\n", visits_, retries_);
    }

    void on_retry(tasks::retry_scheduled const& e)
    {
        ++retries_;
        fmt::print("trouble: {}; again in {:.2f} s\n", tasks::what(e.exception), seconds{e.delay}.count());
    }

private:
    asio::awaitable<void> visit()
    {
        // A server that accepts connections but does not answer is a network error, too.
        auto const result = co_await (ask() || tasks::async_sleep_for(2s));
        if (result.index() == 1)
            throw std::system_error{std::make_error_code(std::errc::timed_out)};
        if (auto const failure = std::get<0>(result))
            std::rethrow_exception(failure);
    }

    /// Returns its failure instead of throwing, because `||` waits for the first success.
    asio::awaitable<std::exception_ptr> ask()
    {
        try {
            std::string const pong = co_await connection_.command("*1\r\n$4\r\nPING\r\n");
            std::string const visits = co_await connection_.command("*2\r\n$4\r\nINCR\r\n$6\r\nvisits\r\n");
            fmt::print("{} visits={}\n", pong, visits);
            ++visits_;
            co_return nullptr;
        } catch (...) {
            co_return std::current_exception();
        }
    }

    int visits_ = 0;
    int retries_ = 0;
    resp::connection connection_;
    tasks::loop<> visit_;
};

asio::awaitable<void> unload_on_signal(visitor& v)
{
    asio::signal_set signals{co_await asio::this_coro::executor, SIGINT, SIGTERM};
    co_await signals.async_wait(asio::use_awaitable);
    co_await v.unload();
}

int main(int argc, char** argv)
{
    int const port = argc == 3 ? std::atoi(argv[1]) : 0;
    double const interval = argc == 3 ? std::atof(argv[2]) : 0;
    if (port < 1 || port > 65535 || !(interval > 0)) {
        fmt::print(stderr, "usage: {} PORT SECONDS_BETWEEN_VISITS\n", argv[0]);
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    asio::io_context io;
    seconds const between{interval};
    visitor v{io.get_executor(), static_cast<unsigned short>(port), between,
              std::chrono::round<std::chrono::milliseconds>(4 * between)};
    asio::co_spawn(io, unload_on_signal(v), asio::detached);
    io.run();
}
