// SPDX-License-Identifier: MIT
#include "net.hpp"
#include "support/catch.hpp"
#include "watch.hpp"

#include <tasks/loop.hpp>
#include <tasks/timer/sleep.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

// Bodies and hooks that leave the loop's executor for that of another pool, and end there: the run goes on
// where it belongs.

using namespace std::chrono_literals;

namespace {

using office_strand = net::strand<net::thread_pool::executor_type>;

class traveller {
public:
    traveller(net::thread_pool& home, net::thread_pool& abroad)
        : office_{net::make_strand(abroad.get_executor())}
        , loop_{home, {.every = test::grid{90us}, .count = 12, .backoff = no_delay{}}, &traveller::body, this}
    {
        loop_.before_loop(&traveller::before, this).after_loop(&traveller::after, this).observe(seen);
    }

    tasks::loop<>& operator()() { return loop_; }

    test::watch seen{{90us}, 1};

private:
    struct no_delay {
        [[nodiscard]] std::chrono::nanoseconds next(unsigned) const { return 0ns; }
    };

    /// Resumes the coroutine where it is completed, and not through its executor.
    struct complete_there {
        template <class Handler>
        void operator()(Handler&& handler, office_strand* there) const
        {
            net::post(*there, [handler = std::decay_t<Handler>(std::forward<Handler>(handler))]() mutable {
                std::move(handler)();
            });
        }
    };
    auto hop()
    {
        return net::async_initiate<net::use_awaitable_t<> const, void()>(complete_there{}, net::use_awaitable,
                                                                         &office_);
    }

    net::awaitable<void> before()
    {
        seen.before_hook();
        co_await hop();
        seen.statement(); // at the office
    }

    net::awaitable<void> after()
    {
        seen.after_hook();
        co_await hop();
        seen.statement(); // at the office, where it ends
    }

    net::awaitable<void> body(tasks::iteration const& it)
    {
        test::watch::visit const here{seen, it};
        if (it.number % 3 == 0)
            co_return;
        co_await hop();
        seen.statement();
        if (!office_.running_in_this_thread())
            seen.fault("the coroutine did not hop");
        if (it.number % 3 == 1)
            co_await net::post(net::use_awaitable); // back home
        if (it.number % 7 == 4 && it.attempt == 0)
            throw tasks::system_error{net::error::connection_reset};
    }

    office_strand office_;
    tasks::loop<> loop_;
};

} // namespace

TEST_CASE("bodies and hooks that hop to another executor and end there")
{
    net::thread_pool home{4};
    net::thread_pool abroad{2};
    std::vector<std::unique_ptr<traveller>> travellers;
    for (int i = 0; i < 4; ++i)
        travellers.push_back(std::make_unique<traveller>(home, abroad));

    std::vector<std::thread> callers;
    for (unsigned t = 0; t < 4; ++t) {
        callers.emplace_back([&travellers, t] {
            for (unsigned i = 0; i < 40; ++i) {
                auto& l = (*travellers[(t + i) % travellers.size()])();
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
    for (auto const& t : travellers) {
        CHECK_FALSE((*t)().is_running());
        CHECK(t->seen.runs() > 0);
    }
    home.join();
    abroad.join();
    for (auto const& t : travellers)
        CHECK(t->seen.faults() == "");
}
