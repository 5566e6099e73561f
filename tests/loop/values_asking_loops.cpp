// SPDX-License-Identifier: MIT
// No user code runs under a lock of the library: every value asks the loops in whatever is done with
// it, in every operation and state.
#include "support/asking_values.hpp"
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

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

struct asking_schedule : asking<asking_schedule> {
    static constexpr char const* kind = "schedule";
    std::chrono::seconds period{10};

    explicit asking_schedule(std::chrono::seconds p = 10s)
        : period{p}
    {
    }
    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        ask();
        return t - t.time_since_epoch() % period + period;
    }
    friend std::string to_string(asking_schedule const&)
    {
        ask();
        return "asking";
    }
};

/// Calls a function on its next call only.
struct fleeting : asking<fleeting> {
    static constexpr char const* kind = "fleeting schedule";
    std::function<void()>* on_question;
    explicit fleeting(std::function<void()>& m)
        : on_question{&m}
    {
    }
    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        ask();
        if (auto const f = std::exchange(*on_question, {}))
            f();
        return t + 10s;
    }
};

struct asking_error : std::runtime_error, asking<asking_error> {
    static constexpr char const* kind = "exception";
    using std::runtime_error::runtime_error;
};

struct asking_argument : asking<asking_argument> {
    static constexpr char const* kind = "argument";
};

struct asking_bound : asking<asking_bound> {
    static constexpr char const* kind = "bound value";
};

struct asking_backoff : asking<asking_backoff> {
    static constexpr char const* kind = "back-off";
    [[nodiscard]] std::chrono::nanoseconds next(unsigned) const
    {
        ask();
        return 5s;
    }
};

struct asking_jitter : asking<asking_jitter> {
    static constexpr char const* kind = "jitter policy";
    [[nodiscard]] std::chrono::nanoseconds next(tasks::iteration const&) const
    {
        ask();
        return 100ms;
    }
};

struct asking_predicate : asking<asking_predicate> {
    static constexpr char const* kind = "predicate";
    bool operator()(std::exception_ptr const&) const
    {
        ask();
        return true;
    }
};

struct asking_observer : asking<asking_observer> {
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

struct asking_log_sink : asking<asking_log_sink> {
    static constexpr char const* kind = "log sink";
    void operator()(tasks::log_record const&) const { ask(); }
};

struct asking_handler : asking<asking_handler> {
    static constexpr char const* kind = "handler";
    void operator()(std::exception_ptr const&) const { ask(); }
};

bool asking_executor_fails = false; ///< in its next call

/// An executor in front of another one.
class asking_executor : asking<asking_executor> {
    using blocking = asio::execution::blocking_t;
    using outstanding_work = asio::execution::outstanding_work_t;

public:
    static constexpr char const* kind = "executor";

    asking_executor(std::in_place_t, asio::any_io_executor inner)
        : inner_{std::move(inner)}
    {
    }
    asking_executor(asking_executor const&) noexcept = default; // the copy of an executor must be noexcept
    asking_executor(asking_executor&&) noexcept = default;
    asking_executor& operator=(asking_executor const&) noexcept = default;
    asking_executor& operator=(asking_executor&&) noexcept = default;
    ~asking_executor() = default;

    template <class Function>
    void execute(Function&& function) const
    {
        ask();
        if (std::exchange(asking_executor_fails, false))
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
    [[nodiscard]] asking_executor require(blocking::never_t p) const
    {
        return asking_executor{std::in_place, asio::prefer(inner_, p)};
    }
    [[nodiscard]] asking_executor require(blocking::possibly_t p) const
    {
        return asking_executor{std::in_place, asio::prefer(inner_, p)};
    }
    [[nodiscard]] asking_executor
    require(outstanding_work::tracked_t p) const // another object, like Asio's own executors
    {
        return asking_executor{std::in_place, asio::prefer(inner_, p)};
    }
    [[nodiscard]] asking_executor require(outstanding_work::untracked_t p) const
    {
        return asking_executor{std::in_place, asio::prefer(inner_, p)};
    }
    friend bool operator==(asking_executor const& a, asking_executor const& b) noexcept
    {
        ask();
        return a.inner_ == b.inner_;
    }

private:
    friend asking<asking_executor>;
    asio::any_io_executor inner_;
};

/// What the body does.
enum class work { waits, returns, fails, dies, hangs };

/// A body or hook: waits, so that there is something to cancel.
template <class Kind>
struct asking_function : asking<Kind> {
    work* what;
    explicit asking_function(work& w)
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
        if (w == work::hangs)
            co_await pause(1h);
        if (w == work::fails)
            throw asking_error{"handled"};
        if (w == work::dies)
            throw asking_error{"fatal"};
    }
};
struct asking_body : asking_function<asking_body> {
    static constexpr char const* kind = "body";
    using asking_function::asking_function;
    task operator()(asking_bound const&, asking_argument const&) const
    {
        ask(); // the call itself, which only creates the coroutine
        return act();
    }
};
struct asking_hook : asking_function<asking_hook> {
    static constexpr char const* kind = "hook";
    using asking_function::asking_function;
    task operator()() const
    {
        ask();
        return act();
    }
};
struct asking_error_hook : asking_function<asking_error_hook> {
    static constexpr char const* kind = "error hook";
    using asking_function::asking_function;
    task operator()(std::exception_ptr const&) const
    {
        ask();
        return act();
    }
};

enum class place { context, strand, user };

struct questioned_loop {
    using loop_type = tasks::loop<void(asking_argument)>;

    explicit questioned_loop(place where)
        : log{}
        , loop{std::make_unique<loop_type>(executor(where),
                                           tasks::options{.every = asking_schedule{},
                                                          .backoff = asking_backoff{},
                                                          .overlap = 2,
                                                          .jitter = asking_jitter{},
                                                          .timeout = 20s,
                                                          .name = "asking"},
                                           asking_body{body}, asking_bound{})}
        , other{elsewhere, 7s, [] {}}
    {
        other.start();
        loop_questions::instance().asked = {loop.get(), &other};
        former_sink = tasks::set_log_sink(asking_log_sink{});
        loop->before_loop(asking_hook{before})
            .after_loop(asking_hook{after})
            .error(asking_error_hook{error})
            .observe(std::make_shared<asking_observer>());
        if (where == place::context)
            loop->retry_if(asking_predicate{});
    }
    ~questioned_loop()
    {
        loop_questions::instance().asked = {&other};
        loop.reset();
        s.time.advance(20s);
        tasks::set_log_sink(std::move(former_sink));
        loop_questions::instance().asked.clear();
    }
    questioned_loop(questioned_loop const&) = delete;
    questioned_loop& operator=(questioned_loop const&) = delete;

    asio::any_io_executor executor(place where)
    {
        if (where == place::user)
            return asking_executor{std::in_place, s.io.get_executor()};
        if (where == place::strand)
            return asio::make_strand(s.io);
        return tasks::loop<>{s.io, 1s, [] {}}.get_executor();
    }

    virtual_context s;
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
    void (*reach)(questioned_loop&);
};
constexpr state states[] = {
    {"idle", [](questioned_loop&) {}},
    {"after a failed run",
     [](questioned_loop& w) {
         w.before = work::dies;
         w.loop->start({});
         w.s.time.advance(60s);
     }},
    {"before the first step", [](questioned_loop& w) { w.loop->start({}); }},
    {"before hook",
     [](questioned_loop& w) {
         w.loop->start({});
         w.s.time.advance(1s);
     }},
    {"first sleep",
     [](questioned_loop& w) {
         w.loop->start({});
         w.s.time.advance(4s);
     }},
    {"body",
     [](questioned_loop& w) {
         w.loop->start({});
         w.s.time.advance(11s);
     }},
    {"sleep",
     [](questioned_loop& w) {
         w.loop->start({});
         w.s.time.advance(15s);
     }},
    {"paused",
     [](questioned_loop& w) {
         w.loop->pause();
         w.loop->start({});
         w.s.time.advance(15s);
     }},
    {"back-off",
     [](questioned_loop& w) {
         w.loop->retry_if(asking_predicate{});
         w.body = work::fails;
         w.loop->start({});
         w.s.time.advance(12s);
     }},
    {"error hook",
     [](questioned_loop& w) {
         w.loop->clear_exception_types();
         w.body = work::dies;
         w.loop->start({});
         w.s.time.advance(11s);
     }},
    {"after hook",
     [](questioned_loop& w) {
         w.loop->start({});
         w.s.time.advance(15s);
         w.loop->stop();
         w.s.time.advance(1s);
     }},
    {"a restart is pending",
     [](questioned_loop& w) {
         w.loop->start({});
         w.s.time.advance(11s);
         w.loop->restart({});
     }},
};

struct operation {
    char const* name;
    void (*perform)(questioned_loop&);
};
constexpr operation operations[] = {
    {"nothing", [](questioned_loop&) {}},
    {"restart", [](questioned_loop& w) { w.loop->restart({}); }},
    {"stop", [](questioned_loop& w) { w.loop->stop(); }},
    {"cancel", [](questioned_loop& w) { w.loop->cancel(); }},
    {"cancel, then destroyed",
     [](questioned_loop& w) {
         w.loop->cancel();
         loop_questions::instance().asked = {&w.other};
         w.loop.reset();
     }},
    {"the other instants", [](questioned_loop& w) { w.loop->change_interval(asking_schedule{1s}); }},
    {"an interval", [](questioned_loop& w) { w.loop->change_interval(5s); }},
    {"asked for its slots", [](questioned_loop& w) { static_cast<void>(w.loop->upcoming(3)); }},
    {"the predicate is replaced", [](questioned_loop& w) { w.loop->retry_if(asking_predicate{}); }},
    {"types are added",
     [](questioned_loop& w) {
         w.loop->add_exception_type<asking_error>();
         static_cast<void>(w.loop->remove_exception_type<asking_error>());
     }},
    {"types are cleared", [](questioned_loop& w) { w.loop->clear_exception_types(); }},
    {"joined", [](questioned_loop& w) { w.loop->async_join(asking_handler{}); }},
    {"joined with an executor",
     [](questioned_loop& w) {
         w.loop->async_join(
             asio::bind_executor(asking_executor{std::in_place, w.s.io.get_executor()}, asking_handler{}));
     }},
    {"joined and given up",
     [](questioned_loop& w) {
         w.loop->async_join(asio::bind_cancellation_slot(w.gives_up.slot(), asking_handler{}));
         w.gives_up.emit(asio::cancellation_type::terminal);
     }},
    {"started in vain, or not",
     [](questioned_loop& w) {
         asking_executor_fails = true;
         try {
             w.loop->start({});
         } catch (tasks::already_running const&) {
         } catch (std::bad_alloc const&) {
         }
         asking_executor_fails = false;
     }},
    {"run in vain, or not",
     [](questioned_loop& w) {
         asking_executor_fails = true;
         w.loop->async_run({}, asking_handler{});
         asking_executor_fails = false;
     }},
    {"called", [](questioned_loop& w) { asio::co_spawn(w.s.io, (*w.loop)({}), asking_handler{}); }},
    {"called, then destroyed",
     [](questioned_loop& w) {
         asio::co_spawn(w.s.io, (*w.loop)({}), asking_handler{});
         w.s.time.advance(1s);
         loop_questions::instance().asked = {&w.other};
         w.loop.reset();
     }},
    {"destroyed",
     [](questioned_loop& w) {
         w.loop->async_join(asking_handler{});
         loop_questions::instance().asked = {&w.other};
         w.loop.reset();
     }},
    {"started or run", [](questioned_loop& w) { w.loop->async_run({}, asking_handler{}); }},
    {"triggered",
     [](questioned_loop& w) {
         w.loop->trigger();
         w.loop->trigger_in(2s);
         w.loop->trigger_at(w.s.time.now() + 3s);
     }},
    {"triggered with a handler", [](questioned_loop& w) { w.loop->async_trigger(asking_handler{}); }},
    {"triggered with a handler and an executor",
     [](questioned_loop& w) {
         w.loop->async_trigger(
             asio::bind_executor(asking_executor{std::in_place, w.s.io.get_executor()}, asking_handler{}));
     }},
    {"triggered and given up",
     [](questioned_loop& w) {
         w.loop->async_trigger(asio::bind_cancellation_slot(w.gives_up.slot(), asking_handler{}));
         w.gives_up.emit(asio::cancellation_type::terminal);
     }},
    {"triggered and cancelled",
     [](questioned_loop& w) {
         w.loop->async_trigger(asking_handler{});
         w.loop->cancel();
     }},
    {"triggered, then destroyed",
     [](questioned_loop& w) {
         w.loop->async_trigger(asking_handler{});
         loop_questions::instance().asked = {&w.other};
         w.loop.reset();
     }},
    {"paused", [](questioned_loop& w) { w.loop->pause(); }},
    {"resumed", [](questioned_loop& w) { w.loop->resume(); }},
    {"paused for a while",
     [](questioned_loop& w) {
         w.loop->pause();
         w.s.time.advance(15s);
         w.loop->resume();
     }},
    {"the body takes too long", [](questioned_loop& w) { w.body = work::hangs; }},
    {"set up anew",
     [](questioned_loop& w) {
         try {
             w.loop->before_loop(asking_hook{w.before})
                 .after_loop(asking_hook{w.after})
                 .error(asking_error_hook{w.error})
                 .observe(std::make_shared<asking_observer>());
         } catch (tasks::already_running const&) {
         }
     }},
    {"the log sink is replaced", [](questioned_loop&) { tasks::set_log_sink(asking_log_sink{}); }},
    {"every hook fails", [](questioned_loop& w) { w.before = w.body = w.error = w.after = work::dies; }},
};

} // namespace

TEST_CASE("values that ask loops: no value of a user's is touched under a lock, whatever is done and when")
{
    loop_questions::instance() = {};
    for (auto const where : {place::context, place::strand, place::user}) {
        for (auto const& st : states) {
            for (auto const& op : operations) {
                INFO("on " << static_cast<int>(where) << ", " << st.name << ": " << op.name);
                questioned_loop w{where};
                st.reach(w);
                op.perform(w);
                w.s.time.advance(1s);
                if (w.loop)
                    w.s.time.advance(60s);
                REQUIRE(loop_questions::instance().first_under_a_lock == "");
            }
        }
    }
    // Every kind of value was called.
    for (auto const* kind :
         {"schedule", "exception", "argument", "bound value", "back-off", "jitter policy", "predicate",
          "observer", "log sink", "handler", "executor", "body", "hook", "error hook"}) {
        INFO(kind);
        CHECK(loop_questions::instance().calls[kind] > 0);
    }
}

TEST_CASE("values that ask loops: an executor that calls a function inside post does not lock a loop out")
{
    virtual_context s;
    int bodies = 0;
    tasks::loop<> loop{asio::any_io_executor{tasks::detail::inline_executor{}},
                       {.every = 1h, .count = 1},
                       [&] { ++bodies; }};
    loop.start();
    CHECK(bodies == 1);
    CHECK(!loop.is_running());
}

TEST_CASE(
    "values that ask loops: a schedule that takes long to answer keeps nobody who asks the loop waiting")
{
    // Another thread asks while `next` is called. Under a lock of the loop it would wait for ever.
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
    virtual_context s;
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

TEST_CASE("values that ask loops: a schedule that is replaced while it is asked is destroyed without a lock")
{
    loop_questions::instance() = {};
    virtual_context s;
    std::function<void()> on_question;
    tasks::loop<> loop{s.io, fleeting{on_question}, [] {}};
    loop_questions::instance().asked = {&loop};
    loop.start();
    s.time.advance(15s);
    on_question = [&] { loop.change_interval(5s); };
    s.time.advance(15s); // the caller has the last copy
    CHECK(loop.every().is_interval());
    CHECK(loop_questions::instance().first_under_a_lock == "");
    CHECK(loop_questions::instance().calls["fleeting schedule"] > 0);
    loop_questions::instance().asked.clear();
}

TEST_CASE("values that ask loops: a loop that outlives its context lets go of its executor without a lock")
{
    loop_questions::instance() = {};
    auto io = std::make_unique<asio::io_context>();
    tasks::loop<> loop{asking_executor{std::in_place, io->get_executor()}, 10s, [] {}};
    loop_questions::instance().calls.clear();
    io.reset();
    CHECK(loop_questions::instance().calls["executor"] > 0);
    CHECK(loop_questions::instance().first_under_a_lock == "");
}

TEST_CASE("values that ask loops: a ticker asks its schedule without a lock")
{
    loop_questions::instance() = {};
    virtual_context s;
    tasks::loop<> other{s.io, 7s, [] {}};
    other.start();
    loop_questions::instance().asked = {&other};
    int ticks = 0;
    {
        tasks::ticker ticker{asking_executor{std::in_place, s.io.get_executor()},
                             {.every = asking_schedule{}, .backoff = asking_backoff{}, .name = "t"}};
        asio::co_spawn(
            asking_executor{std::in_place, s.io.get_executor()},
            [&]() -> task {
                while (co_await ticker.async_tick())
                    ++ticks;
            },
            asio::detached);
        s.time.advance(35s);
        ticker.change_interval(asking_schedule{7s});
        s.time.advance(35s);
        ticker.stop();
        s.time.advance(35s);
    }
    CHECK(ticks == 8);
    CHECK(loop_questions::instance().first_under_a_lock == "");
    CHECK(loop_questions::instance().calls["schedule"] > 0);
    loop_questions::instance().asked.clear();
}
