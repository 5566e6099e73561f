// SPDX-License-Identifier: MIT
// A status page: all loops of a program in a browser, live, with buttons if you allow them.
//
//     example_20_status_page --allow-control
//
// prints the address, and serves until Ctrl-C. Everything but this file and demo_loops is meant to be taken
// along: the page, the server, and its guards.
#include "demo_loops.hpp"
#include "status_page.hpp"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/use_awaitable.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fmt/core.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tasks/group/group.hpp>
#include <tasks/group/history.hpp>
#include <tasks/tasks.hpp>
#if defined(EXAMPLE_WITH_PROMETHEUS)
#include <prometheus/text_serializer.h>
#include <tasks/prometheus.hpp>
#endif

using namespace std::chrono_literals;

namespace {

constexpr auto usage = "usage: example_20_status_page [--port N] [--host ADDRESS] [--name HOST[:PORT]]… "
                       "[--allow-control] [--no-trouble] [--more-loops N]";

struct settings {
    status_page_options page{.title = "Shop", .version = "1.0"};
    demo_loops::choice loops;
};

template <class Number>
Number number(std::string_view text)
{
    Number n{};
    auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || stop != text.data() + text.size())
        throw std::invalid_argument{fmt::format("'{}' is not a number; {}", text, usage)};
    return n;
}

settings read(int count, char** arguments)
{
    settings s;
    for (int i = 1; i < count; ++i) {
        std::string_view const option = arguments[i];
        if (option == "--allow-control") {
            s.page.allow_control = true;
            continue;
        }
        if (option == "--no-trouble") {
            s.loops.trouble = false;
            continue;
        }
        if (++i == count)
            throw std::invalid_argument{usage};
        std::string_view const value = arguments[i];
        if (option == "--port")
            s.page.port = number<std::uint16_t>(value);
        else if (option == "--host")
            s.page.host = value;
        else if (option == "--name")
            s.page.names.emplace_back(value);
        else if (option == "--more-loops")
            s.loops.more = number<std::size_t>(value);
        else
            throw std::invalid_argument{usage};
    }
    return s;
}

} // namespace

int main(int count, char** arguments)
try {
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    auto settings = read(count, arguments);

    asio::io_context io;
    tasks::history recent{50}; // outlives the loops
    demo_loops loops{io, settings.loops};
#if defined(EXAMPLE_WITH_PROMETHEUS)
    auto const metrics = std::make_shared<tasks::prometheus>(loops.group());
    settings.page.metrics = [metrics] {
        return ::prometheus::TextSerializer{}.Serialize(metrics->Collect());
    };
    loops.observe(recent, metrics);
#else
    loops.observe(recent);
#endif

    status_page page{loops.group(), recent, settings.page};
    fmt::print("Listening on {}\n", page.url());
    loops.start();

    auto const end_on_signal = [&]() -> asio::awaitable<void> {
        asio::signal_set signals{io, SIGINT, SIGTERM};
        co_await signals.async_wait(asio::use_awaitable);
        page.stop();
        co_await loops.group().async_shutdown(2s);
    };
    asio::co_spawn(io, end_on_signal(), asio::detached);
    io.run(); // returns when all loops have ended
} catch (std::exception const& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
}
