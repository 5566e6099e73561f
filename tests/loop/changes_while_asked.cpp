// SPDX-License-Identifier: MIT
// User code that changes a loop or a ticker while it is asked by it. Nothing is locked then, so the change
// must take effect, and the answer being given must not undo it.
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/detail/asked_timeline.hpp>
#include <tasks/loop/ticker.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <string>

using namespace test;
using tasks::detail::versioned_timeline;

namespace {

/// The effect of the next call; only the first call has one.
using shared_action = std::shared_ptr<std::function<void()>>;

void act(shared_action const& d)
{
    if (auto const f = std::exchange(*d, {}))
        f();
}

/// The instants of a period. A call for one of them triggers the planned effect.
struct changing_schedule {
    std::chrono::seconds period;
    shared_action change = std::make_shared<std::function<void()>>();

    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        act(change);
        return t - t.time_since_epoch() % period + period;
    }
};

/// An executor that is changed by whoever asks it for its context.
class changing_executor {
    using blocking = asio::execution::blocking_t;

public:
    changing_executor(asio::any_io_executor inner, shared_action change)
        : inner_{std::move(inner)}
        , change_{std::move(change)}
    {
    }
    template <class Function>
    void execute(Function&& function) const
    {
        inner_.execute(std::forward<Function>(function));
    }
    [[nodiscard]] asio::execution_context& query(asio::execution::context_t p) const noexcept
    {
        act(change_);
        return asio::query(inner_, p);
    }
    [[nodiscard]] blocking query(blocking p) const noexcept { return asio::query(inner_, p); }
    [[nodiscard]] changing_executor require(blocking::never_t p) const
    {
        return {asio::prefer(inner_, p), change_};
    }
    [[nodiscard]] changing_executor require(blocking::possibly_t p) const
    {
        return {asio::prefer(inner_, p), change_};
    }
    friend bool operator==(changing_executor const&, changing_executor const&) noexcept = default;

private:
    asio::any_io_executor inner_;
    shared_action change_;
};

struct asked {
    tasks::detail::mutex mutex;
    versioned_timeline timeline{10s, {.missed = tasks::missed::skip}};
    int tries = 0;

    /// Asks; `change` is called while nothing is locked.
    template <class Wanted, class Change>
    bool ask(Wanted still_wanted, Change change)
    {
        tasks::detail::retired_timeline old;
        std::unique_lock lock{mutex};
        return tasks::detail::change_unlocked(timeline, lock, old, still_wanted,
                                              [&](tasks::detail::timeline& copy) {
                                                  ++tries;
                                                  copy.change(20s, {});
                                                  change();
                                              });
    }
};

constexpr auto always = [] { return true; };

} // namespace

TEST_CASE("changes while asked: a timeline that was changed while its schedule was asked is asked anew")
{
    asked a;
    CHECK(a.ask(always, [&] {
        std::scoped_lock lock{a.mutex};
        if (a.tries == 1)
            a.timeline.touch().begin({});
    }));
    CHECK(a.tries == 2);
    CHECK(a.timeline->begun());
    CHECK(a.timeline->when().interval() == 20s);
}

TEST_CASE("changes while asked: an answer that nobody wants any more changes nothing")
{
    asked a;
    bool wanted = true;
    CHECK(!a.ask([&] { return wanted; }, [&] { wanted = false; }));
    CHECK(a.tries == 1);
    CHECK(a.timeline->when().interval() == 10s);
}

TEST_CASE("changes while asked: who asks in vain eight times goes first from then on, and not for ever")
{
    asked a;
    auto const change = [&] {
        std::scoped_lock lock{a.mutex};
        if (!a.timeline.is_contended() && a.tries < 1000)
            static_cast<void>(a.timeline.touch());
    };
    CHECK(a.ask(always, change));
    CHECK(a.tries == 8);
    CHECK(!a.timeline.is_contended());

    a.tries = 0;
    auto const throws_in_the_end = [&] {
        change();
        if (a.tries == 8)
            throw std::runtime_error{"of the schedule"};
    };
    CHECK_THROWS_AS(a.ask(always, throws_in_the_end), std::runtime_error);
    CHECK(!a.timeline.is_contended());
}

TEST_CASE("changes while asked: a schedule that replaces itself when it is asked is replaced")
{
    virtual_context s;
    changing_schedule const tens{10s};
    std::string slots;
    tasks::loop loop{s.io, tens, [&](tasks::iteration const& it) { slots += s.when(it.slot) + " "; }};
    loop.start();
    s.time.advance(15s);
    *tens.change = [&] { loop.change_interval(changing_schedule{3s}); };
    s.time.advance(15s);
    CHECK(!*tens.change);
    CHECK(loop.every().target<changing_schedule>()->period == 3s);
    // The slot asked for while the schedule replaces itself is one of the new schedule, or none.
    CHECK(slots == "10s 21s 24s 27s 30s ");
}

TEST_CASE("changes while asked: a loop that its schedule stops when it is asked runs no further iteration")
{
    virtual_context s;
    changing_schedule const tens{10s};
    tasks::loop loop{s.io, tens, [&] { s.note("body"); }};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(15s);
    *tens.change = [&] { loop.stop(); };
    s.time.advance(30s);
    CHECK(s.trace() == "10s body, 20s after");
    CHECK(!loop.is_running());
}

TEST_CASE("changes while asked: a ticker that its schedule stops, or changes, when it is asked")
{
    virtual_context s;
    changing_schedule const tens{10s};
    tasks::ticker ticker{s.io, tens};
    asio::co_spawn(
        s.io,
        [&]() -> task {
            while (co_await ticker.async_tick())
                s.note("tick");
            s.note("end");
        },
        asio::detached);
    s.time.advance(15s);
    CHECK(s.trace() == "10s tick");
    SECTION("stops")
    {
        *tens.change = [&] { ticker.stop(); };
        s.time.advance(30s);
        CHECK(s.trace() == "20s end");
    }
    SECTION("changes")
    {
        *tens.change = [&] { ticker.change_interval(100h); };
        s.time.advance(30s);
        CHECK(s.trace() == "");
        CHECK(s.when(ticker.next_iteration()) == text(10s + 100h));
    }
}

TEST_CASE("changes while asked: change_interval() gets through to a loop that changes its slots all the time")
{
    virtual_context s;
    bool const catches_up = GENERATE(false, true);
    int bodies = 0;
    int questions = 0;
    int tries = 0;
    struct polling_schedule {
        std::function<void()> poll;
        [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
        {
            poll();
            return t - t.time_since_epoch() % 10s + 10s;
        }
    };
    auto const poll = [&] { // the loop goes on while its new schedule is asked
        ++questions;
        auto const before = bodies;
        if (questions < 1000)
            s.io.poll_one();
        tries += bodies != before ? 1 : 0;
    };
    tasks::loop<>* changed = nullptr;
    tasks::loop loop{s.io,
                     {.every = catches_up ? tasks::schedule{1s} : tasks::schedule{0s},
                      .missed = tasks::missed::catch_up(tasks::unlimited)},
                     [&] {
                         if (++bodies == 100)
                             asio::post(s.io, [&] { changed->change_interval(polling_schedule{poll}); });
                     }};
    changed = &loop;
    loop.start();
    for (int i = 0; i < 1000 && questions == 0; ++i) { // an interval of 0 never lets time pass
        if (catches_up)
            s.time.suspend(10'000s);
        else
            s.io.poll_one();
    }
    CHECK(tries == 7); // the loop waits for its eighth attempt
    CHECK(loop.every().target<polling_schedule>());
    questions = 1000; // which stops polling
    auto const so_far = bodies;
    s.time.advance(35s);
    CHECK(bodies >= so_far + 3);
    CHECK(bodies <= so_far + 4);
    loop.stop();
    s.time.advance(10s);
    CHECK(!loop.is_running());
}

TEST_CASE("changes while asked: a loop that is started while it is restarted is restarted all the same")
{
    virtual_context s;
    asio::io_context elsewhere; // the first loop of a context asks its executor for it
    shared_action const change = std::make_shared<std::function<void()>>();
    std::string runs;
    tasks::loop<void(std::string)> loop{changing_executor{elsewhere.get_executor(), change},
                                        {.every = 1h, .count = 1},
                                        [&](std::string const& argument) { runs += argument + " "; }};
    *change = [&] { loop.start("started"); };
    loop.restart("restarted");
    CHECK(!*change);
    elsewhere.run();
    CHECK(runs == "restarted ");
    CHECK(!loop.is_running());
}
