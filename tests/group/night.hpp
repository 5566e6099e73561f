// SPDX-License-Identifier: MIT
#pragma once

// A loop named "job" in a night in January, every ten minutes from 02:00 on, whose iterations take as long as
// the test says; and the answers of the history that observes it.

#include "support/captured_log.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/group/history.hpp>
#include <tasks/schedule.hpp>
#include <tasks/schedule/aligned.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace test {

/// An instant of that night: "02:30", or with seconds.
inline tasks::time_point tonight(std::string const& time)
{
    return utc("2024-01-15T" + time + (time.size() == 5 ? ":00Z" : "Z"));
}

struct in_five_minutes {
    std::chrono::nanoseconds next(unsigned) const { return 5min; }
};

class night {
public:
    /// @param o the options of the loop, whose schedule and name need not be given
    explicit night(tasks::options o = {}, std::int64_t keep = 50)
        : recent{keep}
    {
        if (o.every.empty())
            o.every = tasks::aligned(10min);
        if (o.name.empty())
            o.name = "job";
        o.backoff = in_five_minutes{};
        job.emplace(s.io, std::move(o), [this](tasks::iteration const& it) -> task {
            auto const end = ends_.find({it.slot, it.attempt});
            if (end == ends_.end())
                co_return;
            auto const [duration, what] = end->second; // a copy, because the coroutine is suspended
            co_await pause(duration);
            if (what)
                what();
        });
        job->observe(recent);
    }

    /// Says how long the iteration of a slot takes, and what it throws at its end.
    night& takes(std::string const& slot, std::chrono::nanoseconds duration,
                 std::function<void()> what = nullptr)
    {
        return attempt_takes(slot, 0, duration, std::move(what));
    }
    /// The same for an attempt, counted from 0.
    night& attempt_takes(std::string const& slot, unsigned attempt, std::chrono::nanoseconds duration,
                         std::function<void()> what = nullptr)
    {
        ends_[{tonight(slot), attempt}] = {duration, std::move(what)};
        return *this;
    }

    night& start()
    {
        job->start();
        return *this;
    }
    night& until(std::string const& time)
    {
        s.time.advance(tonight(time) - s.time.now());
        return *this;
    }

    [[nodiscard]] std::string why(std::string const& time) const
    {
        return recent.explain("job", tonight(time));
    }

    captured_log log;
    virtual_context s{tonight("02:00")};
    tasks::history recent;
    std::optional<tasks::loop<>> job;

private:
    /// By slot and attempt.
    std::map<std::pair<tasks::time_point, unsigned>,
             std::pair<std::chrono::nanoseconds, std::function<void()>>>
        ends_;
};

inline void no_such_table()
{
    throw std::runtime_error{"no such table"};
}

} // namespace test
