// SPDX-License-Identifier: MIT
// An observer that counts events of loops for Prometheus. One observer may serve many loops.
//
// Prints:
//     # TYPE tasks_slots_total counter
//     tasks_slots_total{loop="orders",decision="ran"} 4
//     tasks_slots_total{loop="orders",decision="coalesced"} 2
//     tasks_slots_total{loop="stock",decision="ran"} 3
//     # TYPE tasks_retries_total counter
//     tasks_retries_total{loop="orders"} 0
//     tasks_retries_total{loop="stock"} 1
//     # TYPE tasks_runs_ended_total counter
//     tasks_runs_ended_total{loop="orders",reason="completed"} 1
//     tasks_runs_ended_total{loop="stock",reason="completed"} 1
#include "support/run.hpp"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;

class metrics {
public:
    // Any subset of the members that <tasks/loop/observer.hpp> lists. Each is called on the loop's executor.
    void on_run_started(tasks::run_started const& e) { retries_[std::string{e.loop}]; }
    void on_retry(tasks::retry_scheduled const& e) { ++retries_[std::string{e.loop}]; }
    void on_slot(tasks::slot_decided const& e) { slots_[std::string{e.loop}][e.what] += e.count; }
    void on_run_ended(tasks::run_ended const& e) { ++ended_[std::string{e.loop}][e.reason]; }

    void print() const
    {
        fmt::print("# TYPE tasks_slots_total counter\n");
        for (auto const& [loop, decisions] : slots_)
            for (auto const& [what, n] : decisions)
                fmt::print("tasks_slots_total{{loop=\"{}\",decision=\"{}\"}} {}\n", loop, to_string(what), n);
        fmt::print("# TYPE tasks_retries_total counter\n");
        for (auto const& [loop, n] : retries_)
            fmt::print("tasks_retries_total{{loop=\"{}\"}} {}\n", loop, n);
        fmt::print("# TYPE tasks_runs_ended_total counter\n");
        for (auto const& [loop, reasons] : ended_)
            for (auto const& [reason, n] : reasons)
                fmt::print("tasks_runs_ended_total{{loop=\"{}\",reason=\"{}\"}} {}\n", loop,
                           to_string(reason), n);
    }

private:
    std::map<std::string, std::map<tasks::decision, std::uint64_t>> slots_;
    std::map<std::string, std::uint64_t> retries_;
    std::map<std::string, std::map<tasks::exit_reason, std::uint64_t>> ended_;
};

int main()
{
    asio::io_context io;
    metrics m; // outlives the loops

    // The second order takes 3.5 s, so two slots pass, then a third, and one iteration serves all three.
    tasks::loop orders{io,
                       {.every = 1s, .count = 4, .name = "orders"},
                       [](tasks::iteration const& it) -> asio::awaitable<void> {
                           co_await tasks::async_sleep_for(it.number == 1 ? 3500ms : 100ms);
                       }};
    // The third check of the stock fails once and is retried.
    tasks::loop stock{io, {.every = 2s, .count = 3, .name = "stock"}, [](tasks::iteration const& it) {
                          if (it.number == 2 && it.attempt == 0)
                              throw std::system_error{std::make_error_code(std::errc::connection_reset)};
                      }};
    orders.observe(m).start();
    stock.observe(m).start();
    example::run(io);
    m.print();
}
