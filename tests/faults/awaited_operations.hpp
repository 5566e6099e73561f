// SPDX-License-Identifier: MIT
#pragma once

// The other operations of the library that a coroutine may await, in the body of a loop. A failure of any of
// them ends the run of that loop, and has no other effect.

#include "failure_ledger.hpp"
#include "support/allocations.hpp"
#include "support/virtual_context.hpp"

#include <tasks/tasks.hpp>

#include <exception>
#include <new>
#include <string>

namespace test {

class awaited_operations {
public:
    awaited_operations() { outer_.observe(seen_); }
    awaited_operations(awaited_operations const&) = delete;
    awaited_operations& operator=(awaited_operations const&) = delete;

    /// To be called while allocations fail.
    void play()
    {
        for (auto const call : {&awaited_operations::start_inner, &awaited_operations::start_outer}) {
            try {
                (this->*call)();
            } catch (std::bad_alloc const&) {
                enough_memory const e;
                (this->*call)();
            }
        }
        pass(60s);
    }

    /// To be called when there is memory again. Returns the problem; empty if there is none.
    std::string faults()
    {
        std::string all;
        auto const expect = [&](bool condition, std::string const& otherwise) {
            all += condition ? "" : otherwise + "\n";
        };
        pass(60s);
        expect(escaped_.empty(), "an exception came out of the context: " + escaped_);
        expect(!outer_.is_running(), "the outer loop is still running");
        expect(seen_.runs_begun() == 1 && seen_.runs_ended() == 1, "the outer loop's run did not end once");
        expect(seen_.faults().empty(), seen_.faults());
        expect(outer_.failed() || everything_done_, "neither done nor failed");
        expect(seen_.runs_failed() <= static_cast<int>(seen_.log.size()), "a failure was told to nobody");
        inner_.stop();
        pass(60s);
        expect(!inner_.is_running(), "the inner loop is still running");
        expect(frame_.use_count() == 1, "a frame is left");
        auto const before = calls_;
        inner_.start();
        pass(5s);
        expect(calls_ > before, "the inner loop cannot be started any more");
        inner_.cancel();
        pass(60s);
        expect(!inner_.is_running(), "the inner loop cannot be ended any more");
        return all;
    }

    [[nodiscard]] bool failed() const { return outer_.failed(); }

private:
    task inner_body()
    {
        auto const frame = frame_;
        ++calls_;
        co_await tasks::async_sleep_for(1s);
    }

    task outer_body()
    {
        auto const frame = frame_;
        auto const executor = co_await asio::this_coro::executor;
        co_await inner_();
        co_await tasks::async_sleep_for(250ms);
        tasks::options ticks{.every = 2s, .count = 3};
        tasks::ticker ticker{executor, std::move(ticks)};
        while (co_await ticker.async_tick()) {
        }
        co_await tasks::async_shutdown(500ms, inner_);
        co_await inner_.async_join();
        inner_.start();
        co_await tasks::async_sleep_for(250ms);
        inner_.stop();
        co_await inner_.async_join();
        co_await once_.async_run();
        everything_done_ = true;
    }

    void start_inner()
    {
        if (!inner_.is_running())
            inner_.start();
    }
    void start_outer()
    {
        if (!outer_.is_running())
            outer_.start();
    }

    void pass(std::chrono::nanoseconds by)
    {
        if (auto e = pass_despite_exceptions(context_, by); !e.empty())
            escaped_ = std::move(e);
    }

    virtual_context context_;
    failure_ledger seen_;
    std::shared_ptr<int> frame_ = std::make_shared<int>(0);
    int calls_ = 0;
    bool everything_done_ = false;
    std::string escaped_;
    tasks::loop<> inner_{context_.io.get_executor(), {.every = 3s}, [this] { return inner_body(); }};
    tasks::loop<> once_{
        context_.io.get_executor(), {.every = 1s, .count = 1}, [this] { return inner_body(); }};
    tasks::loop<> outer_{
        context_.io.get_executor(), {.every = 1s, .count = 1}, [this] { return outer_body(); }};
};

} // namespace test
