// SPDX-License-Identifier: MIT
#include "concurrent_ledger.hpp"
#include "control.hpp"
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop.hpp>
#include <tasks/timer/sleep.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

// Bodies and hooks that leave the loop's executor for that of another pool. They are not cancelled meanwhile,
// because Asio's cancellation is not thread-safe.

using namespace std::chrono_literals;

namespace {

using strand = net::strand<net::thread_pool::executor_type>;

enum class ending { on_the_loops_executor, on_the_other_executor };

/// A loop whose body and hooks move to a strand of another pool and end where `ending` says.
class moving_loop {
public:
    moving_loop(net::thread_pool& own, net::thread_pool& other, ending end)
        : other_{net::make_strand(other.get_executor())}
        , end_{end}
        , loop_{own,
                {.every = test::grid{90us}, .count = 12, .backoff = test::no_delay{}},
                &moving_loop::body,
                this}
    {
        loop_.before_loop(&moving_loop::before, this).after_loop(&moving_loop::after, this).observe(seen);
    }

    tasks::loop<>& operator()() { return loop_; }

    test::concurrent_ledger seen{{90us}, 1};

private:
    /// Resumes the coroutine where it is completed, and not through its executor.
    struct complete_on {
        template <class Handler>
        void operator()(Handler&& handler, strand* other) const
        {
            net::post(*other, [handler = std::decay_t<Handler>(std::forward<Handler>(handler))]() mutable {
                std::move(handler)();
            });
        }
    };
    auto move()
    {
        return net::async_initiate<net::use_awaitable_t<> const, void()>(complete_on{}, net::use_awaitable,
                                                                         &other_);
    }

    net::awaitable<void> before()
    {
        seen.before_hook();
        co_await move();
        seen.statement(); // on the other executor
        if (end_ == ending::on_the_loops_executor)
            co_await net::post(net::use_awaitable);
    }

    net::awaitable<void> after()
    {
        seen.after_hook();
        co_await move();
        seen.statement(); // on the other executor
        if (end_ == ending::on_the_loops_executor)
            co_await net::post(net::use_awaitable);
    }

    net::awaitable<void> body(tasks::iteration const& it)
    {
        test::concurrent_ledger::attempt_scope const here{seen, it};
        if (it.number % 3 == 0)
            co_return;
        co_await move();
        seen.statement();
        if (!other_.running_in_this_thread())
            seen.fault("the coroutine did not move");
        if (end_ == ending::on_the_loops_executor || it.number % 3 == 1) {
            co_await net::post(net::use_awaitable);
            if (other_.running_in_this_thread())
                seen.fault("the coroutine did not come back");
        }
        if (it.number % 7 == 4 && it.attempt == 0)
            throw tasks::system_error{net::error::connection_reset};
    }

    strand other_;
    ending end_;
    tasks::loop<> loop_;
};

void move_under_control(ending end)
{
    net::thread_pool own{4};
    net::thread_pool other{2};
    std::vector<std::unique_ptr<moving_loop>> loops;
    for (int i = 0; i < 4; ++i)
        loops.push_back(std::make_unique<moving_loop>(own, other, end));

    std::vector<std::thread> callers;
    for (unsigned t = 0; t < 4; ++t) {
        callers.emplace_back([&loops, t] {
            for (unsigned i = 0; i < 40; ++i) {
                auto& l = (*loops[(t + i) % loops.size()])();
                try {
                    l.start();
                } catch (tasks::already_running const&) {
                }
                static_cast<void>(l.next_iteration());
                static_cast<void>(l.current_loop());
                if (i % 4 == 0)
                    l.stop();
                l.async_join(net::use_future).get();
            }
        });
    }
    for (auto& c : callers)
        c.join();
    for (auto const& l : loops) {
        CHECK_FALSE((*l)().is_running());
        CHECK(l->seen.runs_ended() > 0);
    }
    own.join();
    other.join();
    for (auto const& l : loops)
        CHECK(l->seen.faults() == "");
}

} // namespace

TEST_CASE("bodies and hooks that move to another executor and back")
{
    move_under_control(ending::on_the_loops_executor);
}

TEST_CASE("bodies and hooks that move to another executor and end there")
{
    move_under_control(ending::on_the_other_executor);
}
