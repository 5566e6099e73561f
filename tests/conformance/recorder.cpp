// SPDX-License-Identifier: MIT
#include "recorder.hpp"

#include <chrono>
#include <utility>

namespace conformance {

recorder::recorder(std::function<nanoseconds()> clock, precision unit, std::size_t max_events,
                   bool names_loops, std::function<void()> when_full)
    : clock_{std::move(clock)}
    , unit_{unit}
    , max_events_{max_events}
    , names_loops_{names_loops}
    , when_full_{std::move(when_full)}
{
}

json recorder::now() const
{
    auto const at = clock_();
    if (unit_ == precision::milliseconds)
        return std::chrono::floor<std::chrono::milliseconds>(at).count();
    auto const microseconds = std::chrono::floor<std::chrono::microseconds>(at).count();
    if (microseconds % 1000 == 0)
        return microseconds / 1000;
    return static_cast<double>(microseconds) / 1000.0;
}

void recorder::record(std::string_view loop, std::string_view event, json keys)
{
    if (closed_)
        return;
    json entry = json::object();
    entry["ms"] = now();
    if (trace_.size() == max_events_) {
        entry["ev"] = "truncated";
        trace_.push_back(std::move(entry));
        closed_ = true;
        when_full_();
        return;
    }
    entry["ev"] = std::string{event};
    if (names_loops_)
        entry["loop"] = std::string{loop};
    entry.update(keys);
    trace_.push_back(std::move(entry));
}

} // namespace conformance
