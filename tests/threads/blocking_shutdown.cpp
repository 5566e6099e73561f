// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/loop.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/timer/sleep.hpp>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
namespace net = tasks::asio;

namespace {

/// A typical service: it owns its threads, its state, and the loops as its last members. The state is not
/// synchronized, because only the loops use it, on one strand, so a loop that outlives the shutdown races
/// with the destructor.
class service {
public:
    explicit service(bool coroutines)
        : plain_{strand_, 50us, &service::work, this}
        , other_{strand_,
                 {.every = 70us},
                 coroutines ? &service::work_and_wait : &service::work_as_coroutine,
                 this}
    {
        plain_.after_loop([this] { work(1); }).observe(std::make_shared<witness>(*this));
        other_.before_loop([this]() -> net::awaitable<void> { co_await work_and_wait(); });
        plain_.start(1);
        other_.start();
    }
    service(service const&) = delete;
    service& operator=(service const&) = delete;
    ~service()
    {
        report_ = tasks::shutdown(std::chrono::seconds::max(), plain_, other_);
        numbers_.push_back(-1);
        CHECK(report_.all_ended());
    }

private:
    struct witness {
        explicit witness(service& s)
            : owner{s}
        {
        }
        void on_run_ended(tasks::run_ended const&) { owner.work(1); }
        service& owner;
    };

    void work(int n)
    {
        for (int i = 0; i < 200; ++i)
            numbers_.push_back(n);
        numbers_.clear();
    }
    net::awaitable<void> work_as_coroutine()
    {
        work(2);
        co_return;
    }
    net::awaitable<void> work_and_wait()
    {
        work(2);
        co_await tasks::async_sleep_for(20us);
        work(3);
    }

    net::thread_pool pool_{3};
    net::strand<net::thread_pool::executor_type> strand_ = net::make_strand(pool_.get_executor());
    std::vector<int> numbers_;
    tasks::shutdown_report report_;
    tasks::loop<void(int)> plain_;
    tasks::loop<> other_;
};

} // namespace

TEST_CASE("a blocking shutdown as the last statement of its owner's destructor")
{
    for (int i = 0; i < 200; ++i) {
        auto const s = std::make_unique<service>(i % 2 == 0);
        std::this_thread::sleep_for(std::chrono::microseconds{i * 5 % 500});
    }
}

TEST_CASE("a blocking shutdown of loops that end by themselves just then")
{
    for (int i = 0; i < 500; ++i) {
        net::thread_pool pool{2};
        auto state = std::make_unique<std::vector<int>>();
        tasks::loop<> loop{pool, {.every = 0s, .count = 1 + i % 3}, [&] { state->push_back(1); }};
        loop.after_loop([&] { state->push_back(2); });
        loop.start();
        if (i % 4 == 0)
            std::this_thread::yield();
        CHECK(tasks::shutdown(std::chrono::seconds::max(), loop).all_ended());
        state->clear();
        state.reset();
    }
}
