// SPDX-License-Identifier: MIT
//
// The trace of one replay, event by event.
#pragma once

#include "scenario.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace conformance {

class recorder {
public:
    /// `clock` returns the virtual time. With `names_loops`, events get a `loop` key. `when_full` is called
    /// once, when there are too many events.
    recorder(std::function<nanoseconds()> clock, precision unit, std::size_t max_events, bool names_loops,
             std::function<void()> when_full);

    /// Appends an event with these further keys. The first event beyond the maximum becomes `truncated`;
    /// later ones are dropped.
    void record(std::string_view loop, std::string_view event, json keys = json::object());

    /// Whether recording has stopped.
    bool closed() const noexcept { return closed_; }
    void close() noexcept { closed_ = true; }

    json const& trace() const noexcept { return trace_; }

private:
    json now() const;

    std::function<nanoseconds()> clock_;
    precision unit_;
    std::size_t max_events_;
    bool names_loops_;
    std::function<void()> when_full_;
    bool closed_ = false;
    json trace_ = json::array();
};

} // namespace conformance
