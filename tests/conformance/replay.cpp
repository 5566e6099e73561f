// SPDX-License-Identifier: MIT
#include "replay.hpp"

#include "exceptions.hpp"
#include "live_scenario.hpp"

#include <tasks/loop/log.hpp>
#include <tasks/timer/sleep.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>
#include <vector>

namespace conformance {
namespace {

/// Turns every report to the library's log into an event, during its lifetime.
class log_as_events {
public:
    explicit log_as_events(recorder& trace)
        : former_{tasks::set_log_sink(
              [&trace](tasks::log_record const& record) { trace.record(record.loop, "default_error"); })}
    {
    }
    ~log_as_events() { tasks::set_log_sink(std::move(former_)); }
    log_as_events(log_as_events const&) = delete;
    log_as_events& operator=(log_as_events const&) = delete;

private:
    tasks::log_sink former_;
};

/// An action from outside, at an instant of virtual time.
using event = std::variant<wall_jump const*, stall const*, action const*>;

nanoseconds instant_of(event const& e)
{
    return std::visit([](auto const* what) { return what->at; }, e);
}

/// Ordered by time; at the same instant, clocks precede stalls and stalls precede actions.
std::vector<event> agenda(scenario const& s)
{
    std::vector<event> result;
    for (auto const& jump : s.wall_jumps)
        result.emplace_back(&jump);
    for (auto const& freeze : s.stalls)
        result.emplace_back(&freeze);
    for (auto const& ops : s.actions)
        result.emplace_back(&ops);
    std::stable_sort(result.begin(), result.end(),
                     [](event const& a, event const& b) { return instant_of(a) < instant_of(b); });
    return result;
}

class player {
public:
    explicit player(scenario_run& on)
        : scenario_run_{on}
        , events_{agenda(on.given())}
    {
        // Armed before anything else, so that these timers fire first among the timers of an instant.
        for (event const& e : events_) {
            auto const* ops = std::get_if<action const*>(&e);
            if (ops && (*ops)->at > nanoseconds::zero())
                tasks::async_sleep_for(noticed((*ops)->at), alarm{this, *ops});
        }
    }
    player(player const&) = delete;
    player& operator=(player const&) = delete;

    void play()
    {
        std::size_t next = 0;
        while (next < events_.size()) {
            event const& e = events_[next++];
            if (instant_of(e) > scenario_run_.given().until)
                break;
            auto const* ops = std::get_if<action const*>(&e);
            awaited_ = ops ? *ops : nullptr;
            advance_to(instant_of(e));
            awaited_ = nullptr;
            if (done())
                return;
            if (ops)
                act(**ops);
            else if (auto const* freeze = std::get_if<stall const*>(&e))
                next = suspend(**freeze, next);
            else
                scenario_run_.clock().step_wall_clock(std::get<wall_jump const*>(e)->delta);
        }
        advance_to(scenario_run_.given().until);
    }

private:
    /// Interrupts the advance when an action is due, before the other work that is due at that instant.
    struct alarm {
        using executor_type = asio::io_context::executor_type;

        executor_type get_executor() const noexcept { return owner->scenario_run_.context().get_executor(); }
        void operator()(tasks::error_code const&) const
        {
            if (owner->awaited_ == ops)
                owner->scenario_run_.context().stop();
        }

        player* owner;
        action const* ops;
    };

    /// What happens to a frozen process is the first that it sees.
    nanoseconds noticed(nanoseconds instant) const
    {
        for (stall const& freeze : scenario_run_.given().stalls) {
            if (freeze.at < instant && instant < freeze.at + freeze.length)
                return freeze.at + nanoseconds{1};
        }
        return instant;
    }

    bool done() const { return scenario_run_.trace().closed(); }

    void act(action const& a)
    {
        for (step const& op : a.ops)
            scenario_run_.execute({scenario_run_.actors().front().get(), "action", std::nullopt}, op);
        guarded([&] { scenario_run_.clock().run_until_idle(); });
    }

    void advance_to(nanoseconds instant)
    {
        // An exception that escapes interrupts the advance, so continue after it.
        while (!done() && scenario_run_.clock().elapsed() < instant)
            guarded([&] { scenario_run_.clock().advance(instant - scenario_run_.clock().elapsed()); });
    }

    /// Freezes the process. The clock may be set meanwhile, and nobody notices before the end. Returns the
    /// next event.
    std::size_t suspend(stall const& freeze, std::size_t next)
    {
        auto const end = freeze.at + freeze.length;
        auto const rest = end - std::max(freeze.at, scenario_run_.clock().elapsed());
        for (auto e = events_.begin() + static_cast<std::ptrdiff_t>(next);
             e != events_.end() && instant_of(*e) < end;) {
            if (auto const* jump = std::get_if<wall_jump const*>(&*e)) {
                scenario_run_.clock().step_wall_clock((*jump)->delta);
                e = events_.erase(e);
            } else {
                auto const* ops = std::get_if<action const*>(&*e);
                if (ops && !awaited_)
                    awaited_ = *ops;
                ++e;
            }
        }
        if (rest > nanoseconds::zero())
            guarded([&] { scenario_run_.clock().suspend(rest); });
        awaited_ = nullptr;
        return next;
    }

    template <class F>
    void guarded(F&& advance)
    {
        try {
            advance();
        } catch (...) {
            scenario_run_.trace().record(scenario_run_.actors().front()->name(), "callback_error",
                                         {{"type", class_name(std::current_exception())}});
        }
    }

    scenario_run& scenario_run_;
    std::vector<event> events_;
    action const* awaited_ = nullptr;
};

} // namespace

json replay(scenario const& s)
{
    scenario_run on{s};
    log_as_events const log{on.trace()};
    try {
        on.build();
    } catch (...) {
        return on.trace().trace(); // a construct_error, and no further event
    }
    player{on}.play();
    for (auto& a : on.actors())
        on.snapshot(*a, "end", nullptr);
    return on.trace().trace();
}

} // namespace conformance
