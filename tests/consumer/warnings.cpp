// SPDX-License-Identifier: MIT
// Uses every template of the library, so that a compiler shows its warnings about them in a user's program.
#include <tasks/tasks.hpp>
#include <tasks/testing.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored                                                                               \
    "-Wzero-as-null-pointer-constant" // for the coroutines of this file, because g++ generates such zeros
#endif

namespace net = tasks::asio;
using namespace std::chrono_literals;

namespace {

struct every_minute {
    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return std::chrono::floor<std::chrono::minutes>(t) + 1min;
    }
};

struct one_second {
    std::chrono::nanoseconds next(unsigned) const { return 1s; }
};

struct counter {
    void on_run_started(tasks::run_started const&) { ++events; }
    void on_slot(tasks::slot_decided const&) { ++events; }
    void on_attempt_begun(tasks::attempt_begun const&) { ++events; }
    void on_attempt_ended(tasks::attempt_ended const&) { ++events; }
    void on_retry(tasks::retry_scheduled const&) { ++events; }
    void on_hook_failed(tasks::hook_failed const&) { ++events; }
    void on_clock_stepped(tasks::clock_stepped const&) { ++events; }
    void on_run_ended(tasks::run_ended const&) { ++events; }
    int events = 0;
};

struct printer {
    net::awaitable<void> print(tasks::iteration const&, std::string const& text)
    {
        printed += text;
        co_await tasks::async_sleep_for(1ms);
    }
    void plain() { printed += '.'; }
    std::string printed;
};

net::awaitable<void> use_everything(net::io_context& io)
{
    auto const object = std::make_shared<printer>();
    printer other;
    counter seen;

    tasks::loop plain{io, 1ms, [] {}};
    tasks::loop bound{io,
                      {.every = 1ms, .count = 2, .backoff = one_second{}, .name = "bound"},
                      &printer::print,
                      std::weak_ptr<printer>{object}};
    tasks::loop<> owned{io.get_executor(), tasks::day_at(9h, "12:30") | every_minute{}, &printer::plain,
                        object};
    tasks::loop<void(int)> generic{net::make_strand(io), 0.5s, [](auto) {}};

    bound.before_loop([] {})
        .after_loop(&printer::plain, &other)
        .error([](std::exception_ptr) -> net::awaitable<void> { co_return; })
        .observe(seen);
    plain.observe(std::make_shared<counter>());
    bound.add_exception_type<std::runtime_error, int>();
    bound.remove_exception_type<int>();
    bound.retry_if([](std::error_code const& e) { return e == std::errc::timed_out; });
    owned.retry_if([](std::exception_ptr const&) { return false; });

    generic.start(3);
    generic.restart(4);
    co_await bound.async_run("text");
    co_await bound("text");
    plain.start();
    plain.change_interval(2ms);
    plain.stop();
    co_await plain.async_join();

    tasks::ticker counted{io, {.every = 1ms, .count = 1}};
    tasks::ticker simple{io.get_executor(), every_minute{}};
    static_cast<void>(co_await counted.async_tick());
    static_cast<void>(to_string(bound) + to_string(bound.every()) + to_string(tasks::missed::skip));
    tasks::set_timer_slack(io, 1ms);
    static_cast<void>(bound.every().target<every_minute>());
    bound.start("text");
    static_cast<void>(co_await tasks::run_any(plain, bound));
    std::vector<std::unique_ptr<tasks::loop<>>> none(1);
    co_await tasks::run_all(none);
    co_await tasks::async_shutdown(1s, plain, bound, owned, generic);
}

} // namespace

int main()
{
    net::io_context io;
    tasks::testing::virtual_time time{io};
    net::co_spawn(io, use_everything(io), [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    });
    time.advance(10s);
}
