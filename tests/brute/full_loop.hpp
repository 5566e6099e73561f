// SPDX-License-Identifier: MIT
#pragma once

// One loop that does everything a loop can do, in a context that runs handler by handler, and checks of what
// may and may not happen.

#include "support/captured_log.hpp"
#include "support/lost_handler.hpp"
#include "support/slot_ledger.hpp"
#include "support/stepped_time.hpp"

#include <tasks/loop/loop_ref.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#endif

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace test {

/// The properties of the scenario.
struct scenario {
    bool strand = false;     ///< the loop is made from the context instead of its executor
    bool loses_one = false;  ///< a body awaits an operation whose handler is destroyed
    bool plain_timer = true; ///< bodies also wait for Asio's timers
    bool clock = false;      ///< slots of the wall clock instead of an interval
    int overlap = 2;
    /// Its first slot is delayed, its slots jitter, an attempt is timed out, iterations are requested, and it
    /// is paused.
    bool controlled = false;
};

/// Every 10 s on the wall clock.
struct every_ten_seconds {
    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<10>>>(t) + 10s;
    }
};

class full_loop {
public:
    explicit full_loop(scenario s)
        : scenario_{s}
        , ledger_{tasks::time_point{wall_}, schedule()}
        , io_{std::make_unique<asio::io_context>()}
    {
        time_.attach(*io_);
        if (s.strand)
            owner_ = std::make_unique<owner>(*this, *io_);
        else
            owner_ = std::make_unique<owner>(*this, io_->get_executor());
        loop().start(std::make_shared<int>(1));
        join_with_callback();
        asio::co_spawn(*io_, join_in_coroutine(this), asio::detached);
        if (s.controlled) {
            request();
            asio::co_spawn(*io_, request_in_coroutine(this), asio::detached);
        }
    }
    full_loop(full_loop const&) = delete;
    full_loop& operator=(full_loop const&) = delete;

    bool step()
    {
        auto const did = io_ && time_.step(*io_);
        silenced_ = !owner_ || !io_;
        return did;
    }
    /// Continues to the end, and resumes a loop that is left paused. Returns false if there is no end in
    /// sight.
    bool finish()
    {
        for (int i = 0; i < 100'000; ++i) {
            if (step())
                continue;
            if (!owner_ || !io_ || !loop().is_paused())
                return true;
            loop().resume();
        }
        return false;
    }

    /// Requests an iteration, and waits for it with a callback.
    void request()
    {
        ++requests_;
        loop().async_trigger([this](std::exception_ptr const&) { ++answers_; });
    }
    /// The same, once, for a wait that `give_up` ends.
    void request_for_a_while()
    {
        ++requests_;
        loop().async_trigger(asio::bind_cancellation_slot(gives_up_.slot(),
                                                          [this](std::exception_ptr const&) { ++answers_; }));
    }
    void renew_schedule()
    {
        ledger_.renewed();
        loop().change_interval(schedule());
    }
    void give_up() { gives_up_.emit(asio::cancellation_type::partial); }

    void destroy_owner() { owner_.reset(); }
    void silence() { silenced_ = true; }
    void drop_context()
    {
        silenced_ = true;
        dropped_ = true;
        io_.reset();
    }
    [[nodiscard]] bool has_owner() const { return owner_ != nullptr; }
    [[nodiscard]] tasks::loop<void(std::shared_ptr<int>)>& loop() { return owner_->loop; }

    /// Sets the function to call at the n-th statement of the body and the hooks.
    void at_statement(int n, std::function<void()> f)
    {
        act_at_ = n;
        act_ = std::move(f);
    }
    [[nodiscard]] int statements() const { return statements_; }

    /// The problem found; empty if there is none.
    [[nodiscard]] std::string faults()
    {
        auto all = faults_ + ledger_.faults();
        if (statements_after_the_end_ != 0)
            all += std::to_string(statements_after_the_end_) + " statements ran after the end\n";
        bool const ended = owner_ && io_;
        if (ended && loop().is_running())
            all += "still running\n";
        if (ended && befores_ != afters_)
            all += std::to_string(befores_) + " runs but " + std::to_string(afters_) + " after hooks\n";
        if (afters_ > befores_)
            all += "too many after hooks\n";
        if (ended && (ledger_.runs_begun() != ledger_.runs_ended() ||
                      (lost_ == 0 && ledger_.attempts_begun() != ledger_.attempts_ended())))
            all += "runs or attempts do not balance\n";
        if (answers_ > requests_ || (!dropped_ && answers_ != requests_))
            all +=
                std::to_string(answers_) + " of " + std::to_string(requests_) + " requests were answered\n";
        if (joined_ > joins_ || (!dropped_ && joined_ != joins_))
            all += std::to_string(joined_) + " of " + std::to_string(joins_) + " joiners completed\n";
        return all;
    }
    /// The number of coroutine frames of user code that still exist.
    [[nodiscard]] long frames() const { return frame_.use_count() - 1; }
    [[nodiscard]] std::vector<std::string> const& joined() const { return results_; }
    [[nodiscard]] int runs() const { return befores_; }
    /// Whether the loop was requested, paused and timed out, if it is a loop under control.
    [[nodiscard]] bool went_through_all() const
    {
        return !scenario_.controlled ||
               (was_requested_ && was_paused_ && was_timed_out_ && was_overdue_ && jitters_ > 0);
    }

    // the observer
    void on_run_started(tasks::run_started const& e)
    {
        ledger_.on_run_started(e);
        watched();
    }
    void on_slot(tasks::slot_decided const& e)
    {
        ledger_.on_slot(e);
        was_requested_ |= e.what == tasks::decision::requested;
        was_paused_ |= e.cause == tasks::miss_cause::paused;
        watched();
    }
    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        ledger_.on_attempt_begun(e);
        watched();
    }
    void on_attempt_ended(tasks::attempt_ended const& e)
    {
        ledger_.on_attempt_ended(e);
        was_timed_out_ |= e.what == tasks::outcome::timed_out;
        watched();
        check_status();
    }
    void on_run_ended(tasks::run_ended const& e)
    {
        ledger_.on_run_ended(e);
        watched();
    }
    void on_overdue(tasks::overdue const& e)
    {
        was_overdue_ = true;
        if (!loop().is_overdue() || e.expected != 5s)
            fault("overdue, and not overdue");
        statement();
        watched();
        check_status();
    }

private:
    struct half_a_second {
        std::chrono::nanoseconds next(unsigned) const { return 500ms; }
    };
    struct by_less_than_half_a_second {
        full_loop* w;
        std::chrono::nanoseconds next(tasks::iteration const&) const
        {
            ++w->jitters_;
            w->statement();
            return 400ms;
        }
    };

    struct owner {
        template <class Where>
        owner(full_loop& w, Where where)
            : state{std::make_unique<int>(0)}
            , loop{where, w.options(), &owner::body, this, &w}
        {
            setup(w);
        }
        owner(full_loop& w, asio::io_context& io)
            : state{std::make_unique<int>(0)}
            , loop{io, w.options(), &owner::body, this, &w}
        {
            setup(w);
        }
        void setup(full_loop& w)
        {
            auto* const self = &w;
            loop.before_loop(&owner::before, this, self)
                .after_loop(&owner::after, this, self)
                .error(&owner::error, this, self)
                .observe(w);
            if (w.scenario_.controlled)
                w.ref_.emplace(loop);
        }

        task before(full_loop* w)
        {
            auto const frame = w->frame_;
            ++w->befores_;
            w->statement();
            co_await pause(1s);
            touch(w);
            co_await asio::post(asio::use_awaitable);
            touch(w);
            if (w->owner_)
                loop.resume(); // the former run may have been cancelled in a pause
        }
        task body(tasks::iteration const& it, full_loop* w, std::shared_ptr<int> argument)
        {
            auto const frame = w->frame_;
            w->statement();
            auto const number = it.number;
            co_await asio::post(asio::use_awaitable);
            touch(w);
            *argument += 1;
            if (w->scenario_.controlled) {
                co_await controlled(w, number, it.attempt);
                co_return;
            }
            switch (number) {
            case 0: co_await pause(3s); break;
            case 1:
                if (it.attempt == 0)
                    connection_lost();
                co_await nested(w);
                break;
            case 2: co_await pause(14s); break; // until after the next slot
            default: co_await last(w);
            }
            touch(w);
        }
        /// The body of a loop under control. It uses the loop only while that is there.
        task controlled(full_loop* w, std::uint64_t number, unsigned attempt)
        {
            auto const frame = w->frame_;
            switch (number) {
            case 0:
                if (w->owner_)
                    loop.trigger_in(4s);
                co_await pause(1s);
                break;
            case 1:
                if (attempt == 0)
                    connection_lost();
                co_await nested(w);
                break;
            case 2:
                if (attempt == 0 && w->owner_)
                    w->request(); // for the next one
                co_await pause(attempt == 0 ? 14s : 1s);
                break;
            case 3:
                if (w->owner_) {
                    loop.pause();
                    loop.trigger_in(25s);
                }
                co_await pause(1s);
                break;
            case 4:
                co_await pause(1s);
                touch(w);
                if (w->owner_)
                    loop.resume();
                break;
            default: co_await last(w);
            }
            touch(w);
        }
        task last(full_loop* w)
        {
            auto const frame = w->frame_;
            if (w->scenario_.loses_one) {
                ++w->lost_;
                co_await loses_its_handler();
                w->fault("went on behind a lost handler");
            }
            co_await pause(2s);
            touch(w);
            throw std::runtime_error{"fatal"};
        }
        task nested(full_loop* w)
        {
            auto const frame = w->frame_;
            if (w->scenario_.plain_timer) {
                asio::steady_timer timer{co_await asio::this_coro::executor};
                timer.expires_after(-1s);
                co_await timer.async_wait(asio::use_awaitable);
                touch(w);
            }
            co_await pause(1s);
            touch(w);
        }
        task error(full_loop* w, std::exception_ptr e)
        {
            auto const frame = w->frame_;
            if (!e)
                w->fault("an error hook without an error");
            w->statement();
            co_await pause(1s);
            touch(w);
        }
        task after(full_loop* w)
        {
            auto const frame = w->frame_;
            ++w->afters_;
            w->statement();
            co_await pause(1s);
            if (w->restarts_ > 0) {
                --w->restarts_;
                loop.restart(std::make_shared<int>(2));
                w->join_with_callback();
            }
            touch(w);
        }
        /// Behind a suspension: the owner must be there.
        void touch(full_loop* w)
        {
            if (w->silenced_)
                ++w->statements_after_the_end_;
            else if (w->owner_)
                *state += 1;
            w->statement();
        }

        std::unique_ptr<int> state;
        tasks::loop<void(std::shared_ptr<int>)> loop;
    };

    [[nodiscard]] tasks::schedule schedule() const
    {
        return scenario_.clock ? tasks::schedule{every_ten_seconds{}} : tasks::schedule{10s};
    }
    [[nodiscard]] tasks::options options()
    {
        tasks::options o{.every = schedule(),
                         .count = 5,
                         .backoff = half_a_second{},
                         .overlap = scenario_.overlap,
                         .name = "brute"};
        if (scenario_.controlled) {
            o.count = 8;
            o.initial_delay = 2s;
            o.jitter = by_less_than_half_a_second{this};
            o.timeout = 6s;
            o.expect = 5s;
        }
        return o;
    }

    void statement()
    {
        if (silenced_)
            ++statements_after_the_end_;
        if (++statements_ == act_at_)
            act_();
    }
    void watched()
    {
        if (silenced_)
            fault("the observer was called after the end");
    }
    /// Checks what the loop tells about itself. Not at every event, because that takes long.
    void check_status()
    {
        auto const status = ref_ ? ref_->status() : std::nullopt;
        if (!status)
            return;
        auto const& s = *status;
        bool const iterates = s.state == tasks::loop_state::running ||
                              s.state == tasks::loop_state::backing_off ||
                              s.state == tasks::loop_state::ending;
        if (s.in_flight != 0 && !iterates)
            fault("an iteration is in flight, but the loop is " + std::string{to_string(s.state)});
        if (s.state == tasks::loop_state::idle && s.next)
            fault("an idle loop knows its next slot");
        if (s.last && (s.last->duration < 0s || s.last->duration > 20s))
            fault("the last attempt has a duration that it cannot have");
        if (s.since < since_)
            fault("the state is older than the one before");
        since_ = s.since;
    }
    void fault(std::string const& what) { faults_ += what + "\n"; }

    void join_with_callback()
    {
        ++joins_;
        loop().async_join([this](std::exception_ptr const& e) {
            ++joined_;
            results_.push_back(tasks::what(e));
        });
    }
    static task join_in_coroutine(full_loop* w)
    {
        auto const frame = w->frame_;
        if (!w->owner_)
            co_return;
        ++w->joins_;
        std::exception_ptr failure;
        try {
            co_await w->loop().async_join();
        } catch (...) {
            failure = std::current_exception();
        }
        ++w->joined_;
        w->results_.push_back(tasks::what(failure));
    }

    static task request_in_coroutine(full_loop* w)
    {
        auto const frame = w->frame_;
        if (!w->owner_)
            co_return;
        ++w->requests_;
        try {
            co_await w->loop().async_trigger();
        } catch (...) {
            // The requests of a run go with it.
        }
        ++w->answers_;
    }

    static constexpr std::chrono::nanoseconds wall_ = 1'700'000'000s;

    scenario scenario_;
    captured_log log_;
    slot_ledger ledger_;
    stepped_time time_{wall_};
    std::shared_ptr<int> frame_ = std::make_shared<int>(0);
    std::string faults_;
    std::vector<std::string> results_;
    std::function<void()> act_;
    asio::cancellation_signal gives_up_;
    int act_at_ = -1;
    int statements_ = 0, statements_after_the_end_ = 0;
    int befores_ = 0, afters_ = 0;
    int requests_ = 0, answers_ = 0, jitters_ = 0;
    bool was_requested_ = false, was_paused_ = false, was_timed_out_ = false, was_overdue_ = false;
    std::optional<tasks::loop_ref> ref_;
    tasks::time_point since_;
    int joins_ = 0, joined_ = 0, lost_ = 0, restarts_ = 1;
    bool silenced_ = false, dropped_ = false;
    std::unique_ptr<asio::io_context> io_;
    std::unique_ptr<owner> owner_;
};

} // namespace test
