// SPDX-License-Identifier: MIT
// Fails the k-th allocation, for every k, while the timer of a context is set again. Asio's heap of timers
// may have to grow then, because other timers have taken the free place in it.
#include "support/allocations.hpp"
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/steady_timer.hpp>
#else
#include <asio/steady_timer.hpp>
#endif

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

using namespace test;

namespace {

// Without a strand of Asio: if it cannot allocate when it schedules its work on the context, it stays locked
// for ever.
enum class kind { executor, context, users_own };

/// A user's own executor, whose underlying executor the library does not know.
class users_executor {
public:
    explicit users_executor(asio::io_context& io) noexcept
        : io_{&io}
    {
    }
    template <class Function>
    void execute(Function&& function) const
    {
        asio::post(*io_, std::forward<Function>(function));
    }
    [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const noexcept { return *io_; }
    [[nodiscard]] static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.never;
    }
    friend bool operator==(users_executor const&, users_executor const&) noexcept = default;

private:
    asio::io_context* io_;
};

/// A loop with an interval of 1 ms on the system's clocks. In its second iteration, user timers take all
/// places in Asio's heap.
class pressed_loop {
public:
    explicit pressed_loop(kind where, std::size_t own_timers)
        : own_timers_{own_timers}
    {
        tasks::options const o{.every = 1ms, .count = 4};
        auto const body = [this] {
            if (++bodies_ == 2)
                take_places();
        };
        auto const executor = io_.get_executor();
        switch (where) {
        case kind::context: loop_.emplace(io_, o, body); break;
        case kind::executor: loop_.emplace(executor, o, body); break;
        case kind::users_own: loop_.emplace(users_executor{io_}, o, body); break;
        }
        loop_->start();
    }

    /// Returns the number of failed allocations.
    std::size_t run(std::size_t k, std::size_t how_many)
    {
        failing_allocations const some{k, how_many};
        io_.run_until(std::chrono::steady_clock::now() + 60s);
        return some.failed();
    }

    /// Checks that the loop continued normally, or failed and reported it.
    [[nodiscard]] bool has_ended() const
    {
        return !loop_->is_running() && (bodies_ == 4 || loop_->failed()) && io_.stopped();
    }

private:
    void take_places()
    {
        enough_memory const e; // thrown by user code
        for (std::size_t i = 0; i < own_timers_; ++i) {
            timers_.emplace_back(io_, 3ms);
            timers_.back().async_wait([](tasks::error_code const&) {});
        }
    }

    captured_log log_;
    asio::io_context io_;
    std::size_t own_timers_;
    std::deque<asio::steady_timer> timers_;
    std::optional<tasks::loop<>> loop_;
    int bodies_ = 0;
};

} // namespace

TEST_CASE(
    "no memory when the timer is armed again: the loop goes on when there is memory, and the process lives")
{
    auto const where = GENERATE(kind::executor, kind::context, kind::users_own);
    auto const how_many = GENERATE(as<std::size_t>{}, 1, 20);
    CAPTURE(static_cast<int>(where), how_many);
    int felt = 0;
    // For one of these numbers of timers the heap is full, whatever its capacity.
    for (std::size_t own_timers = 1; own_timers <= 4; own_timers *= 2) {
        for (std::size_t k = 1;; ++k) {
            pressed_loop loop{where, own_timers};
            auto const failed = loop.run(k, how_many);
            CAPTURE(own_timers, k);
            REQUIRE(loop.has_ended());
            if (failed == 0)
                break;
            ++felt;
        }
    }
    CHECK(felt >= 3);
}
