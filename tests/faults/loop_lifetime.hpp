// SPDX-License-Identifier: MIT
#pragma once

// One loop from its construction to its end, through everything that allocates, and the checks that hold for
// any number of failed allocations.

#include "erratic_executor.hpp"
#include "failure_ledger.hpp"
#include "support/allocations.hpp"
#include "support/virtual_context.hpp"

#include <tasks/tasks.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#endif

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace test {

/// A sleep in a user's body that never lacks memory, because a library cannot prevent what Asio does then: it
/// terminates the process if an operation inside a coroutine cannot be initiated, and throws out of the
/// context if the error code of a cancelled one cannot be made an exception.
inline task sure_pause(std::chrono::nanoseconds d)
{
    auto const initiate = [](auto handler, std::chrono::nanoseconds duration) {
        enough_memory const enough;
        auto const executor = asio::get_associated_executor(handler);
        auto const slot = asio::get_associated_cancellation_slot(handler);
        auto ended = [h = std::move(handler)](tasks::error_code const& ec) mutable {
            std::exception_ptr e;
            if (ec) {
                enough_memory const for_it;
                e = std::make_exception_ptr(tasks::system_error{ec});
            }
            std::move(h)(std::move(e));
        };
        tasks::async_sleep_for(
            duration, asio::bind_executor(executor, asio::bind_cancellation_slot(slot, std::move(ended))));
    };
    co_await asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr)>(
        initiate, asio::use_awaitable, d);
}

class loop_lifetime {
public:
    struct plan {
        bool on_context = false;           ///< made from the context instead of its executor
        executor_faults* faults = nullptr; ///< with an executor in front of the context's
        int overlap = 1;
    };

    explicit loop_lifetime(plan p)
        : plan_{p}
    {
    }
    loop_lifetime(loop_lifetime const&) = delete;
    loop_lifetime& operator=(loop_lifetime const&) = delete;

    /// To be called while allocations fail.
    void play()
    {
        construct();
        prepare();
        strongly("start", [this] { loop_->start(std::make_shared<int>(1)); });
        join();
        pass(25s);
        progress("after the start");
        strongly("trigger", [this] { loop_->trigger(); });
        request();
        pass(9s);
        progress("after a request");
        strongly("trigger_in", [this] { loop_->trigger_in(2s); });
        pass(12s);
        progress("after an alarm");
        loop_->pause();
        request();
        pass(25s);
        loop_->resume();
        pass(15s);
        progress("after a pause");
        strongly("change_interval", [this] { loop_->change_interval(5s); });
        pass(30s);
        progress("after the change");
        strongly("restart", [this] { loop_->restart(std::make_shared<int>(2)); });
        join();
        pass(25s);
        progress("after the restart");
        strongly("cancel", [this] { loop_->cancel(); });
        pass(15s);
        expect(!loop_->is_running(), "a cancelled run did not end");
        strongly("restart of an idle loop", [this] { loop_->restart(std::make_shared<int>(3)); });
        join();
        pass(15s);
        loop_->stop();
        pass(15s);
        expect(!loop_->is_running(), "a stopped run did not end");
    }

    /// To be called when there is memory again. Returns the problem; empty if there is none.
    std::string faults()
    {
        expect(!loop_->is_running(), "still running");
        bool const destroys = plan_.faults && plan_.faults->how == executor_faults::kind::destroys;
        expect(joiner_.use_count() == 1, "a joiner is left");
        expect(destroys || joined_ == joins_,

               std::to_string(joined_) + " of " + std::to_string(joins_) + " joiners told");
        expect(frame_.use_count() == 1, "a frame is left");
        expect(destroys ? seen_.runs_begun() >= seen_.runs_ended() : seen_.runs_begun() == seen_.runs_ended(),
               "runs begun and ended");
        expect(destroys || seen_.faults().empty(), seen_.faults());
        expect(seen_.runs_failed() <= errors_ + static_cast<int>(seen_.log.size()),
               "a failure was told to nobody");
        expect(escaped_.empty(), "an exception came out of the context: " + escaped_);
        if (faults_.empty())
            play_again();
        return faults_;
    }

    [[nodiscard]] int failed_runs() const { return seen_.runs_failed(); }
    [[nodiscard]] int failed_calls() const { return failed_calls_; }

private:
    using loop_type = tasks::loop<void(std::shared_ptr<int>)>;

    struct half_a_second {
        std::chrono::nanoseconds next(unsigned) const { return 500ms; }
    };

    struct state {
        bool running, failed, being_cancelled, paused;
        std::exception_ptr exception;
        std::uint64_t current;
        std::optional<tasks::time_point> next;
        std::chrono::nanoseconds interval;
        friend bool operator==(state const&, state const&) = default;
    };
    [[nodiscard]] state look() const
    {
        enough_memory const e;
        return {.running = loop_->is_running(),
                .failed = loop_->failed(),
                .being_cancelled = loop_->is_being_cancelled(),
                .paused = loop_->is_paused(),
                .exception = loop_->exception(),
                .current = loop_->current_loop(),
                .next = loop_->next_iteration(),
                .interval = loop_->every().interval()};
    }

    void construct()
    {
        try {
            make();
        } catch (std::bad_alloc const&) {
            ++failed_calls_;
            enough_memory const e;
            make();
        }
    }
    void make()
    {
        tasks::options o{.every = 10s,
                         .backoff = half_a_second{},
                         .overlap = plan_.overlap,
                         .timeout = 6s,
                         .name = "a loop whose name does not fit into a std::string itself"};
        auto const body = [this](tasks::iteration const& it, std::shared_ptr<int> argument) {
            return this->body(it, std::move(argument));
        };
        if (plan_.on_context)
            loop_.emplace(context_.io, std::move(o), body);
        else if (plan_.faults)
            loop_.emplace(erratic_executor{context_.io.get_executor(), *plan_.faults}, std::move(o), body);

        else
            loop_.emplace(context_.io.get_executor(), std::move(o), body);
    }

    void prepare()
    {
        strongly("before_loop", [this] { loop_->before_loop([this] { return hook(); }); });
        strongly("after_loop", [this] { loop_->after_loop([this] { return hook(); }); });
        strongly("error",
                 [this] { loop_->error([this](std::exception_ptr e) { return error_hook(std::move(e)); }); });
        strongly("observe", [this] { loop_->observe(seen_); });
        strongly("add_exception_type", [this] { loop_->add_exception_type<std::domain_error>(); });
        strongly("retry_if", [this] {
            loop_->retry_if([](std::error_code const& ec) { return ec == std::errc::io_error; });
        });
    }

    /// Makes a call, which has its effect or none. If it had none, makes it again with enough memory.
    template <class Call>
    void strongly(std::string_view name, Call call)
    {
        auto const before = look();
        try {
            call();
            return;
        } catch (std::bad_alloc const&) {
            ++failed_calls_;
        } catch (tasks::abandoned const&) { // from an executor that destroys the functions given to it
            ++failed_calls_;
        }
        enough_memory const e;
        expect(look() == before, std::string{name} + " threw and had an effect");
        call();
    }

    void join()
    {
        await([this](auto const& told) { loop_->async_join(told); });
    }
    void request()
    {
        await([this](auto const& told) { loop_->async_trigger(told); });
    }
    /// Begins an operation, whose handler must be called once.
    template <class Begin>
    void await(Begin begin)
    {
        auto const told = [this, alive = joiner_](std::exception_ptr const&) { ++joined_; };
        try {
            begin(told);
        } catch (std::bad_alloc const&) {
            ++failed_calls_;
            enough_memory const e;
            begin(told);
        }
        ++joins_;
    }

    void pass(std::chrono::nanoseconds by)
    {
        if (auto e = pass_despite_exceptions(context_, by); !e.empty())
            escaped_ = std::move(e);
    }

    /// Checks that a running loop has done something since the last check.
    void progress(std::string_view when)
    {
        enough_memory const e;
        auto const so_far = seen_.attempts_begun() + seen_.runs_ended();
        expect(!loop_->is_running() || so_far > seen_before_, "lost " + std::string{when});
        seen_before_ = so_far;
    }

    task body(tasks::iteration const& it, std::shared_ptr<int> argument)
    {
        auto const frame = frame_;
        *argument += 1;
        switch (it.number % 4) {
        case 0: break;
        case 1: co_await sure_pause(1s); break;
        case 2:
            if (it.attempt == 0)
                connection_lost();
            co_await sure_pause(1s);
            break;
        default: co_await sure_pause(it.attempt == 0 ? 7s : 1s); // at first it takes too long
        }
    }
    task hook()
    {
        auto const frame = frame_;
        co_await sure_pause(1s);
    }
    task error_hook(std::exception_ptr e)
    {
        auto const frame = frame_;
        if (e)
            ++errors_;
        co_await sure_pause(1s);
    }

    /// Checks that the loop works like a new one, after any failure.
    void play_again()
    {
        auto const before = seen_.attempts_begun();
        std::exception_ptr result = std::make_exception_ptr(std::logic_error{"not joined"});
        loop_->change_interval(10s);
        loop_->start(std::make_shared<int>(4));
        loop_->async_join([&](std::exception_ptr e) { result = std::move(e); });
        pass(41500ms);
        expect(seen_.attempts_begun() == before + 7,
               "when started again it made " + std::to_string(seen_.attempts_begun() - before) + " attempts");
        loop_->stop();
        pass(60s);
        expect(!loop_->is_running() && !result && !loop_->failed(), "when started again it did not end well");
        expect(frame_.use_count() == 1, "when started again it left a frame");
    }

    void expect(bool condition, std::string_view otherwise)
    {
        if (condition)
            return;
        enough_memory const e;
        faults_.append(otherwise).append("\n");
    }

    plan plan_;
    virtual_context context_;
    failure_ledger seen_;
    std::shared_ptr<int> frame_ = std::make_shared<int>(0);
    std::shared_ptr<int> joiner_ = std::make_shared<int>(0);
    std::string faults_;
    std::string escaped_;
    int failed_calls_ = 0;
    int joins_ = 0, joined_ = 0, errors_ = 0, seen_before_ = 0;
    std::optional<loop_type> loop_;
};

} // namespace test
