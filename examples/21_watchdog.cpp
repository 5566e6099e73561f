// SPDX-License-Identifier: MIT
// A service that systemd restarts when its work stops: it tells the watchdog that all is well only while no
// loop is overdue. So a job that hangs, or fails without end, is noticed like a crash.
//
// The unit needs `Type=notify` and `WatchdogSec=2`. Here, a mail server hangs from the third poll on. Without
// systemd, the program shows what it would send.
//
// Prints:
//     READY=1
//     WATCHDOG=1
//     polled 1
//     WATCHDOG=1
//     polled 2
//     WATCHDOG=1
//     WATCHDOG=1
//     WATCHDOG=1
//     mail has not succeeded for 3 s
//     STATUS=overdue: mail
//     STATUS=overdue: mail
//     STATUS=overdue: mail
#include "support/run.hpp"

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/local/datagram_protocol.hpp>
#include <chrono>
#include <cstdlib>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <system_error>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;

/// What systemd expects of a service: datagrams with a state each, to a socket that the environment names.
class service_manager {
public:
    explicit service_manager(asio::io_context& io)
        : socket_{io}
    {
        if (char const* const name = std::getenv("NOTIFY_SOCKET")) {
            std::string path{name};
            if (path.front() == '@')
                path.front() = '\0'; // an abstract socket, which is not a file
            socket_.connect(asio::local::datagram_protocol::endpoint{path});
        }
    }

    void send(std::string_view state)
    {
        fmt::print("{}\n", state);
        std::error_code ignored; // a lost datagram is as good as none
        if (socket_.is_open())
            socket_.send(asio::buffer(state), 0, ignored);
    }

    /// Half of the time after which systemd restarts the service.
    [[nodiscard]] static std::chrono::microseconds interval()
    {
        char const* const limit = std::getenv("WATCHDOG_USEC");
        return std::chrono::microseconds{limit ? std::stoll(limit) : 2'000'000} / 2;
    }

private:
    asio::local::datagram_protocol::socket socket_;
};

asio::awaitable<void> poll_mail(tasks::iteration it)
{
    if (it.number == 2)
        co_await tasks::async_sleep_for(1h); // the server hangs
    fmt::print("polled {}\n", it.number + 1);
}

struct pager {
    void on_overdue(tasks::overdue const& e)
    {
        fmt::print("{} has not succeeded for {} s\n", e.loop, e.expected / 1s);
    }
};

int main()
{
    asio::io_context io;
    service_manager manager{io};
    pager page;

    tasks::loop<> mail{io, {.every = 1s, .initial_delay = 500ms, .expect = 3s, .name = "mail"}, poll_mail};
    tasks::loop<> cleanup{io, {.every = 1h, .name = "cleanup"}, [] {}};
    mail.observe(page);
    tasks::group const jobs{mail, cleanup};

    auto const look = [&] {
        std::string overdue;
        for (auto const& job : jobs)
            if (job.is_overdue())
                overdue += (overdue.empty() ? "" : ", ") + job.name();
        manager.send(overdue.empty() ? "WATCHDOG=1" : "STATUS=overdue: " + overdue);
    };
    // Ends by itself, unlike a service, so that the example does.
    tasks::loop watchdog{io, {.every = service_manager::interval(), .count = 8}, look};
    watchdog.after_loop([&] { jobs.cancel(); });

    manager.send("READY=1");
    jobs.start();
    watchdog.start();
    example::run(io);
}
