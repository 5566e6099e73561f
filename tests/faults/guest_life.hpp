// SPDX-License-Identifier: MIT
#pragma once

// The other operations of the library that a coroutine may await, in the body of a loop. A failure of any of
// them ends the run of that loop, and has no other effect.

#include "support/allocations.hpp"
#include "support/stage.hpp"
#include "witness.hpp"

#include <tasks/tasks.hpp>

#include <exception>
#include <new>
#include <string>

namespace test {

class guest_life {
public:
    guest_life() { host_.observe(seen_); }
    guest_life(guest_life const&) = delete;
    guest_life& operator=(guest_life const&) = delete;

    /// To be called while allocations fail.
    void play()
    {
        for (auto const call : {&guest_life::start_guest, &guest_life::start_host}) {
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
        expect(!host_.is_running(), "the host is still running");
        expect(seen_.begun == 1 && seen_.ended == 1, "the host's run did not end once");
        expect(host_.failed() || everything_done_, "neither done nor failed");
        expect(seen_.failed <= static_cast<int>(seen_.log.size()), "a failure was told to nobody");
        guest_.stop();
        pass(60s);
        expect(!guest_.is_running(), "the guest is still running");
        expect(frame_.use_count() == 1, "a frame is left");
        auto const before = calls_;
        guest_.start();
        pass(5s);
        expect(calls_ > before, "the guest cannot be started any more");
        guest_.cancel();
        pass(60s);
        expect(!guest_.is_running(), "the guest cannot be ended any more");
        return all;
    }

    [[nodiscard]] bool failed() const { return host_.failed(); }

private:
    task guest_body()
    {
        auto const frame = frame_;
        ++calls_;
        co_await tasks::async_sleep_for(1s);
    }

    task host_body()
    {
        auto const frame = frame_;
        auto const executor = co_await asio::this_coro::executor;
        co_await guest_();
        co_await tasks::async_sleep_for(250ms);
        tasks::options ticks{.every = 2s, .count = 3};
        tasks::ticker ticker{executor, std::move(ticks)};
        while (co_await ticker.async_tick()) {
        }
        co_await tasks::async_shutdown(500ms, guest_);
        co_await guest_.async_join();
        guest_.start();
        co_await tasks::async_sleep_for(250ms);
        guest_.stop();
        co_await guest_.async_join();
        co_await once_.async_run();
        everything_done_ = true;
    }

    void start_guest()
    {
        if (!guest_.is_running())
            guest_.start();
    }
    void start_host()
    {
        if (!host_.is_running())
            host_.start();
    }

    void pass(std::chrono::nanoseconds by)
    {
        auto const until = stage_.time.elapsed() + by;
        while (stage_.time.elapsed() < until) {
            try {
                stage_.time.advance(until - stage_.time.elapsed());
            } catch (std::exception const& e) {
                enough_memory const m;
                escaped_ = e.what();
            }
        }
    }

    stage stage_;
    witness seen_;
    std::shared_ptr<int> frame_ = std::make_shared<int>(0);
    int calls_ = 0;
    bool everything_done_ = false;
    std::string escaped_;
    tasks::loop<> guest_{stage_.io.get_executor(), {.every = 3s}, [this] { return guest_body(); }};
    tasks::loop<> once_{stage_.io.get_executor(), {.every = 1s, .count = 1}, [this] { return guest_body(); }};
    tasks::loop<> host_{stage_.io.get_executor(), {.every = 1s, .count = 1}, [this] { return host_body(); }};
};

} // namespace test
