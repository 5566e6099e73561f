// SPDX-License-Identifier: MIT
#include "concurrent_ledger.hpp"
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/timer/sleep.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#else
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#endif

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

// Loops of two contexts, one with a single thread and one with four. Their bodies control each other, and
// other threads start them and wait for them.

using namespace std::chrono_literals;

namespace {

class member {
public:
    template <class Where>
    explicit member(Where&& where)
        : loop_{where,
                {.every = test::grid{step}, .count = 4, .overlap = 2, .name = "member"},
                &member::body,
                this}
    {
        loop_.before_loop([this] { seen.before_hook(); })
            .after_loop([this] { seen.after_hook(); })
            .observe(seen);
    }

    tasks::loop<>& operator()() { return loop_; }

    member* other = nullptr; ///< a loop of the other context
    test::concurrent_ledger seen{{step}, 2};

private:
    static constexpr std::chrono::nanoseconds step = 90us;

    net::awaitable<void> body(tasks::iteration const& it)
    {
        test::concurrent_ledger::attempt_scope const here{seen, it};
        co_await tasks::async_sleep_for(40us);
        seen.statement();
        switch ((it.number + static_cast<std::uint64_t>(seen.runs_ended())) % 5) {
        case 0: (*other)().restart(); break;
        case 1: (*other)().stop(); break;
        case 2: (*other)().cancel(); break;
        case 3: (*other)().async_join([](std::exception_ptr const&) {}); break;
        default: static_cast<void>((*other)().next_iteration()); break;
        }
    }

    tasks::loop<> loop_;
};

/// Destroys a loop on its executor.
void destroy(std::unique_ptr<member>& m, std::vector<std::string>& faults)
{
    auto const executor = (*m)().get_executor();
    net::post(executor, net::use_future([&] {
                  faults.push_back(m->seen.faults());
                  m.reset();
              }))
        .get();
}

} // namespace

TEST_CASE("loops of two contexts control each other while threads start, join and shut them down")
{
    net::io_context single;
    auto work = net::make_work_guard(single);
    std::thread runner{[&] { single.run(); }};
    net::thread_pool pool{4};

    std::vector<std::unique_ptr<member>> members;
    for (int i = 0; i < 3; ++i) {
        members.push_back(std::make_unique<member>(single.get_executor()));
        members.push_back(std::make_unique<member>(pool));
    }
    for (std::size_t i = 0; i < members.size(); ++i)
        members[i]->other = members[(i + 1) % members.size()].get();

    std::vector<std::thread> callers;
    for (unsigned t = 0; t < 4; ++t) {
        callers.emplace_back([&members, t] {
            for (unsigned i = 0; i < 40; ++i) {
                auto& l = (*members[(t + i) % members.size()])();
                try {
                    if (i % 2 == 0)
                        l.async_run(net::use_future).get(); // the end of several runs, if others restart it
                    else
                        l.start();
                } catch (tasks::already_running const&) {
                }
                l.async_join(net::use_future).get();
            }
        });
    }
    for (auto& c : callers)
        c.join();

    // A body may restart a loop that has already ended, so that one round may not be enough, and either
    // result is possible.
    std::vector<tasks::loop_base*> all;
    for (auto const& m : members)
        all.push_back(&(*m)());
    auto const any_running = [&] {
        return std::any_of(all.begin(), all.end(), [](tasks::loop_base const* l) { return l->is_running(); });
    };
    do {
        auto shutdown = tasks::async_shutdown(10min, all); // ends as soon as they end
        auto const report = net::co_spawn(pool, std::move(shutdown), net::use_future).get();
        CHECK(report.completed.size() + report.cancelled.size() + report.still_running.size() == all.size());
    } while (any_running());

    std::vector<std::string> faults;
    for (auto& m : members) {
        CHECK(m->seen.runs_ended() > 0);
        CHECK(m->seen.bodies() > 0);
    }
    for (auto& m : members)
        destroy(m, faults);
    for (auto const& f : faults)
        CHECK(f == "");
    work.reset();
    runner.join();
    pool.join();
}
