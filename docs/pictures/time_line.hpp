// SPDX-License-Identifier: MIT
// A recording as the shapes of its time line, in units of time and rows. Knows nothing of pixels.
#pragma once

#include "recording.hpp"

#include <tasks/run/events.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pictures {

/// The look of a bar.
enum class look { succeeded, failed, timed_out, cancelled, skipped, unfinished, hook };

/// An attempt or a hook.
struct bar {
    instant from;
    instant to;
    int row;
    look kind;
    std::string text; ///< the number of the iteration, or the name of the hook
};

/// The wait between two attempts of an iteration.
struct back_off {
    instant from;
    instant to;
    int row;
};

/// Where an iteration begins.
struct beginning {
    instant at;
    int row;
};

/// A slot, or the moment of a request.
struct mark {
    instant at;
    tasks::decision what;
    std::string cause;                  ///< why it was missed
    std::uint64_t number;               ///< of the iteration that serves it, or of the next one
    std::optional<beginning> iteration; ///< none if it was missed
};

enum class flag_kind { call, run_end, clocks_set };

/// A moment with a text.
struct flag {
    instant at;
    flag_kind kind;
    std::string text;
};

/// The time of a run or of a pause.
struct stretch {
    instant from;
    instant to;
};

struct time_line {
    std::vector<bar> bars;
    std::vector<back_off> back_offs;
    std::vector<mark> marks;
    std::vector<flag> flags; ///< in the order of time
    std::vector<stretch> runs;
    std::vector<stretch> pauses;
    int rows = 1; ///< iterations that overlap are in different rows
};

/// The time line of a recording. What has not ended by then ends with the recording.
[[nodiscard]] time_line time_line_of(recording const& r);

} // namespace pictures
