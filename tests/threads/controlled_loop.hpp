// SPDX-License-Identifier: MIT
#pragma once

// A loop that many threads use in every way: observed, with bodies of every kind, and replaceable by a new
// one at any time.

#include "answers.hpp"
#include "concurrent_ledger.hpp"
#include "control.hpp"
#include "fatal.hpp"
#include "net.hpp"

#include <tasks/group/group.hpp>
#include <tasks/loop.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/loop/text.hpp>
#include <tasks/timer/sleep.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace test {

using namespace std::chrono_literals;

/// The schedules that a loop has and gets.
enum class slots_are { instants, interval, fixed_delay, on_trigger };

class controlled_loop {
    template <class F>
    auto with(F f) // the loop, which is not replaced meanwhile
    {
        std::shared_lock const lock{mutex_};
        return f(*loop_);
    }

public:
    /// @param own_pool where the loop runs
    /// @param other_pool where its bodies do a part of their work
    /// @param reschedules whether it is given new schedules; without, the books of its slots are kept without
    /// mercy
    controlled_loop(net::thread_pool& own_pool, net::thread_pool& other_pool, slots_are kind, int overlap,
                    bool reschedules)
        : own_pool_{own_pool}
        , other_pool_{other_pool}
        , kind_{kind}
        , overlap_{overlap}
        , reschedules_{reschedules}
    {
        make();
    }

    /// Performs one of the possible actions on a loop, from any thread.
    void provoke(std::mt19937& random)
    {
        auto const what = random() % 64;
        if (what == 0)
            replace();
        else if (what == 1)
            shut_down();
        else if (what < 5)
            look();
        else
            with([&](tasks::loop<>& l) { control(l, what, random); });
    }

    /// Looks at the loop, and controls it, while it may be replaced.
    void look()
    {
        for (auto const& s : group_.snapshot())
            if (s.name != "controlled_loop" || (s.state == tasks::loop_state::idle && s.in_flight != 0))
                bad_looks_ = true;
        try {
            group_.with("controlled_loop", [](tasks::controlled_loop& l) {
                if (!l.is_overdue())
                    l.trigger();
                l.start_if_idle();
            });
        } catch (tasks::abandoned const&) {
            // It was replaced.
        }
    }

    /// Destroys the loop on its executor, and replaces it by another one.
    void replace()
    {
        std::unique_lock const lock{mutex_};
        destroy();
        make();
    }

    /// Ends all runs, then checks that the loop still works.
    void must_still_work()
    {
        with([&](tasks::loop<>& l) {
            do { // because a body may restart its loop
                l.cancel();
                settle(l);
            } while (l.is_running());
            auto const bodies = seen_.back()->bodies();
            l.resume();
            l.start();
            while (seen_.back()->bodies() < bodies + 3) {
                std::this_thread::yield();
                if (!l.is_running()) // a body has ended it
                    l.restart();
                if (l.is_paused()) // or paused it
                    l.resume();
                if (kind_ == slots_are::on_trigger)
                    l.trigger();
            }
        });
    }

    void destroy()
    {
        auto const executor = loop_->get_executor();
        net::post(executor, net::use_future([this] {
                      loop_.reset();
                      seen_.back()->loop_is_gone();
                  }))
            .get();
    }

    /// All observations, and the objects left when the pools have ended.
    [[nodiscard]] std::string faults() const
    {
        std::string all;
        for (auto const& w : seen_) {
            all += w->faults();
            if (kind_ == slots_are::on_trigger && w->slots() != 0)
                all += "slots of a loop that has none\n";
        }
        all += answers_->faults();
        if (bad_looks_)
            all += "a loop in a state that it cannot have\n";
        for (auto const& s : states_)
            if (!s.expired())
                return all + "a coroutine or a body was not destroyed\n";
        return all;
    }
    [[nodiscard]] int runs() const
    {
        int n = 0;
        for (auto const& w : seen_)
            n += w->runs_ended();
        return n;
    }
    [[nodiscard]] int requested() const
    {
        int n = 0;
        for (auto const& w : seen_)
            n += w->requested();
        return n;
    }
    /// What those were told who waited for the iterations that they requested.
    [[nodiscard]] answers const& told() const { return *answers_; }

private:
    /// The objects that the body and the hooks hold.
    struct state : std::enable_shared_from_this<state> {
        state(std::shared_ptr<concurrent_ledger> w, std::shared_ptr<answers> a, net::thread_pool& pool,
              slots_are what, bool may_reschedule)
            : seen{std::move(w)}
            , told{std::move(a)}
            , other_pool{pool}
            , kind{what}
            , reschedules{may_reschedule}
        {
        }
        std::shared_ptr<concurrent_ledger> seen;
        std::shared_ptr<answers> told;
        net::thread_pool& other_pool;
        slots_are const kind;
        bool const reschedules;
        net::strand<net::thread_pool::executor_type> other_strand{
            net::make_strand(other_pool.get_executor())};
        tasks::loop<>* self = nullptr; ///< for code on the loop's executor, while there is a loop
    };
    static constexpr std::chrono::nanoseconds steps[] = {70us, 110us, 130us};

    [[nodiscard]] static tasks::schedule schedule(slots_are kind, std::uint64_t which)
    {
        auto const step = steps[which % std::size(steps)];
        switch (kind) {
        case slots_are::instants: return grid{step};
        case slots_are::interval: return step;
        case slots_are::fixed_delay: return tasks::fixed_delay(step);
        case slots_are::on_trigger: break;
        }
        return tasks::on_trigger;
    }

    void make()
    {
        std::set<std::chrono::nanoseconds> grids;
        if (kind_ == slots_are::instants)
            grids.insert(std::begin(steps), std::end(steps));
        auto const seen = std::make_shared<concurrent_ledger>(grids, overlap_);
        auto const s = std::make_shared<state>(seen, answers_, other_pool_, kind_, reschedules_);
        loop_.emplace(
            own_pool_,
            tasks::options{.every = schedule(kind_, 0),
                           .backoff = no_delay{},
                           .overlap = overlap_,
                           .initial_delay = 50us,
                           .jitter = reschedules_ ? tasks::jitter{20us} : tasks::jitter{},
                           .timeout = 2ms,
                           .on_error = reschedules_ ? tasks::on_error::next_slot : tasks::on_error::end_run,
                           .expect = 1ms,
                           .name = "controlled_loop"},
            &controlled_loop::body, s);
        s->self = &*loop_;
        loop_->before_loop(&controlled_loop::before, s)
            .after_loop([s] { s->seen->after_hook(); })
            .error([s](std::exception_ptr const&) { s->seen->statement(); })
            .observe(seen);
        seen_.push_back(seen);
        states_.push_back(s);
        group_.add(*loop_); // last, because other threads may start it from now on
    }

    static void settle(tasks::loop<>& l)
    {
        try {
            l.async_join(net::use_future).get();
        } catch (std::exception const&) {
            // the run has failed
        }
    }

    void change(tasks::loop<>& l, unsigned which) const
    {
        if (!reschedules_)
            return;
        seen_.back()->schedule_changes();
        l.change_interval(schedule(kind_, which));
        seen_.back()->schedule_has_changed();
    }

    /// Requests an iteration on the other pool, and gives up waiting at once, if that is in time.
    void request_and_give_up(tasks::loop<>& l) const
    {
        auto const strand = net::make_strand(other_pool_.get_executor());
        auto const signal = std::make_shared<net::cancellation_signal>();
        net::co_spawn(strand, l.async_trigger(net::use_awaitable),
                      net::bind_cancellation_slot(signal->slot(),
                                                  [signal, told = answer{answers_}](
                                                      std::exception_ptr const& e) mutable { told(e); }));
        net::post(strand, [signal] { signal->emit(net::cancellation_type::terminal); });
    }

    void control(tasks::loop<>& l, unsigned long what, std::mt19937& random) const
    {
        if (control_run(l, what % 20) || control_iterations(l, what % 20 - 12))
            return;
        switch (what % 20) {
        case 6: change(l, static_cast<unsigned>(random())); break;
        case 7: static_cast<void>(to_string(l)); break;
        case 8: l.async_join([](std::exception_ptr const&) {}); break;
        case 9: l.async_run(net::use_future); break; // nobody awaits its result
        case 10: net::co_spawn(l.get_executor(), l(), net::detached); break;
        case 18: l.async_trigger(answer{answers_}); break;
        case 19: request_and_give_up(l); break;
        default:
            static_cast<void>(l.next_iteration());
            static_cast<void>(l.upcoming(2));
            static_cast<void>(l.current_loop());
            static_cast<void>(l.exception());
            static_cast<void>(l.is_being_cancelled());
            static_cast<void>(l.is_paused());
            static_cast<void>(l.failures());
            static_cast<void>(l.last_error());
            l.add_exception_type<std::logic_error>();
            break;
        }
    }

    /// Makes the call from elsewhere, safe from a destruction of the loop meanwhile.
    void shut_down()
    {
        auto report = with([&](tasks::loop<>& l) {
            auto all = tasks::async_shutdown({200us, 200us}, l);
            return net::co_spawn(other_pool_, std::move(all), net::use_future);
        });
        report.get();
    }

    static net::awaitable<void> before(std::shared_ptr<state> s)
    {
        s->seen->before_hook();
        co_await net::post(s->other_pool, net::use_awaitable);
        s->seen->statement();
    }

    static net::awaitable<void> other_work(std::shared_ptr<state> s)
    {
        co_await net::post(net::use_awaitable);
        co_await tasks::async_sleep_for(20us);
        if (!s->other_strand.running_in_this_thread())
            s->seen->fault("the coroutine is not on the other strand");
    }

    /// A coroutine on another executor, whose thread completes what the body waits for. A cancellation does
    /// not reach it: older versions of Asio would emit it on the thread of the loop, while the coroutine runs
    /// on the other strand.
    struct work_on_the_other_pool {
        template <class Handler>
        void operator()(Handler&& handler, state* s) const
        {
            auto const back = net::get_associated_executor(handler);
            auto work = other_work(s->shared_from_this());
            net::co_spawn(
                s->other_strand, std::move(work),
                [handler = std::decay_t<Handler>(std::forward<Handler>(handler)),
                 back](std::exception_ptr e) mutable {
                    net::post(back, [handler = std::move(handler), e]() mutable { std::move(handler)(e); });
                });
        }
    };

    static net::awaitable<void> body(tasks::iteration const& it, std::shared_ptr<state> s)
    {
        bool const direct =
            it.cause == tasks::cause::direct; // outside the schedule, and may outlive the loop
        std::optional<concurrent_ledger::attempt_scope> visit;
        if (!direct)
            visit.emplace(*s->seen, it);
        auto const statement = [&s, direct] {
            if (!direct)
                s->seen->statement();
        };
        auto const kind = (it.number + it.attempt) % 11;
        if (kind == 0)
            co_return;
        if (kind == 1) {
            co_await tasks::async_sleep_for(it.number % 3 == 0 && it.attempt == 0 ? 4ms
                                                                                  : 50us); // or timed out
        } else if (kind <= 3) {
            co_await net::post(s->other_pool, net::use_awaitable); // completes there
        } else if (kind <= 5) {
            co_await net::async_initiate<net::use_awaitable_t<> const, void(std::exception_ptr)>(
                work_on_the_other_pool{}, net::use_awaitable, s.get());
        } else if (kind <= 7) {
            co_await tasks::async_sleep_for(10us);
            statement();
            co_await net::post(net::use_awaitable);
        }
        statement();
        if (kind == 8)
            throw tasks::system_error{net::error::connection_reset};
        if (direct)
            co_return;
        if (kind == 9 && it.number % 5 == 4)
            throw_fatal();
        if (kind == 10)
            control_from_inside(*s, it.number / 11);
    }

    static void control_from_inside(state& s, std::uint64_t what)
    {
        switch (what % 9) {
        case 0: s.self->restart(); break;
        case 1: s.self->stop(); break;
        case 2: s.self->cancel(); break;
        case 3:
            if (!s.reschedules)
                break;
            s.seen->schedule_changes();
            s.self->change_interval(schedule(s.kind, what / 9));
            s.seen->schedule_has_changed();
            break;
        case 4: s.self->trigger(); break;
        case 5: s.self->async_trigger(answer{s.told}); break;
        case 6: s.self->pause(); break;
        case 7: s.self->resume(); break;
        default: break;
        }
    }

    net::thread_pool& own_pool_;
    net::thread_pool& other_pool_;
    slots_are const kind_;
    int const overlap_;
    bool const reschedules_;
    tasks::group group_;
    std::atomic<bool> bad_looks_{false};
    std::shared_mutex mutex_; ///< exclusive: the loop is being replaced
    std::optional<tasks::loop<>> loop_;
    std::shared_ptr<answers> const answers_ = std::make_shared<answers>();
    std::vector<std::shared_ptr<concurrent_ledger>> seen_;
    std::vector<std::weak_ptr<state>> states_;
};

/// Calls the function `calls` times in each of `threads` threads, with the same random numbers for the same
/// seed.
inline void from_threads(unsigned threads, int calls, std::function<void(std::mt19937&)> const& call,
                         unsigned seed = 0)
{
    std::vector<std::thread> all;
    for (unsigned t = 0; t < threads; ++t) {
        all.emplace_back([&call, calls, own_seed = seed * threads + t] {
            std::mt19937 random{own_seed};
            for (int i = 0; i < calls; ++i) {
                call(random);
                if (i % 16 == 0)
                    std::this_thread::yield();
            }
        });
    }
    for (auto& thread : all)
        thread.join();
}

} // namespace test
