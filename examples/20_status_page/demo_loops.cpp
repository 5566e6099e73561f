// SPDX-License-Identifier: MIT
#include "demo_loops.hpp"

#include <chrono>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

using namespace std::chrono_literals;
using namespace tasks::literals;

namespace {

/// Berlin's clock; without a time zone database, by its present rules.
tasks::time_zone berlin()
{
    try {
        return tasks::time_zone::named("Europe/Berlin");
    } catch (tasks::bad_option const&) {
        return tasks::time_zone::named("CET-1CEST,M3.5.0,M10.5.0/3");
    }
}

} // namespace

demo_loops::demo_loops(asio::io_context& io, choice c)
    : resize_{io, {.every = 20s, .name = "resize images"}, [](std::string const&) {}}
{
    auto const zone = berlin();
    auto const busy = [this](std::chrono::milliseconds least, std::chrono::milliseconds most) {
        return [=, this] { return work(least, most); };
    };

    add(io, {.every = 250ms, .name = "heartbeat"}, [] {});
    add(io, {.every = 2s, .name = "poll orders"}, busy(100ms, 900ms));
    // slots that come due while an export is under way are missed
    add(io, {.every = 1s, .missed = tasks::missed::forbid, .name = "export invoices"}, busy(300ms, 2600ms));
    add(io, {.every = 5s, .name = "archive letters"}, busy(50ms, 150ms));
    add(io, {.every = tasks::on_trigger, .name = "reindex search"}, busy(3s, 4s));
    add(io, {.every = tasks::fixed_delay{30s}, .name = "drain mailbox"}, busy(400ms, 800ms));
    add(io, {.every = tasks::day_at(2h + 30min).in(zone), .name = "nightly report"}, busy(1s, 2s));
    add(io, {.every = "*/15 9-17 * * MON-FRI"_cron.in(zone), .name = "publish offers"}, busy(1s, 2s));
    // on the days on which clocks are set
    add(io, {.every = "30 2 * 3,10 SUNL"_cron.in(zone), .name = "mend time sheets"}, busy(1s, 2s));
    group_.add(resize_);
    if (c.trouble)
        add_troubled(io);
    for (std::size_t i = 0; i < c.more; ++i)
        add(io, {.every = 10s, .initial_delay = i * 10ms, .name = "shard " + std::to_string(i)}, [] {});
}

void demo_loops::add_troubled(asio::io_context& io)
{
    using tasks::on_error;

    add(io,
        {.every = 3s, .backoff = tasks::exponential_backoff{.max = 2s}, .timeout = 2s, .name = "sync stock"},
        [this] { return sync_stock(); });
    add(io, {.every = 4s, .reconnect = false, .on_error = on_error::next_slot, .name = "fetch prices"},
        [this] { return fetch_prices(); });
    // fails for good
    add(io, {.every = 1s, .reconnect = false, .name = "check mirror eu/west"},
        [this](tasks::iteration const& it) { return check_mirror(it); });
    // goes on, but is soon overdue
    add(io,
        {.every = 2s, .reconnect = false, .on_error = on_error::next_slot, .expect = 5s, .name = "back up"},
        [] { throw std::runtime_error{"no space left on /backup"}; });
}

void demo_loops::add(asio::io_context& io, tasks::options o, auto&& body)
{
    auto& l = loops_.emplace_back(io, std::move(o), std::forward<decltype(body)>(body));
    l.error([](std::exception_ptr const&) {}); // the page shows it
    group_.add(l);
}

void demo_loops::start()
{
    for (auto& l : loops_) {
        l.start();
        if (l.name() == "archive letters")
            l.pause();
    }
    resize_.start("640x480");
}

bool demo_loops::happens(double probability)
{
    return std::bernoulli_distribution{probability}(random_);
}

asio::awaitable<void> demo_loops::work(std::chrono::milliseconds least, std::chrono::milliseconds most)
{
    std::uniform_int_distribution<std::chrono::milliseconds::rep> length{least.count(), most.count()};
    co_await tasks::async_sleep_for(std::chrono::milliseconds{length(random_)});
}

asio::awaitable<void> demo_loops::sync_stock()
{
    co_await work(100ms, 700ms);
    if (happens(0.1))
        co_await tasks::async_sleep_for(1h); // the time limit ends it
    if (happens(0.2))
        throw std::system_error{std::make_error_code(std::errc::connection_reset), "stock server"};
    if (happens(0.1))
        throw tasks::skipped{};
}

asio::awaitable<void> demo_loops::fetch_prices()
{
    co_await work(200ms, 1200ms);
    throw std::runtime_error{"price list: expected a table, got <b>no & yes</b>"};
}

asio::awaitable<void> demo_loops::check_mirror(tasks::iteration it)
{
    co_await work(50ms, 200ms);
    if (it.number == 2)
        throw std::runtime_error{"the mirror's certificate has expired"};
}
