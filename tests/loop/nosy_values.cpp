// SPDX-License-Identifier: MIT
// Nothing of the user's runs under a lock of the library: every value asks the loops in whatever is done with it, in every operation and state.
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/nosy.hpp"
#include "support/stage.hpp"

#include <tasks/loop/ticker.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#endif

#include <functional>
#include <future>
#include <memory>
#include <new>
#include <string_view>

using namespace test;

namespace {

struct nosy_schedule : nosy<nosy_schedule> {
    static constexpr char const* kind = "schedule";
    std::chrono::seconds period{10};

    explicit nosy_schedule(std::chrono::seconds p = 10s)
        : period{p}
    {
    }
    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        ask();
        return t - t.time_since_epoch() % period + period;
    }
    friend std::string to_string(nosy_schedule const&)
    {
        ask();
        return "nosy";
    }
};

/// Does something when it is asked, once.
struct fleeting : nosy<fleeting> {
    static constexpr char const* kind = "fleeting schedule";
    std::function<void()>* meddle;
    explicit fleeting(std::function<void()>& m)
        : meddle{&m}
    {
    }
    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        ask();
        if (auto const f = std::exchange(*meddle, {}))
            f();
        return t + 10s;
    }
};

struct nosy_error : std::runtime_error, nosy<nosy_error> {
    static constexpr char const* kind = "exception";
    using std::runtime_error::runtime_error;
};

struct nosy_argument : nosy<nosy_argument> {
    static constexpr char const* kind = "argument";
};

struct nosy_bound : nosy<nosy_bound> {
    static constexpr char const* kind = "bound value";
};

struct nosy_backoff : nosy<nosy_backoff> {
    static constexpr char const* kind = "back-off";
    [[nodiscard]] std::chrono::nanoseconds next(unsigned) const
    {
        ask();
        return 5s;
    }
};

struct nosy_predicate : nosy<nosy_predicate> {
    static constexpr char const* kind = "predicate";
    bool operator()(std::exception_ptr const&) const
    {
        ask();
        return true;
    }
};

struct nosy_observer : nosy<nosy_observer> {
    static constexpr char const* kind = "observer";
    void on_run_started(tasks::run_started const&) const { ask(); }
    void on_slot(tasks::slot_decided const&) const { ask(); }
    void on_attempt_begun(tasks::attempt_begun const&) const { ask(); }
    void on_attempt_ended(tasks::attempt_ended const&) const { ask(); }
    void on_retry(tasks::retry_scheduled const&) const { ask(); }
    void on_hook_failed(tasks::hook_failed const&) const { ask(); }
    void on_clock_stepped(tasks::clock_stepped const&) const { ask(); }
    void on_run_ended(tasks::run_ended const&) const { ask(); }
};

struct nosy_log_sink : nosy<nosy_log_sink> {
    static constexpr char const* kind = "log sink";
    void operator()(tasks::log_record const&) const { ask(); }
};

struct nosy_handler : nosy<nosy_handler> {
    static constexpr char const* kind = "handler";
    void operator()(std::exception_ptr const&) const { ask(); }
};

bool nosy_executor_fails = false; ///< at its next call

/// An executor in front of another one.
class nosy_executor : nosy<nosy_executor> {
    using blocking = asio::execution::blocking_t;
    using outstanding_work = asio::execution::outstanding_work_t;

public:
    static constexpr char const* kind = "executor";

    nosy_executor(std::in_place_t, asio::any_io_executor inner)
        : inner_{std::move(inner)}
    {
    }
    nosy_executor(nosy_executor const&) noexcept = default; // as an executor's copy must be
    nosy_executor(nosy_executor&&) noexcept = default;
    nosy_executor& operator=(nosy_executor const&) noexcept = default;
    nosy_executor& operator=(nosy_executor&&) noexcept = default;
    ~nosy_executor() = default;

    template <class Function>
    void execute(Function&& function) const
    {
        ask();
        if (std::exchange(nosy_executor_fails, false))
            throw std::bad_alloc{};
        inner_.execute(std::forward<Function>(function));
    }
    [[nodiscard]] asio::execution_context& query(asio::execution::context_t p) const noexcept
    {
        ask();
        return asio::query(inner_, p);
    }
    [[nodiscard]] blocking query(blocking p) const noexcept
    {
        ask();
        return asio::query(inner_, p);
    }
    [[nodiscard]] nosy_executor require(blocking::never_t p) const
    {
        return nosy_executor{std::in_place, asio::prefer(inner_, p)};
    }
    [[nodiscard]] nosy_executor require(blocking::possibly_t p) const
    {
        return nosy_executor{std::in_place, asio::prefer(inner_, p)};
    }
    [[nodiscard]] nosy_executor
    require(outstanding_work::tracked_t p) const // another object, as Asio's own make
    {
        return nosy_executor{std::in_place, asio::prefer(inner_, p)};
    }
    [[nodiscard]] nosy_executor require(outstanding_work::untracked_t p) const
    {
        return nosy_executor{std::in_place, asio::prefer(inner_, p)};
    }
    friend bool operator==(nosy_executor const& a, nosy_executor const& b) noexcept
    {
        ask();
        return a.inner_ == b.inner_;
    }

private:
    friend nosy<nosy_executor>;
    asio::any_io_executor inner_;
};

/// What the body does.
enum class work { waits, returns, fails, dies };

/// A body, a hook: waits, so that there is something to cancel.
template <class Kind>
struct nosy_function : nosy<Kind> {
    work* what;
    explicit nosy_function(work& w)
        : what{&w}
    {
    }
    task act() const
    {
        this->ask();
        Kind const local{*what};
        auto const w = *what;
        if (w == work::waits)
            co_await pause(3s);
        if (w == work::fails)
            throw nosy_error{"handled"};
        if (w == work::dies)
            throw nosy_error{"fatal"};
    }
};
struct nosy_body : nosy_function<nosy_body> {
    static constexpr char const* kind = "body";
    using nosy_function::nosy_function;
    task operator()(nosy_bound const&, nosy_argument const&) const
    {
        ask(); // the call itself, which only makes the coroutine
        return act();
    }
};
struct nosy_hook : nosy_function<nosy_hook> {
    static constexpr char const* kind = "hook";
    using nosy_function::nosy_function;
    task operator()() const
    {
        ask();
        return act();
    }
};
struct nosy_error_hook : nosy_function<nosy_error_hook> {
    static constexpr char const* kind = "error hook";
    using nosy_function::nosy_function;
    task operator()(std::exception_ptr const&) const
    {
        ask();
        return act();
    }
};

enum class place { context, strand, user };

struct world {
    using loop_type = tasks::loop<void(nosy_argument)>;

    explicit world(place where)
        : log{}
        , loop{std::make_unique<loop_type>(
              executor(where),
              tasks::options{
                  .every = nosy_schedule{}, .backoff = nosy_backoff{}, .overlap = 2, .name = "nosy"},
              nosy_body{body}, nosy_bound{})}
        , other{elsewhere, 7s, [] {}}
    {
        other.start();
        nosiness::instance().asked = {loop.get(), &other};
        former_sink = tasks::set_log_sink(nosy_log_sink{});
        loop->before_loop(nosy_hook{before})
            .after_loop(nosy_hook{after})
            .error(nosy_error_hook{error})
            .observe(std::make_shared<nosy_observer>());
        if (where == place::context)
            loop->retry_if(nosy_predicate{});
    }
    ~world()
    {
        nosiness::instance().asked = {&other};
        loop.reset();
        s.time.advance(20s);
        tasks::set_log_sink(std::move(former_sink));
        nosiness::instance().asked.clear();
    }
    world(world const&) = delete;
    world& operator=(world const&) = delete;

    asio::any_io_executor executor(place where)
    {
        if (where == place::user)
            return nosy_executor{std::in_place, s.io.get_executor()};
        if (where == place::strand)
            return asio::make_strand(s.io);
        return tasks::loop<>{s.io, 1s, [] {}}.get_executor();
    }

    stage s;
    asio::cancellation_signal gives_up;
    asio::io_context elsewhere; // the loop is the first user of its own context
    captured_log log;
    tasks::log_sink former_sink;
    work before = work::waits;
    work body = work::waits;
    work error = work::waits;
    work after = work::waits;
    std::unique_ptr<loop_type> loop;
    tasks::loop<> other;
};

struct state {
    char const* name;
    void (*reach)(world&);
};
constexpr state states[] = {
    {"idle", [](world&) {}},
    {"after a failed run",
     [](world& w) {
         w.before = work::dies;
         w.loop->start({});
         w.s.time.advance(60s);
     }},
    {"before the first step", [](world& w) { w.loop->start({}); }},
    {"before hook",
     [](world& w) {
         w.loop->start({});
         w.s.time.advance(1s);
     }},
    {"first sleep",
     [](world& w) {
         w.loop->start({});
         w.s.time.advance(4s);
     }},
    {"body",
     [](world& w) {
         w.loop->start({});
         w.s.time.advance(11s);
     }},
    {"sleep",
     [](world& w) {
         w.loop->start({});
         w.s.time.advance(15s);
     }},
    {"back-off",
     [](world& w) {
         w.loop->retry_if(nosy_predicate{});
         w.body = work::fails;
         w.loop->start({});
         w.s.time.advance(12s);
     }},
    {"error hook",
     [](world& w) {
         w.loop->clear_exception_types();
         w.body = work::dies;
         w.loop->start({});
         w.s.time.advance(11s);
     }},
    {"after hook",
     [](world& w) {
         w.loop->start({});
         w.s.time.advance(15s);
         w.loop->stop();
         w.s.time.advance(1s);
     }},
    {"a restart is pending",
     [](world& w) {
         w.loop->start({});
         w.s.time.advance(11s);
         w.loop->restart({});
     }},
};

struct operation {
    char const* name;
    void (*perform)(world&);
};
constexpr operation operations[] = {
    {"nothing", [](world&) {}},
    {"restart", [](world& w) { w.loop->restart({}); }},
    {"stop", [](world& w) { w.loop->stop(); }},
    {"cancel", [](world& w) { w.loop->cancel(); }},
    {"cancel, then destroyed",
     [](world& w) {
         w.loop->cancel();
         nosiness::instance().asked = {&w.other};
         w.loop.reset();
     }},
    {"the other instants", [](world& w) { w.loop->change_interval(nosy_schedule{1s}); }},
    {"an interval", [](world& w) { w.loop->change_interval(5s); }},
    {"the predicate is replaced", [](world& w) { w.loop->retry_if(nosy_predicate{}); }},
    {"types are added",
     [](world& w) {
         w.loop->add_exception_type<nosy_error>();
         static_cast<void>(w.loop->remove_exception_type<nosy_error>());
     }},
    {"types are cleared", [](world& w) { w.loop->clear_exception_types(); }},
    {"joined", [](world& w) { w.loop->async_join(nosy_handler{}); }},
    {"joined with an executor",
     [](world& w) {
         w.loop->async_join(
             asio::bind_executor(nosy_executor{std::in_place, w.s.io.get_executor()}, nosy_handler{}));
     }},
    {"joined and given up",
     [](world& w) {
         w.loop->async_join(asio::bind_cancellation_slot(w.gives_up.slot(), nosy_handler{}));
         w.gives_up.emit(asio::cancellation_type::terminal);
     }},
    {"started in vain, or not",
     [](world& w) {
         nosy_executor_fails = true;
         try {
             w.loop->start({});
         } catch (tasks::already_running const&) {
         } catch (std::bad_alloc const&) {
         }
         nosy_executor_fails = false;
     }},
    {"run in vain, or not",
     [](world& w) {
         nosy_executor_fails = true;
         w.loop->async_run({}, nosy_handler{});
         nosy_executor_fails = false;
     }},
    {"called", [](world& w) { asio::co_spawn(w.s.io, (*w.loop)({}), nosy_handler{}); }},
    {"called, then destroyed",
     [](world& w) {
         asio::co_spawn(w.s.io, (*w.loop)({}), nosy_handler{});
         w.s.time.advance(1s);
         nosiness::instance().asked = {&w.other};
         w.loop.reset();
     }},
    {"destroyed",
     [](world& w) {
         w.loop->async_join(nosy_handler{});
         nosiness::instance().asked = {&w.other};
         w.loop.reset();
     }},
    {"started or run", [](world& w) { w.loop->async_run({}, nosy_handler{}); }},
    {"set up anew",
     [](world& w) {
         try {
             w.loop->before_loop(nosy_hook{w.before})
                 .after_loop(nosy_hook{w.after})
                 .error(nosy_error_hook{w.error})
                 .observe(std::make_shared<nosy_observer>());
         } catch (tasks::already_running const&) {
         }
     }},
    {"the log sink is replaced", [](world&) { tasks::set_log_sink(nosy_log_sink{}); }},
    {"every hook fails", [](world& w) { w.before = w.body = w.error = w.after = work::dies; }},
};

} // namespace

TEST_CASE("nosy values: no value of a user's is touched under a lock, whatever is done and when")
{
    nosiness::instance() = {};
    for (auto const where : {place::context, place::strand, place::user}) {
        for (auto const& st : states) {
            for (auto const& op : operations) {
                INFO("on " << static_cast<int>(where) << ", " << st.name << ": " << op.name);
                world w{where};
                st.reach(w);
                op.perform(w);
                w.s.time.advance(1s);
                if (w.loop)
                    w.s.time.advance(60s);
                REQUIRE(nosiness::instance().first_under_a_lock == "");
            }
        }
    }
    // Every kind was there to ask.
    for (auto const* kind : {"schedule", "exception", "argument", "bound value", "back-off", "predicate",
                             "observer", "log sink", "handler", "executor", "body", "hook", "error hook"}) {
        INFO(kind);
        CHECK(nosiness::instance().calls[kind] > 0);
    }
}

TEST_CASE("nosy values: an executor that calls a function inside post does not lock a loop out")
{
    stage s;
    int bodies = 0;
    tasks::loop<> loop{asio::any_io_executor{tasks::detail::inline_executor{}},
                       {.every = 1h, .count = 1},
                       [&] { ++bodies; }};
    loop.start();
    CHECK(bodies == 1);
    CHECK(!loop.is_running());
}

TEST_CASE("nosy values: a schedule that takes long to answer keeps nobody who asks the loop waiting")
{
    // Another thread asks while `next` is called; under a lock of the loop's it would wait for ever.
    struct slow {
        tasks::loop_base** loop;
        int* asked;
        [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
        {
            if (*loop) {
                auto answer = std::async(std::launch::async, [l = *loop] {
                    static_cast<void>(l->next_iteration());
                    return l->is_running();
                });
                if (answer.wait_for(60s) != std::future_status::ready)
                    std::terminate();
                ++*asked;
            }
            return t + 10s;
        }
    };
    stage s;
    tasks::loop_base* asked_loop = nullptr;
    int asked = 0;
    tasks::loop<> loop{s.io, slow{&asked_loop, &asked}, [] {}};
    asked_loop = &loop;
    loop.start();
    s.time.advance(60s);
    auto const while_it_ran = asked;
    CHECK(while_it_ran >= 6);
    loop.change_interval(slow{&asked_loop, &asked});
    CHECK(asked > while_it_ran);
    loop.stop();
    s.time.advance(60s);
    CHECK(!loop.is_running());
}

TEST_CASE("nosy values: a schedule that is replaced while it is asked is destroyed without a lock")
{
    nosiness::instance() = {};
    stage s;
    std::function<void()> meddle;
    tasks::loop<> loop{s.io, fleeting{meddle}, [] {}};
    nosiness::instance().asked = {&loop};
    loop.start();
    s.time.advance(15s);
    meddle = [&] { loop.change_interval(5s); };
    s.time.advance(15s); // whoever asked has the last copy
    CHECK(loop.every().is_interval());
    CHECK(nosiness::instance().first_under_a_lock == "");
    CHECK(nosiness::instance().calls["fleeting schedule"] > 0);
    nosiness::instance().asked.clear();
}

TEST_CASE("nosy values: a loop that outlives its context lets go of its executor without a lock")
{
    nosiness::instance() = {};
    auto io = std::make_unique<asio::io_context>();
    tasks::loop<> loop{nosy_executor{std::in_place, io->get_executor()}, 10s, [] {}};
    nosiness::instance().calls.clear();
    io.reset();
    CHECK(nosiness::instance().calls["executor"] > 0);
    CHECK(nosiness::instance().first_under_a_lock == "");
}

TEST_CASE("nosy values: a ticker asks its schedule without a lock")
{
    nosiness::instance() = {};
    stage s;
    tasks::loop<> other{s.io, 7s, [] {}};
    other.start();
    nosiness::instance().asked = {&other};
    int ticks = 0;
    {
        tasks::ticker ticker{nosy_executor{std::in_place, s.io.get_executor()},
                             {.every = nosy_schedule{}, .backoff = nosy_backoff{}, .name = "t"}};
        asio::co_spawn(
            nosy_executor{std::in_place, s.io.get_executor()},
            [&]() -> task {
                while (co_await ticker.async_tick())
                    ++ticks;
            },
            asio::detached);
        s.time.advance(35s);
        ticker.change_interval(nosy_schedule{7s});
        s.time.advance(35s);
        ticker.stop();
        s.time.advance(35s);
    }
    CHECK(ticks == 8);
    CHECK(nosiness::instance().first_under_a_lock == "");
    CHECK(nosiness::instance().calls["schedule"] > 0);
    nosiness::instance().asked.clear();
}
