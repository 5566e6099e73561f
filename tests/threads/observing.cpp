// SPDX-License-Identifier: MIT
// An idle loop may be set up again, even if another thread has only just ended its run.
#include "net.hpp"
#include "support/catch.hpp"

#include <tasks/loop.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {

/// Accesses its own memory, which is freed with it.
struct counting_observer {
    explicit counting_observer(std::atomic<int>& total)
        : told{&total}
    {
    }
    void on_run_started(tasks::run_started const&) { ++runs; }
    void on_run_ended(tasks::run_ended const&)
    {
        --runs;
        ++*told;
        text += "run ended, in a text that is too long for the object itself";
        text.clear();
    }

    std::atomic<int>* told;
    int runs = 0;
    std::string text;
};

} // namespace

TEST_CASE(
    "observing: an observer is replaced as soon as the loop is idle, while another thread tells it the end")
{
    net::thread_pool pool{2};
    tasks::loop<> loop{
        pool, {.every = 1us, .count = 1, .name = "a name that needs memory of its own"}, [] {}};
    std::atomic<int> told{0};
    int runs = 0;
    while (runs < 2000) {
        try {
            loop.observe(std::make_shared<counting_observer>(told));
            loop.start();
            ++runs;
        } catch (tasks::already_running const&) {
            std::this_thread::yield();
        }
    }
    loop.async_join(net::use_future).get();
    pool.join();
    CHECK(told == runs);
}

TEST_CASE("observing: hooks are set while others ask for the name")
{
    for (int i = 0; i < 200; ++i) {
        net::thread_pool pool{1};
        tasks::loop<> loop{pool, {.every = 1us}, [] {}};
        std::atomic<bool> stop{false};
        bool always_empty = true;
        std::thread asker{[&] {
            while (!stop)
                always_empty = loop.name().empty() && always_empty;
        }};
        loop.before_loop([] {}).after_loop([] {});
        stop = true;
        asker.join();
        CHECK(always_empty);
    }
}
