// SPDX-License-Identifier: MIT
// Operations on loops and contexts that are gone.
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/experimental/deferred.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/experimental/deferred.hpp>
#endif

#include <functional>
#include <memory>
#include <string>

using namespace test;

namespace {

/// The end of an operation of `void(std::exception_ptr)`: nothing yet, `ok`, or the exception's text.
struct ending {
    std::string text;

    void operator()(std::exception_ptr const& e) { text = e ? tasks::what(e) : "ok"; }
    [[nodiscard]] auto handler()
    {
        return [this](std::exception_ptr const& e) { (*this)(e); };
    }
    [[nodiscard]] bool says(char const* part) const { return text.find(part) != std::string::npos; }
};

task note_end(ending& end, task operation)
{
    try {
        co_await std::move(operation);
        end(nullptr);
    } catch (...) {
        end(std::current_exception());
    }
}

/// The three ways to specify where a loop runs.
using make_loop = std::unique_ptr<tasks::loop<>> (*)(asio::io_context&);
constexpr make_loop kinds_of_loop[] = {
    [](asio::io_context& io) { return std::make_unique<tasks::loop<>>(io, 1h, [] {}); },
    [](asio::io_context& io) { return std::make_unique<tasks::loop<>>(io.get_executor(), 1h, [] {}); },
    [](asio::io_context& io) { return std::make_unique<tasks::loop<>>(asio::make_strand(io), 1h, [] {}); },
};

/// Calls a function when it is destroyed.
struct at_end {
    std::function<void()> act;
    explicit at_end(std::function<void()> f)
        : act{std::move(f)}
    {
    }
    at_end(at_end const&) = delete;
    at_end& operator=(at_end const&) = delete;
    ~at_end() { act(); }
};

} // namespace

TEST_CASE("ends: a lazy operation that begins after its loop was destroyed is abandoned")
{
    virtual_context s;
    auto loop = std::make_unique<tasks::loop<>>(s.io, 10s, [] {});
    ending end;
    bool const run = GENERATE(false, true);
    bool const deferred = GENERATE(false, true);
    CAPTURE(run, deferred);
    if (!run)
        loop->start();
    if (!deferred) {
        asio::co_spawn(s.io, note_end(end, run ? loop->async_run() : loop->async_join()), asio::detached);
        loop.reset();
    } else if (run) {
        auto operation = loop->async_run(asio::experimental::deferred);
        loop.reset();
        std::move(operation)(end.handler());
    } else {
        auto operation = loop->async_join(asio::experimental::deferred);
        loop.reset();
        std::move(operation)(end.handler());
    }
    CHECK(end.text.empty()); // not inside the call
    s.time.run_until_idle();
    CHECK(end.says("was destroyed"));
}

TEST_CASE("ends: operations of a loop that outlived its context are abandoned")
{
    auto const make = GENERATE(from_range(std::begin(kinds_of_loop), std::end(kinds_of_loop)));
    auto io = std::make_unique<asio::io_context>();
    auto const loop = make(*io);
    loop->start();
    io->poll();
    io.reset();
    CHECK(!loop->is_running());

    ending end;
    bool const run = GENERATE(false, true);
    SECTION("a handler without an executor has no other place than the call")
    {
        if (run)
            loop->async_run(end.handler());
        else
            loop->async_join(end.handler());
        CHECK(end.says("went away"));
    }
    SECTION("a handler with an executor gets there")
    {
        asio::io_context other;
        if (run)
            loop->async_run(asio::bind_executor(other, end.handler()));
        else
            loop->async_join(asio::bind_executor(other, end.handler()));
        CHECK(end.text.empty());
        other.poll();
        CHECK(end.says("went away"));
    }
    SECTION("a coroutine gets there")
    {
        asio::io_context other;
        asio::co_spawn(other, note_end(end, run ? loop->async_run() : loop->async_join()), asio::detached);
        other.poll();
        CHECK(end.says("went away"));
    }
    SECTION("whatever else is called does not touch the context")
    {
        loop->stop();
        loop->cancel();
        loop->change_interval(1s);
        CHECK(!loop->next_iteration());
        CHECK_THROWS_AS(loop->start(), tasks::abandoned);
        CHECK_THROWS_AS(loop->restart(), tasks::abandoned);
    }
}

TEST_CASE("ends: who waits elsewhere for a loop whose context is destroyed is told there")
{
    auto const make = GENERATE(from_range(std::begin(kinds_of_loop), std::end(kinds_of_loop)));
    asio::io_context elsewhere;
    auto io = std::make_unique<asio::io_context>();
    auto const loop = make(*io);
    loop->start();
    io->poll();

    ending with_slot;
    ending in_coroutine;
    asio::cancellation_signal signal;
    loop->async_join(
        asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(elsewhere, with_slot.handler())));
    asio::co_spawn(elsewhere, note_end(in_coroutine, loop->async_join()), asio::detached);
    bool here_destroyed = false;
    loop->async_join([&, guard = std::make_unique<at_end>([&] { here_destroyed = true; })](
                         std::exception_ptr const&) { CHECK(false); });
    elsewhere.poll();

    io.reset();
    CHECK(here_destroyed);
    CHECK(with_slot.text.empty()); // completed only by its own context
    elsewhere.restart();
    elsewhere.poll();
    CHECK(with_slot.says("went away"));
    CHECK(in_coroutine.says("went away"));
    CHECK(elsewhere.stopped()); // nothing keeps it busy any more, although the slot still exists
    signal.emit(asio::cancellation_type::terminal);
}

TEST_CASE("ends: while a context is destroyed its loops can still be called")
{
    auto const on_a_strand = GENERATE(false, true);
    CAPTURE(on_a_strand);
    auto io = std::make_unique<asio::io_context>();
    asio::any_io_executor where =
        on_a_strand ? asio::any_io_executor{asio::make_strand(*io)} : io->get_executor();
    auto const wait = []() -> task {
        asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
        co_await timer.async_wait(asio::use_awaitable);
    };
    tasks::loop<> other{where, 1s, wait};
    tasks::loop<>* self = nullptr;
    std::string log;
    asio::execution_context* context = nullptr;
    auto* const expected_context = io.get();
    tasks::loop<> loop{where, 1s, [&]() -> task {
                           auto const here = co_await asio::this_coro::executor;
                           at_end const act{[&, here] {
                               self->cancel();
                               other.cancel();
                               other.stop();
                               for (auto* const l : {self, &other}) {
                                   try {
                                       l->restart();
                                       log += "restarted ";
                                   } catch (tasks::abandoned const&) {
                                       log += "abandoned ";
                                   }
                               }
                               context = &asio::query(here, asio::execution::context);
                               asio::post(here, [] { CHECK(false); });
                               asio::steady_timer const timer{here};
                           }};
                           co_await wait();
                       }};
    where = {}; // a strand of Asio must not outlive its context
    self = &loop;
    loop.start();
    other.start();
    io->poll();
    io.reset();
    CHECK(log == "abandoned abandoned ");
    CHECK(context == expected_context);
    CHECK(!loop.is_running());
    CHECK(!other.is_running());
}

TEST_CASE("ends: a loop that is joined by its own body or hooks says so, instead of waiting for itself")
{
    virtual_context s;
    ending end;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1, .name = "l"}, [] {}};
    auto const join_itself = [&]() -> task { co_await note_end(end, loop.async_join()); };

    SECTION("the body")
    {
        tasks::loop<>* self = nullptr;
        tasks::loop<> with_body{s.io, {.every = 1s, .count = 1, .name = "l"}, [&]() -> task {
                                    co_await note_end(end, self->async_join());
                                }};
        self = &with_body;
        with_body.start();
        s.time.advance(10s);
        CHECK(!with_body.is_running());
    }
    SECTION("a hook")
    {
        if (GENERATE(false, true))
            loop.before_loop(join_itself);
        else
            loop.after_loop(join_itself);
        loop.start();
        s.time.advance(10s);
        CHECK(!loop.is_running());
    }
    CHECK(end.says("loop 'l' cannot be joined by its own body"));
}

TEST_CASE(
    "ends: a body or hook that waits for an iteration it requests is told so, instead of waiting for itself")
{
    virtual_context s;
    ending end;
    tasks::loop<>* self = nullptr;
    auto const wait_for_itself = [&]() -> task { co_await note_end(end, self->async_trigger()); };
    bool const in_body = GENERATE(true, false);
    tasks::loop<> loop{s.io, {.every = 1s, .count = 2, .name = "l"}, [&]() -> task {
                           if (in_body)
                               co_await wait_for_itself();
                       }};
    self = &loop;
    if (!in_body)
        loop.before_loop(wait_for_itself);
    loop.start();
    s.time.advance(10s);
    CHECK(!loop.is_running());
    CHECK(end.says("loop 'l' cannot wait in its own body or hooks"));
}

TEST_CASE("ends: the body of one loop may join another")
{
    virtual_context s;
    ending end;
    tasks::loop<> inner{s.io, {.every = 1s, .count = 2}, [] {}};
    tasks::loop<> outer{
        s.io, {.every = 1s, .count = 1}, [&]() -> task { co_await note_end(end, inner.async_run()); }};
    outer.start();
    s.time.advance(10s);
    CHECK(end.text == "ok");
}

TEST_CASE("ends: nothing of a loop runs any more once an observer or the schedule has destroyed it")
{
    struct ender {
        std::unique_ptr<tasks::loop<>>* loop;
        int at;
        int seen = 0;
        bool ended = false;
        void event()
        {
            if (++seen == at) {
                ended = true;
                loop->reset();
            }
        }
        void on_run_started(tasks::run_started const&) { event(); }
        void on_slot(tasks::slot_decided const&) { event(); }
        void on_attempt_begun(tasks::attempt_begun const&) { event(); }
        void on_attempt_ended(tasks::attempt_ended const&) { event(); }
        void on_hook_failed(tasks::hook_failed const&) { event(); }
        void on_run_ended(tasks::run_ended const&) { event(); }
    };
    struct ending_schedule {
        ender* who;
        [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
        {
            if (*who->loop)
                who->event();
            return t + 10s;
        }
    };
    captured_log const log;
    for (auto const by_schedule : {false, true}) {
        for (int at = 1; at < 40; ++at) {
            CAPTURE(by_schedule, at);
            virtual_context s;
            std::unique_ptr<tasks::loop<>> loop;
            ender who{&loop, at};
            bool ran_afterwards = false;
            auto const run = [&] { ran_afterwards = ran_afterwards || who.ended; };
            tasks::schedule const when =
                by_schedule ? tasks::schedule{ending_schedule{&who}} : tasks::schedule{10s};
            loop = std::make_unique<tasks::loop<>>(
                s.io, tasks::options{.every = when, .count = 3, .overlap = 2}, [&] {
                    run();
                    throw std::runtime_error{"fatal"};
                });
            loop->before_loop(run).after_loop(run).error([&](std::exception_ptr const&) { run(); });
            if (!by_schedule)
                loop->observe(who);
            loop->start();
            s.time.advance(100s);
            CHECK(!ran_afterwards);
        }
    }
}
