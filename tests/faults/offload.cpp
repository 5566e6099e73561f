// SPDX-License-Identifier: MIT
// Offloads without memory, and with executors that throw, or that destroy the functions given to them. An
// offload that was begun ends once, its function is called once or an exception says that it was not, and
// nothing is left.
#include "erratic_executor.hpp"
#include "failure_ledger.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/offload.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#endif

#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>

using namespace test;

namespace {

/// Both contexts of an offload, and what became of it.
class offload_trial {
    static constexpr char const* long_result = "a result that is too long for a std::string itself";

    auto function()
    {
        return [this, frame = frame_]() -> std::string {
            ++calls_;
            return long_result;
        };
    }

public:
    struct plan {
        bool cancelled = false;
        executor_faults* there = nullptr; ///< faults of the executor of the function
        executor_faults* here = nullptr;  ///< faults of the executor of the handler
    };

    explicit offload_trial(plan p)
        : plan_{p}
    {
    }

    /// Offloads with a callback. May throw; then nothing must be left.
    void offload_with_callback()
    {
        auto handler =
            asio::bind_executor(executor(here_.io, plan_.here),
                                [this, frame = frame_](std::exception_ptr const& e, std::string r) {
                                    enough_memory const m;
                                    told(e, r);
                                });
        tasks::offload(executor(there_, plan_.there), function(),
                       asio::bind_cancellation_slot(signal_.slot(), std::move(handler)));
    }

    /// Offloads in the body of a loop.
    void offload_in_a_loop()
    {
        loop_.emplace(executor(here_.io, plan_.here), tasks::options{.every = 1h, .count = 1},
                      [this]() -> task {
                          auto const alive = frame_;
                          auto f = function();
                          auto where = executor(there_, plan_.there);
                          std::exception_ptr failure;
                          std::string result;
                          try {
                              result = co_await tasks::offload(where, std::move(f));
                          } catch (...) {
                              failure = std::current_exception();
                          }
                          enough_memory const m;
                          told(failure, result);
                      });
        loop_->observe(seen_);
        loop_->start();
    }

    /// Runs both contexts until nothing happens any more.
    void pass()
    {
        for (int i = 0; i < 3; ++i) {
            run_here();
            if (plan_.cancelled)
                signal_.emit(asio::cancellation_type::terminal);
            run_there();
        }
        run_here();
    }

    /// Returns the problem; empty if there is none. `threw`: the call that offloads.
    std::string faults(bool threw)
    {
        std::string all;
        auto const expect = [&](bool condition, std::string const& otherwise) {
            all += condition ? "" : otherwise + "\n";
        };
        pass();
        expect(escaped_.empty(), "an exception came out of a context: " + escaped_);
        expect(!loop_ || !loop_->is_running(), "the loop is still running");
        expect(endings_ <= 1, "it ended more than once");
        expect(calls_ <= 1, "the function was called more than once");
        if (threw)
            expect(endings_ == 0 && calls_ == 0, "the call threw, but it began");
        else if (endings_ == 0)
            expect((plan_.here && plan_.here->failed != 0) || (loop_ && loop_->failed()), "it never ended");
        else if (result_.empty())
            expect(!what_.empty(), "there is neither a result nor an exception");
        else
            expect(calls_ == 1 && result_ == long_result, "another result: " + result_);
        loop_.reset();
        pass();
        expect(frame_.use_count() == 1, "something is left");
        expect(!tasks::detail::timer_queue::of(here_.io.get_executor())->anybody_waits(),
               "something still waits");
        return all;
    }

    [[nodiscard]] bool called() const { return calls_ != 0; }
    [[nodiscard]] bool succeeded() const { return !result_.empty(); }
    [[nodiscard]] bool ended() const { return endings_ != 0; }
    [[nodiscard]] std::string const& what() const { return what_; }

private:
    void told(std::exception_ptr const& failure, std::string const& result)
    {
        ++endings_;
        result_ = result;
        if (failure)
            what_ = tasks::what(failure);
    }
    static asio::any_io_executor executor(asio::io_context& io, executor_faults* faults)
    {
        if (faults)
            return erratic_executor{io.get_executor(), *faults};
        return io.get_executor();
    }
    void run_here()
    {
        if (auto e = pass_despite_exceptions(here_, 100ms); !e.empty())
            escaped_ = std::move(e);
    }
    void run_there()
    {
        try {
            there_.restart();
            there_.poll();
        } catch (std::exception const& e) {
            enough_memory const m;
            escaped_ = e.what();
        }
    }

    plan const plan_;
    failure_ledger seen_;
    std::shared_ptr<int> frame_ = std::make_shared<int>(0);
    asio::cancellation_signal signal_;
    int calls_ = 0;
    int endings_ = 0;
    std::string result_;
    std::string what_;
    std::string escaped_;
    asio::io_context there_;
    virtual_context here_;
    std::optional<tasks::loop<>> loop_;
};

struct offload_results {
    int threw = 0;
    int failed = 0;
    int succeeded = 0; ///< although something failed
    int lost = 0;      ///< the handler was destroyed, uncalled
};

/// Plays trials that fail at their k-th chance, for every k. `play(k, results)` returns false if nothing
/// failed, which was the last one.
template <class Trial>
offload_results at_every_chance(Trial play)
{
    offload_results all;
    for (std::size_t k = 1;; ++k) {
        CAPTURE(k);
        if (!play(k, all))
            return all;
        REQUIRE(k < 1000);
    }
}

void count(offload_trial const& t, bool threw, offload_results& all)
{
    ++(threw ? all.threw : t.succeeded() ? all.succeeded : t.ended() ? all.failed : all.lost);
}

} // namespace

TEST_CASE("no memory for an offload with a callback: it throws, or ends once")
{
    auto const how_many = GENERATE(as<std::size_t>{}, 1, 3, 20);
    bool const cancelled = GENERATE(false, true);
    CAPTURE(how_many, cancelled);
    auto const all = at_every_chance([&](std::size_t k, offload_results& results) {
        offload_trial t{{.cancelled = cancelled}};
        bool threw = false;
        std::size_t failed = 0;
        {
            failing_allocations const some{k, how_many};
            try {
                t.offload_with_callback();
            } catch (std::bad_alloc const&) {
                threw = true;
            }
            t.pass();
            failed = some.failed();
        }
        REQUIRE(t.faults(threw) == "");
        if (failed == 0) {
            CHECK_FALSE(threw);
            CHECK(t.succeeded() == !cancelled);
            CHECK(t.called() == !cancelled);
            return false;
        }
        count(t, threw, results);
        return true;
    });
    CHECK(all.threw >= 2);
    CHECK(all.failed >= 1);
    CHECK(all.succeeded >= (cancelled ? 0 : 1));
    CHECK(all.lost == 0);
}

TEST_CASE("no memory for an offload: one that could not begin does not keep the caller's context busy")
{
    int threw = 0;
    for (std::size_t k = 1;; ++k) {
        CAPTURE(k);
        asio::io_context here;
        asio::io_context there;
        int called = 0;
        auto handler = asio::bind_executor(here.get_executor(), [&](std::exception_ptr const&) { ++called; });
        bool began = true;
        std::size_t failed = 0;
        {
            failing_allocations const one{k, 1};
            try {
                tasks::offload(there, [] {}, handler);
            } catch (std::bad_alloc const&) {
                began = false;
            }
            failed = one.failed();
        }
        threw += began ? 0 : 1;
        there.poll();
        here.run_for(10s); // returns at once, because nothing waits any more
        REQUIRE(here.stopped());
        REQUIRE(called == (began ? 1 : 0));
        if (failed == 0)
            break;
    }
    CHECK(threw >= 2);
}

TEST_CASE("no memory for an offload in the body of a loop: it throws there, or ends once")
{
    auto const how_many = GENERATE(as<std::size_t>{}, 1, 3, 20);
    CAPTURE(how_many);
    auto const all = at_every_chance([&](std::size_t k, offload_results& results) {
        offload_trial t{{}};
        t.offload_in_a_loop();
        std::size_t failed = 0;
        {
            failing_allocations const some{k, how_many};
            t.pass();
            failed = some.failed();
        }
        REQUIRE(t.faults(false) == "");
        if (failed == 0) {
            CHECK(t.succeeded());
            return false;
        }
        count(t, false, results);
        return true;
    });
    CHECK(all.failed >= 5);
    CHECK(all.succeeded >= 2);
}

TEST_CASE("the executor of the function throws, or destroys the function: the offload ends with an exception")
{
    auto const how = GENERATE(executor_faults::kind::throws, executor_faults::kind::destroys);
    bool const in_a_loop = GENERATE(false, true);
    executor_faults there{.how = how, .first = 1};
    offload_trial t{{.there = &there}};
    if (in_a_loop)
        t.offload_in_a_loop();
    else
        t.offload_with_callback();
    t.pass();
    CHECK(there.failed == 1);
    CHECK(t.ended());
    CHECK_FALSE(t.called());
    CHECK(t.what() == (how == executor_faults::kind::throws
                           ? std::string{executor_faults::thrown{}.what()}
                           : "tasks: the executor rejects functions because its context is being destroyed"));
    CHECK(t.faults(false) == "");
}

TEST_CASE("the executor of the handler throws for a while: the offload ends a little later")
{
    auto const how_many = GENERATE(as<std::size_t>{}, 1, 20);
    executor_faults here{.how = executor_faults::kind::throws, .first = 1, .how_many = how_many};
    offload_trial t{{.here = &here}};
    t.offload_with_callback();
    t.pass();
    CHECK(here.failed == how_many);
    CHECK(t.succeeded());
    CHECK(t.faults(false) == "");
}

TEST_CASE("the executor of the handler destroys it: the offload is gone")
{
    executor_faults here{.how = executor_faults::kind::destroys, .first = 1};
    offload_trial t{{.here = &here}};
    t.offload_with_callback();
    t.pass();
    CHECK(here.failed == 1);
    CHECK(t.called());
    CHECK_FALSE(t.ended());
    CHECK(t.faults(false) == "");
}
