// SPDX-License-Identifier: MIT
// Contexts that are destroyed while they have loops in every state, and the order in which loops, the context
// and the joiners are destroyed.
#include "failure_ledger.hpp"
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/run_all.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/loop/ticker.hpp>
#include <tasks/schedule/day_at.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

using namespace test;

namespace {

/// The state of one of many loops at the time of interest, 100 s after its start.
enum class doing {
    nothing,
    about_to_begin, ///< started just now
    before_hook,
    waiting,
    in_the_body,
    backing_off,
    error_hook,
    after_hook,
    being_cancelled,
    about_to_restart,
    overlapping,
    last_one
};

/// A context with loops in every state, each joined by a callback and by a coroutine. A ticker, a shutdown
/// and a joint run are also in progress.
class crowd {
public:
    crowd()
    {
        for (int i = 0; i < static_cast<int>(doing::last_one); ++i)
            add(static_cast<doing>(i));
        asio::co_spawn(*io_, tick(*io_, frame_), asio::detached);
        asio::co_spawn(*io_, shut_down(&of(doing::being_cancelled), frame_), asio::detached);
        asio::co_spawn(*io_, run(&of(doing::in_the_body), &of(doing::backing_off), frame_), asio::detached);
        time_->advance(100s);
        of(doing::about_to_begin).start();
        join_with_callback(of(doing::about_to_begin));
    }

    tasks::loop<>& of(doing what) { return *loops_[static_cast<std::size_t>(what)]; }
    void drop_loops() { loops_.clear(); }
    void drop_context()
    {
        time_.reset(); // it must not outlive the context
        io_.reset();
    }
    void pass(std::chrono::nanoseconds by)
    {
        if (io_)
            time_->advance(by);
    }
    /// Counts coroutines, callbacks and functions that still exist.
    [[nodiscard]] long left() const { return frame_.use_count() - 1; }
    [[nodiscard]] int told() const { return told_; }
    [[nodiscard]] int statements() const { return statements_; }
    [[nodiscard]] std::deque<std::optional<tasks::loop<>>>& loops() { return loops_; }

private:
    struct for_ever {
        std::chrono::nanoseconds next(unsigned) const { return 1000h; }
    };

    void add(doing what)
    {
        auto& loop = loops_.emplace_back();
        auto const pause_in = [this, what](std::initializer_list<doing> stages) {
            return [this, what, stages = std::vector<doing>{stages}, frame = frame_]() -> task {
                auto const alive = frame;
                ++statements_;
                if (std::find(stages.begin(), stages.end(), what) != stages.end())
                    co_await pause(1000h);
                ++statements_;
            };
        };
        auto body = [this, what, frame = frame_]() -> task {
            auto const alive = frame;
            ++statements_;
            if (what == doing::backing_off)
                connection_lost();
            if (what == doing::error_hook || what == doing::after_hook)
                throw std::runtime_error{"fatal"};
            if (what == doing::in_the_body || what == doing::overlapping)
                co_await pause(1000h);
            if (what == doing::being_cancelled || what == doing::about_to_restart) {
                // ignores its cancellation
                co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
                co_await pause(1000h);
            }
            ++statements_;
        };
        loop.emplace(*io_,
                     tasks::options{
                         .every = 30s, .backoff = for_ever{}, .overlap = what == doing::overlapping ? 3 : 1},
                     body);
        loop->before_loop(pause_in({doing::before_hook}));
        loop->after_loop(pause_in({doing::after_hook}));
        loop->error([hook = pause_in({doing::error_hook})](std::exception_ptr const&) { return hook(); });
        if (what == doing::nothing || what == doing::about_to_begin)
            return;
        loop->start();
        join(*loop);
        time_->advance(10s);
        if (what == doing::being_cancelled)
            loop->cancel();
        if (what == doing::about_to_restart)
            loop->restart();
    }

    void join(tasks::loop<>& loop)
    {
        join_with_callback(loop);
        asio::co_spawn(*io_, joining(loop, frame_, &told_), asio::detached);
    }
    void join_with_callback(tasks::loop<>& loop)
    {
        loop.async_join([this, frame = frame_](std::exception_ptr const&) { ++told_; });
    }
    static task joining(tasks::loop<>& loop, std::shared_ptr<int> alive, int* told)
    {
        std::exception_ptr failure;
        try {
            co_await loop.async_join();
        } catch (...) {
            failure = std::current_exception();
        }
        *told += failure && alive ? 1 : 0;
    }
    static task tick(asio::io_context& io, std::shared_ptr<int> alive)
    {
        tasks::options every_hour{.every = 1h};
        tasks::ticker ticker{io, std::move(every_hour)};
        while (alive && co_await ticker.async_tick()) {
        }
    }
    static task shut_down(tasks::loop<>* loop, std::shared_ptr<int> alive)
    {
        auto const limits = tasks::shutdown_limits{1000h, 1000h};
        auto const report = co_await tasks::async_shutdown(limits, *loop);
        static_cast<void>(report);
        static_cast<void>(alive);
    }

    static task run(tasks::loop<>* a, tasks::loop<>* b, std::shared_ptr<int> alive)
    {
        co_await tasks::run_all(*a, *b);
        static_cast<void>(alive);
    }

    captured_log log_;
    int told_ = 0;
    int statements_ = 0;
    std::shared_ptr<int> frame_ = std::make_shared<int>(0);
    std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>();
    std::unique_ptr<tasks::testing::virtual_time> time_ =
        std::make_unique<tasks::testing::virtual_time>(*io_);
    std::deque<std::optional<tasks::loop<>>> loops_;
};

constexpr int all = static_cast<int>(doing::last_one);

} // namespace

TEST_CASE("the crowd is in the stages that it is said to be in")
{
    crowd c;
    CHECK_FALSE(c.of(doing::nothing).is_running());
    for (int i = 1; i < all; ++i) {
        CAPTURE(i);
        CHECK(c.of(static_cast<doing>(i)).is_running());
    }
    CHECK_FALSE(c.of(doing::before_hook).next_iteration());
    CHECK(c.of(doing::waiting).next_iteration());
    CHECK(c.of(doing::error_hook).failed());
    CHECK(c.of(doing::after_hook).failed());
    CHECK(c.of(doing::being_cancelled).is_being_cancelled());
    CHECK(c.of(doing::about_to_restart).is_being_cancelled());
    CHECK(c.of(doing::overlapping).current_loop() == 2);
    CHECK(c.left() > 40);
    CHECK(c.told() == 0);
}

TEST_CASE("a context goes away with many loops: everything goes at once and in silence, and the loops answer "
          "and refuse to start")
{
    crowd c;
    auto const statements = c.statements();
    c.drop_context();
    CHECK(c.told() == 0);
    CHECK(c.statements() == statements);
    CHECK(c.left() == 4 * all); // the functions in the loops: bodies and hooks
    for (int i = 0; i < all; ++i) {
        CAPTURE(i);
        auto& loop = c.of(static_cast<doing>(i));
        CHECK_FALSE(loop.is_running());
        CHECK_FALSE(loop.is_being_cancelled());
        CHECK(loop.failed() == (i != 0));
        CHECK_FALSE(loop.next_iteration());
        CHECK(loop.current_loop() == 0);
        loop.stop();
        loop.cancel();
        loop.change_interval(1s);
        CHECK_THROWS_AS(loop.start(), tasks::abandoned);
        CHECK_THROWS_AS(loop.restart(), tasks::abandoned);
    }
    c.drop_loops();
    CHECK(c.left() == 0);
}

TEST_CASE(
    "many loops are destroyed: their joiners are told, no statement runs any more, and no frame is left")
{
    crowd c;
    auto const statements = c.statements();
    c.drop_loops();
    CHECK(c.told() == 0); // not inside the call
    bool const context_next = GENERATE(false, true);
    if (context_next) {
        c.drop_context();
        CHECK(c.told() == 0);
    } else {
        c.pass(1s);
        CHECK(c.told() == 2 * (all - 1) - 1); // two each, except for one of the loop that was about to begin
        // Those left are the ticker, and for each of the two bodies that ignore their cancellation the frame
        // and the functions of its loop.
        CHECK(c.left() == 1 + 2 * (1 + 4));
        c.pass(1001h);
        CHECK(c.left() == 1);
        c.drop_context();
    }
    CHECK(c.statements() == statements);
    CHECK(c.left() == 0);
}

TEST_CASE("many loops are destroyed one by one, in whatever order, with the context in between")
{
    int const first = GENERATE(range(0, all));
    int const step = GENERATE(1, 2, 5, 10); // prime to the number of loops
    int const before_the_context = GENERATE(0, 1, 6, all);
    crowd c;
    auto const statements = c.statements();
    for (int n = 0; n < all; ++n) {
        if (n == before_the_context)
            c.drop_context();
        auto const i = static_cast<std::size_t>((first + n * step) % all);
        c.loops()[i].reset();
        if (n < before_the_context)
            c.pass(n % 2 == 0 ? 0s : 1s);
    }
    c.drop_context();
    CHECK(c.told() <= 2 * (all - 1));
    CHECK(c.left() == 0);
    CHECK(c.statements() - statements < 3 * all); // from loops that still existed while time passed
}

TEST_CASE("a loop, the loop that joins it, virtual time and the context are destroyed in every order")
{
    enum what { joined, joining, clocks, context };
    std::array<what, 4> order{joined, joining, clocks, context};
    int permutations = 0;
    do {
        if (std::find(order.begin(), order.end(), context) < std::find(order.begin(), order.end(), clocks))
            continue; // this order is not allowed
        CAPTURE(order[0], order[1], order[2], order[3]);
        ++permutations;
        for (bool const in_the_body : {false, true}) {
            auto const frame = std::make_shared<int>(0);
            int told = 0;
            auto io = std::make_unique<asio::io_context>();
            auto clock = std::make_unique<tasks::testing::virtual_time>(*io);
            auto loop = std::make_unique<tasks::loop<>>(*io, 10s, [frame, in_the_body]() -> task {
                auto const alive = frame;
                if (in_the_body)
                    co_await pause(5s);
            });
            auto outer = std::make_unique<tasks::loop<>>(*io, 10s, [&told, frame, l = loop.get()]() -> task {
                auto const alive = frame;
                co_await l->async_join();
                ++told;
            });
            loop->start();
            outer->start();
            clock->advance(12s);
            loop->async_join([frame, &told](std::exception_ptr const&) { ++told; });
            CHECK(frame.use_count() == (in_the_body ? 6 : 5));
            for (what const next : order) {
                switch (next) {
                case joined: loop.reset(); break;
                case joining: outer.reset(); break;
                case clocks: clock.reset(); break;
                case context: io.reset(); break;
                }
            }
            CHECK(told == 0); // the context has not run
            CHECK(frame.use_count() == 1);
        }
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(permutations == 12);
}

TEST_CASE("a context goes away with a handler that stops a loop: that loop ends all the same")
{
    bool const handler_first = GENERATE(false, true);
    bool const by_date = GENERATE(false, true);
    CAPTURE(handler_first, by_date);
    struct stops_at_exit {
        explicit stops_at_exit(tasks::loop<>& l)
            : loop{&l}
        {
        }
        stops_at_exit(stops_at_exit&& other) noexcept
            : loop{std::exchange(other.loop, nullptr)}
        {
        }
        stops_at_exit& operator=(stops_at_exit&&) = delete;
        ~stops_at_exit()
        {
            if (loop)
                loop->stop();
        }
        tasks::loop<>* loop;
    };
    auto const after = [by_date](int hours) {
        return by_date ? tasks::schedule{tasks::day_at(std::chrono::hours{hours})}
                       : tasks::schedule{std::chrono::hours{hours}};
    };
    auto io = std::make_unique<asio::io_context>();
    tasks::loop<> stopped{*io, after(handler_first ? 5 : 3), [] {}};
    tasks::loop<> joined{*io, after(4), [] {}};
    stopped.start();
    joined.start();
    io->poll();
    joined.async_join([at_exit = stops_at_exit{stopped}](std::exception_ptr const&) {});
    io.reset();
    CHECK(!stopped.is_running());
    CHECK(stopped.failed());
    CHECK(!joined.is_running());
}
