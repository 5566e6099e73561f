// SPDX-License-Identifier: MIT
#include "legend.hpp"

#include "lane.hpp"

#include <tasks/run/events.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace pictures {
namespace {

constexpr int sample = 18; // the width of a sample
constexpr int line_height = 18;

/// Whether any of a kind of shapes in any lane is such as `is` says.
template <class Shape, class Is>
bool any(picture const& p, std::vector<Shape> time_line::* shapes, Is is)
{
    return std::ranges::any_of(p.lanes,
                               [&](lane const& l) { return std::ranges::any_of(l.line.*shapes, is); });
}

/// Entries one after another, in lines.
class legend {
public:
    legend(svg& s, int top)
        : s_{s}
        , y_{top}
    {
    }

    /// @param draw  draws the sample around the point that it is given
    template <class Draw>
    void entry(std::string_view text, Draw draw)
    {
        auto const width = sample + 5 + width_of(text, font::small);
        if (x_ + width > picture_width - 4) {
            x_ = margin;
            y_ += line_height;
        }
        draw(point{.x = x_ + sample / 2, .y = y_ + 8});
        s_.text({.x = x_ + sample + 5, .y = y_ + 12}, anchor::start, font::small, text);
        x_ += width + 12;
    }

    int bottom() const { return y_ + line_height + 4; }

private:
    svg& s_;
    int x_ = margin;
    int y_;
};

box around(point at)
{
    return {.x = at.x - sample / 2, .y = at.y - 6, .width = sample, .height = 12};
}

} // namespace

int draw_legend(svg& s, picture const& p, int top)
{
    s.line({.x = margin, .y = top - 2}, {.x = picture_width - margin, .y = top - 2}, "grid");
    legend entries{s, top + 2};

    struct {
        tasks::decision what;
        char const* text;
    } const marks[]{{tasks::decision::ran, "slot, served"},
                    {tasks::decision::coalesced, "slot, served with a later one"},
                    {tasks::decision::missed, "slot, missed"},
                    {tasks::decision::requested, "request"}};
    for (auto const& m : marks)
        if (any(p, &time_line::marks, [&](mark const& shape) { return shape.what == m.what; }))
            entries.entry(m.text, [&](point at) { draw_mark(s, at, m.what); });

    struct {
        look kind;
        char const* text;
    } const bars[]{{look::succeeded, "iteration, succeeded"},
                   {look::failed, "attempt, failed"},
                   {look::timed_out, "attempt, timed out"},
                   {look::cancelled, "iteration, cancelled"},
                   {look::skipped, "iteration, skipped"},
                   {look::unfinished, "iteration, not over yet"},
                   {look::hook, "hook"}};
    for (auto const& b : bars)
        if (any(p, &time_line::bars, [&](bar const& shape) { return shape.kind == b.kind; }))
            entries.entry(b.text, [&](point at) { draw_bar(s, around(at), b.kind); });

    if (any(p, &time_line::back_offs, [](back_off const&) { return true; }))
        entries.entry("back-off", [&](point at) {
            s.line({.x = at.x - 8, .y = at.y}, {.x = at.x + 8, .y = at.y}, "back-off");
        });
    if (any(p, &time_line::pauses, [](stretch const&) { return true; }))
        entries.entry("paused", [&](point at) { s.rect(around(at), "pause"); });
    if (any(p, &time_line::flags, [](flag const& f) { return f.kind == flag_kind::call; }))
        entries.entry(
            "call", [&](point at) { draw_call(s, {.x = at.x, .y = at.y - 7}, {.x = at.x, .y = at.y + 6}); });
    if (any(p, &time_line::flags, [](flag const& f) { return f.kind == flag_kind::run_end; }))
        entries.entry("end of the run", [&](point at) { draw_run_end(s, at); });
    if (any(p, &time_line::flags, [](flag const& f) { return f.kind == flag_kind::clocks_set; }))
        entries.entry("clocks are set", [&](point at) {
            s.line({.x = at.x, .y = at.y - 7}, {.x = at.x, .y = at.y + 7}, "clocks-set");
        });
    return entries.bottom();
}

} // namespace pictures
