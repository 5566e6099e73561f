// SPDX-License-Identifier: MIT
#include "time_line.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace pictures {
namespace {

look look_of(tasks::outcome what)
{
    switch (what) {
    case tasks::outcome::succeeded: return look::succeeded;
    case tasks::outcome::failed: return look::failed;
    case tasks::outcome::cancelled: return look::cancelled;
    case tasks::outcome::skipped: return look::skipped;
    case tasks::outcome::timed_out: return look::timed_out;
    }
    return look::unfinished;
}

std::string name_of(tasks::hook which)
{
    return which == tasks::hook::before ? "before" : which == tasks::hook::after ? "after" : "error";
}

/// Builds a time line, one event at a time.
class builder {
public:
    explicit builder(instant length)
        : length_{length}
    {
    }

    void operator()(run_begun const& e)
    {
        line_.runs.push_back({.from = e.at, .to = length_});
        marks_before_run_ = line_.marks.size();
    }

    void operator()(run_over const& e)
    {
        line_.runs.back().to = e.at;
        end_back_offs(e.at);
        line_.flags.push_back(
            {.at = e.at, .kind = flag_kind::run_end, .text = std::string{to_string(e.reason)}});
    }

    void operator()(slots_decided const& e)
    {
        auto const distance =
            e.count > 1 ? (e.last - e.first) / static_cast<std::int64_t>(e.count - 1) : instant{0};
        for (std::uint64_t i = 0; i < e.count; ++i)
            line_.marks.push_back({.at = e.first + distance * static_cast<std::int64_t>(i),
                                   .what = e.what,
                                   .cause = e.cause,
                                   .number = e.number,
                                   .iteration = std::nullopt});
    }

    void operator()(attempt_begun const& e)
    {
        if (e.attempt == 0) {
            running_[e.number] = take_row();
            for (auto i = marks_before_run_; i < line_.marks.size(); ++i)
                if (auto& m = line_.marks[i]; m.number == e.number && m.what != tasks::decision::missed)
                    m.iteration = beginning{.at = e.at, .row = running_[e.number]};
        }
        bars_[e.number] = line_.bars.size();
        line_.bars.push_back({.from = e.at,
                              .to = length_,
                              .row = running_.at(e.number),
                              .kind = look::unfinished,
                              .text = std::to_string(e.number)});
    }

    void operator()(attempt_over const& e)
    {
        auto& b = line_.bars[bars_.at(e.number)];
        b.to = e.at;
        b.kind = look_of(e.what);
        leave_row(b.row);
    }

    void operator()(retry_due const& e)
    {
        auto const row = running_.at(e.number);
        taken_[static_cast<std::size_t>(row)] = true;
        line_.back_offs.push_back({.from = e.at, .to = (std::min)(e.at + e.delay, length_), .row = row});
    }

    void operator()(hook_begun const& e)
    {
        if (e.which == tasks::hook::after)
            end_back_offs(e.at);
        hook_ = line_.bars.size();
        line_.bars.push_back(
            {.from = e.at, .to = length_, .row = take_row(), .kind = look::hook, .text = name_of(e.which)});
    }

    void operator()(hook_over const& e)
    {
        line_.bars[hook_].to = e.at;
        leave_row(line_.bars[hook_].row);
    }

    void operator()(called const& e)
    {
        line_.flags.push_back({.at = e.at, .kind = flag_kind::call, .text = e.text});
        if (e.paused && !pause_)
            pause_ = e.at;
        if (!e.paused && pause_)
            line_.pauses.push_back({.from = *std::exchange(pause_, std::nullopt), .to = e.at});
    }

    time_line finish()
    {
        if (pause_)
            line_.pauses.push_back({.from = *pause_, .to = length_});
        line_.rows = (std::max)(1, static_cast<int>(taken_.size()));
        std::ranges::sort(line_.marks, {}, [](mark const& m) { return std::tuple{m.at, m.number, m.what}; });
        return std::move(line_);
    }

private:
    /// The first row without an attempt or a hook.
    int take_row()
    {
        auto const free = std::ranges::find(taken_, false);
        auto const row = free - taken_.begin();
        if (free == taken_.end())
            taken_.push_back(true);
        else
            *free = true;
        return static_cast<int>(row);
    }
    /// All iterations are over, so a back-off that still lasts was cancelled.
    void end_back_offs(instant now)
    {
        for (auto& b : line_.back_offs)
            b.to = (std::min)(b.to, now);
        taken_.assign(taken_.size(), false);
    }
    void leave_row(int row) { taken_[static_cast<std::size_t>(row)] = false; }

    instant length_;
    time_line line_;
    std::map<std::uint64_t, int> running_;      // the row of an iteration, by its number
    std::map<std::uint64_t, std::size_t> bars_; // the bar of its last attempt
    std::vector<bool> taken_;                   // by row
    std::size_t marks_before_run_ = 0;
    std::size_t hook_ = 0;
    std::optional<instant> pause_;
};

} // namespace

time_line time_line_of(recording const& r)
{
    builder b{r.length};
    for (auto const& e : r.events)
        std::visit(b, e);
    return b.finish();
}

} // namespace pictures
