// SPDX-License-Identifier: MIT
#include "answers.hpp"
#include "control.hpp"
#include "controlled_loop.hpp"
#include "support/catch.hpp"

#include <tasks/run/iteration.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <thread>

// Six threads request iterations of a run that goes on, while they pause, resume and reschedule it. Each
// request that is taken is served by an iteration that starts after it was made.

using namespace std::chrono_literals;

namespace {

using test::slots_are;

/// Instants that take long to find, so that a request often comes while the loop asks for the next one.
struct slow_grid {
    test::grid instants;

    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point after) const
    {
        auto const begin = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begin < 20us) {
        }
        return instants.next(after);
    }
};

/// Whether slots start iterations, too, or are too far away for that.
enum class slots_come { soon, never };

class requested_loop : public test::ledger {
public:
    requested_loop(net::thread_pool& pool, slots_are kind, slots_come when, int overlap)
        : kind_{kind}
        , when_{when}
        , overlap_{overlap}
        , loop_{pool,
                {.every = schedule(0),
                 .backoff = test::no_delay{},
                 .overlap = overlap,
                 .timeout = 10s,
                 .on_error = tasks::on_error::next_slot,
                 .name = "requested_loop"},
                &requested_loop::body,
                this}
    {
        loop_.error([](std::exception_ptr const&) {}).observe(*this);
        loop_.start();
    }
    /// Makes one of the possible calls, from any thread.
    void provoke(std::mt19937& random)
    {
        auto const what = random() % 16;
        auto const patient = random() % 8 == 0;
        if (what == 12)
            loop_.pause();
        else if (what == 13)
            loop_.resume();
        else if (what == 14)
            loop_.change_interval(schedule(static_cast<unsigned>(random() % 2)));
        else if (what == 15) {
            ++taken_;
            loop_.trigger_in(std::chrono::microseconds{random() % 50 + 1}); // others may replace it
        } else
            must_be_served(what, patient);
    }
    /// Requests an iteration when no other thread does, and waits for it.
    void request_alone(unsigned long what) { must_be_served(what, true); }
    /// The same, for an alarm that nobody replaces.
    void set_alarm_alone()
    {
        auto const due = now() + 200us;
        if (!loop_.trigger_at(due))
            fault("an alarm was not taken");
        ++taken_;
        wait_for(due);
    }

    /// Ends the run.
    void end()
    {
        loop_.stop();
        loop_.async_join(net::use_future).get();
    }

    [[nodiscard]] int requested() const { return requested_; }
    /// The number of requests that were taken, or are about to be.
    [[nodiscard]] int taken() const { return taken_; }
    [[nodiscard]] test::answers const& told() const { return *answers_; }

    void on_slot(tasks::slot_decided const& e)
    {
        ledger::on_slot(e);
        if (e.what == tasks::decision::requested)
            ++requested_;
        else if (kind_ == slots_are::on_trigger)
            fault("a slot of a loop that has none");
    }
    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        ledger::on_attempt_begun(e);
        if (e.it.attempt == 0)
            latest_start_ = (std::max)(latest_start_.load(), e.it.start.time_since_epoch().count());
    }

private:
    [[nodiscard]] static tasks::time_point now()
    {
        return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    }
    [[nodiscard]] tasks::schedule schedule(unsigned which) const
    {
        // far longer than the schedule takes to answer, even on a machine that has no time for it
        auto const step = when_ == slots_come::soon ? 10ms * (which + 1) : 100'000h * (which + 1);
        switch (kind_) {
        case slots_are::instants: return slow_grid{{step}};
        case slots_are::interval: return step;
        case slots_are::fixed_delay: return tasks::fixed_delay(step);
        case slots_are::on_trigger: break;
        }
        return tasks::on_trigger;
    }

    void must_be_served(unsigned long what, bool patient)
    {
        auto const before = now();
        ++taken_;
        if (!request(what))
            fault("a request was not taken");
        if (patient)
            wait_for(before);
    }
    bool request(unsigned long what)
    {
        switch (what % 4) {
        case 0: return loop_.trigger();
        case 1: return loop_.trigger_in(0s);
        case 2: return loop_.trigger_at(now() - 1ms);
        default: loop_.async_trigger(test::answer{answers_}); return true;
        }
    }
    /// Waits until an iteration has started at an instant or later.
    void wait_for(tasks::time_point t)
    {
        auto const give_up = std::chrono::steady_clock::now() + 60s;
        while (latest_start_ < t.time_since_epoch().count()) {
            if (std::chrono::steady_clock::now() > give_up) {
                fault("a request was lost");
                return;
            }
            std::this_thread::yield();
        }
    }

    net::awaitable<void> body(tasks::iteration const& it)
    {
        if (++inside_ > overlap_)
            fault("more iterations at once than overlap allows");
        struct leave {
            std::atomic<int>& inside;
            ~leave() { --inside; }
        } const on_exit{inside_};
        switch (it.number % 6) {
        case 0: break;
        case 1: co_await net::post(net::use_awaitable); break;
        case 2: co_await tasks::async_sleep_for(30us); break;
        case 3:
            co_await net::post(net::use_awaitable);
            if (it.attempt < 2)
                throw tasks::system_error{net::error::connection_reset};
            break;
        case 4: test::throw_fatal();
        default: // while it runs itself
            ++taken_;
            loop_.trigger();
        }
    }

    slots_are const kind_;
    slots_come const when_;
    int const overlap_;
    std::shared_ptr<test::answers> const answers_ = std::make_shared<test::answers>();
    std::atomic<std::int64_t> latest_start_{0};
    std::atomic<int> taken_{0};
    std::atomic<int> requested_{0};
    std::atomic<int> inside_{0};
    tasks::loop<> loop_;
};

void request_from_threads(slots_are kind, slots_come when, int overlap)
{
    CAPTURE(overlap, when == slots_come::never);
    net::thread_pool pool{3};
    requested_loop subject{pool, kind, when, overlap};
    for (unsigned round = 0; round < 25; ++round) {
        test::from_threads(6, 60, [&](std::mt19937& random) { subject.provoke(random); }, round);
        for (unsigned i = 0; i < 20; ++i)
            subject.request_alone(round + i);
        subject.set_alarm_alone();
    }
    subject.end();
    pool.join();
    CHECK(subject.faults() == "");
    CHECK(subject.told().faults() == "");
    // The run went on, so that each of them was served, by an iteration that succeeded or not.
    CHECK(subject.told().served > 0);
    CHECK(subject.told().served + subject.told().failed == subject.told().wanted);
    CHECK(subject.attempts_begun() == subject.attempts_ended());
    CHECK(subject.requested() > 0);
    CHECK(subject.requested() <= subject.taken());
}

} // namespace

TEST_CASE("requests of many threads are served: intervals")
{
    request_from_threads(slots_are::interval, GENERATE(slots_come::soon, slots_come::never), GENERATE(1, 3));
}

TEST_CASE("requests of many threads are served: instants")
{
    request_from_threads(slots_are::instants, GENERATE(slots_come::soon, slots_come::never), GENERATE(1, 3));
}

TEST_CASE("requests of many threads are served: a fixed delay")
{
    request_from_threads(slots_are::fixed_delay, GENERATE(slots_come::soon, slots_come::never), 1);
}

TEST_CASE("requests of many threads are served: a schedule without slots")
{
    request_from_threads(slots_are::on_trigger, slots_come::never, GENERATE(1, 3));
}
