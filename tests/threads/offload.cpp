// SPDX-License-Identifier: MIT
// Loops on one pool that offload to another, under control from several threads; owners that are destroyed
// while their functions run.
#include "control.hpp"
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop.hpp>
#include <tasks/loop/offload.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/timer/sleep.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

/// A loop whose body offloads functions that return, throw, or wait for their stop.
class offloading_loop {
public:
    offloading_loop(net::thread_pool& own, net::thread_pool& other)
        : other_{other}
        , loop_{own,
                {.every = 50us,
                 .backoff = test::no_delay{},
                 .timeout = 2ms,
                 .on_error = tasks::on_error::next_slot},
                &offloading_loop::body,
                this}
    {
        loop_.error([](std::exception_ptr const&) {});
    }

    tasks::loop<>& operator()() { return loop_; }

    // With the strand of the loop, or after it.
    int returned = 0;
    int threw = 0;
    std::atomic<int> faults{0};
    // With the functions.
    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    std::atomic<int> stopped{0};

private:
    net::awaitable<void> body(tasks::iteration it)
    {
        auto text = std::make_unique<std::string>(std::to_string(it.number) + " as a text that needs memory");
        auto function = [this, &text, n = it.number,
                         token_of_life = std::make_unique<int>(1)](tasks::stop_token const& stop) {
            ++begun;
            auto const copy = std::make_unique<std::string>(*text); // the coroutine still exists
            std::atomic<bool> told{false};
            {
                tasks::stop_callback const on_stop{stop, [&told] { told = true; }};
                if (n % 5 == 4)
                    while (!told) // until the time-out, or earlier
                        std::this_thread::sleep_for(50us);
            }
            stopped += told ? 1 : 0;
            ended += *token_of_life;
            if (n % 3 == 2)
                throw std::runtime_error{*copy};
            return *copy;
        };
        try {
            auto const result = co_await tasks::offload(other_, std::move(function));
            ++returned;
            faults += result == *text ? 0 : 1;
        } catch (std::runtime_error const& e) {
            ++threw;
            bool const aborted = dynamic_cast<tasks::system_error const*>(&e) != nullptr;
            faults += aborted || e.what() == *text ? 0 : 1;
        }
    }

    net::thread_pool& other_;
    tasks::loop<> loop_;
};

} // namespace

TEST_CASE("loops offload to another pool while several threads start, stop, cancel and restart them")
{
    net::thread_pool own{4};
    net::thread_pool other{3};
    std::vector<std::unique_ptr<offloading_loop>> loops;
    for (int i = 0; i < 4; ++i)
        loops.push_back(std::make_unique<offloading_loop>(own, other));

    std::vector<std::thread> callers;
    for (unsigned t = 0; t < 4; ++t) {
        callers.emplace_back([&loops, t] {
            std::mt19937 random{t}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
            for (int i = 0; i < 200; ++i) {
                test::control_run((*loops[random() % loops.size()])(), random() % 8);
                std::this_thread::sleep_for(std::chrono::microseconds{random() % 500});
            }
        });
    }
    for (auto& c : callers)
        c.join();
    for (auto const& l : loops)
        tasks::shutdown(10s, (*l)());
    own.join();
    other.join();
    int stopped = 0;
    for (auto const& l : loops) {
        CHECK(l->faults == 0);
        CHECK(l->begun == l->ended);
        CHECK(l->returned > 0);
        CHECK(l->threw > 0);
        CHECK(l->returned + l->threw >= l->begun);
        stopped += l->stopped;
    }
    CHECK(stopped > 0);
}

TEST_CASE("loops are destroyed on their strand while their functions run on another pool")
{
    net::thread_pool own{3};
    net::thread_pool other{3};
    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    std::atomic<int> statements{0};
    auto frame = std::make_shared<int>(0);
    for (int i = 0; i < 200; ++i) {
        auto const strand = net::make_strand(own);
        net::post(strand, [&, strand, frame, i] {
            auto loop = std::make_shared<std::unique_ptr<tasks::loop<>>>();
            *loop = std::make_unique<tasks::loop<>>(strand, 1h, [&, frame]() -> net::awaitable<void> {
                auto alive = frame;
                auto const f = [&](tasks::stop_token const&) {
                    ++begun;
                    ended += alive.use_count() > 0 ? 1 : 0;
                };
                co_await tasks::offload(other, f);
                co_await tasks::async_sleep_for(1h);
                ++statements;
            });
            (*loop)->start();
            auto const destroy = [loop] { loop->reset(); };
            if (i % 2 == 0)
                net::post(strand, [strand, destroy] { net::post(strand, destroy); });
            else
                net::post(other, [strand, destroy] { net::post(strand, destroy); });
        });
    }
    own.join();
    other.join();
    CHECK(begun == ended);
    CHECK(begun > 0);
    CHECK(statements == 0);
    CHECK(frame.use_count() == 1);
}

TEST_CASE("contexts are destroyed while their functions begin, run and end on a pool")
{
    net::thread_pool other{3};
    std::atomic<int> ended{0};
    auto frame = std::make_shared<std::atomic<int>>(0);
    for (int i = 0; i < 300; ++i) {
        auto io = std::make_unique<net::io_context>();
        for (int n = 0; n < 3; ++n) {
            auto const coroutine = [](net::thread_pool& pool, std::shared_ptr<std::atomic<int>> alive,
                                      std::atomic<int>& count) -> net::awaitable<void> {
                for (;;) {
                    auto f = [alive, &count](tasks::stop_token const& stop) {
                        *alive += stop.stop_requested() ? 1 : 0;
                        ++count;
                        return std::make_shared<std::string>("a result that is too long for a string itself");
                    };
                    co_await tasks::offload(pool, std::move(f));
                }
            };
            net::co_spawn(*io, coroutine(other, frame, ended), net::detached);
        }
        for (int n = i % 20; n > 0; --n)
            io->run_one();
        io.reset();
    }
    other.join();
    CHECK(ended > 0);
    CHECK(frame.use_count() == 1);
}
