// SPDX-License-Identifier: MIT
#include "lane.hpp"

#include "label_levels.hpp"

#include <tasks/run/events.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pictures {
namespace {

constexpr int line_height = 14; // of text
constexpr int bar_height = 16;
constexpr int row_height = bar_height + 4;
constexpr int radius = 4; // of a mark

std::string number(int n)
{
    return std::to_string(n);
}

/// The code in lines that fit, broken after a comma.
std::vector<std::string> in_lines(std::string_view code)
{
    std::vector<std::string> lines;
    while (width_of(code, font::code) > picture_width - 2 * margin) {
        auto cut = std::string_view::npos;
        for (auto i = code.find(", "); i != std::string_view::npos; i = code.find(", ", i + 1))
            if (width_of(code.substr(0, i + 1), font::code) <= picture_width - 2 * margin)
                cut = i;
        if (cut == std::string_view::npos)
            throw std::logic_error{"'" + std::string{code} + "' is too wide for a picture"};
        lines.emplace_back(code.substr(0, cut + 1));
        code.remove_prefix(cut + 2);
    }
    lines.emplace_back(code);
    return lines;
}

/// The label of a group of slots that were missed for the same cause, and the slots that it spans.
struct cause_label {
    instant from;
    instant to;
    std::string text;
};

std::vector<cause_label> causes_of(time_line const& line)
{
    std::vector<cause_label> causes;
    bool joined = false; // whether the mark before was missed, too
    for (auto const& m : line.marks) {
        auto const missed = m.what == tasks::decision::missed;
        if (missed) {
            if (joined && causes.back().text == m.cause)
                causes.back().to = m.at;
            else
                causes.push_back({.from = m.at, .to = m.at, .text = m.cause});
        }
        joined = missed;
    }
    return causes;
}

font font_of(flag_kind kind)
{
    return kind == flag_kind::call ? font::code : font::small;
}

/// A lane on its place in the picture.
class drawing {
public:
    drawing(svg& s, lane const& l, axis const& time, int top)
        : s_{s}
        , line_{l.line}
        , time_{time}
    {
        int right = 0;
        for (auto const& text : in_lines(l.code)) {
            top += line_height;
            s_.text({.x = margin, .y = top - 3}, anchor::start, font::code, text, "strong");
            right = margin + width_of(text, font::code);
        }
        if (!l.note.empty()) {
            auto const note = "// " + l.note;
            if (right + 8 + width_of(note, font::code) > picture_width) {
                top += line_height;
                right = margin - 8;
            }
            s_.text({.x = right + 8, .y = top - 3}, anchor::start, font::code, note);
        }
        std::vector<label> labels;
        for (auto const& f : line_.flags)
            labels.push_back({.x = x(f.at), .text = f.text, .kind = font_of(f.kind)});
        flags_ = place(labels, 2, picture_width - 2);
        flags_bottom_ = top + levels_of(flags_) * line_height;
        rows_top_ = flags_bottom_ + (flags_.empty() ? 4 : 12);
        axis_y_ = rows_top_ + line_.rows * row_height + 10;
    }

    int draw()
    {
        draw_pauses();
        draw_axis();
        draw_runs();
        draw_clock_changes();
        draw_connections();
        for (auto const& b : line_.bars)
            draw_labelled_bar(b);
        for (auto const& b : line_.back_offs)
            draw_back_off(b);
        for (auto const& m : line_.marks)
            if (m.at <= time_.length)
                draw_mark(s_, {.x = x(m.at), .y = axis_y_}, m.what);
        draw_flags();
        return draw_causes() + 10;
    }

private:
    int x(instant t) const
    {
        return margin + static_cast<int>(t.count() / 1'000 * (picture_width - 2 * margin) /
                                         (time_.length.count() / 1'000));
    }
    int row_top(int row) const { return rows_top_ + row * row_height; }
    int middle(int row) const { return row_top(row) + bar_height / 2; }

    void draw_pauses()
    {
        for (auto const& p : line_.pauses)
            s_.rect({.x = x(p.from),
                     .y = rows_top_ - 2,
                     .width = x(p.to) - x(p.from),
                     .height = axis_y_ - rows_top_ + 2},
                    "pause");
    }

    void draw_axis()
    {
        for (instant t{0}; t <= time_.length; t += time_.tick) {
            s_.line({.x = x(t), .y = rows_top_ - 2}, {.x = x(t), .y = axis_y_ + 3}, "grid");
            s_.text({.x = x(t), .y = axis_y_ + 18}, anchor::middle, font::small, time_.label(t));
        }
        s_.line({.x = 4, .y = axis_y_}, {.x = picture_width - 4, .y = axis_y_}, "axis");
    }

    void draw_runs()
    {
        for (auto const& r : line_.runs)
            s_.line({.x = x(r.from), .y = middle(0)}, {.x = x(r.to), .y = middle(0)}, "run");
        for (auto const& f : line_.flags)
            if (f.kind == flag_kind::run_end)
                draw_run_end(s_, {.x = x(f.at), .y = middle(0)});
    }

    /// Where clocks are set.
    void draw_clock_changes()
    {
        for (auto const& f : line_.flags)
            if (f.kind == flag_kind::clocks_set)
                s_.line({.x = x(f.at), .y = flags_bottom_}, {.x = x(f.at), .y = axis_y_ + 3}, "clocks-set");
    }

    /// From a slot to the iteration that serves it, if that is late.
    void draw_connections()
    {
        for (auto const& m : line_.marks)
            if (m.iteration && x(m.iteration->at) > x(m.at))
                s_.line({.x = x(m.at), .y = axis_y_},
                        {.x = x(m.iteration->at), .y = row_top(m.iteration->row) + bar_height}, "served");
    }

    void draw_labelled_bar(bar const& b)
    {
        auto const width = x(b.to) - x(b.from);
        draw_bar(s_, {.x = x(b.from), .y = row_top(b.row), .width = width, .height = bar_height}, b.kind);
        if (width_of(b.text, font::small) > width)
            throw std::logic_error{"'" + b.text + "' does not fit into its bar"};
        s_.text({.x = x(b.from) + width / 2, .y = middle(b.row) + 4}, anchor::middle, font::small, b.text,
                "on on-" + std::string{name_of(b.kind)});
    }

    /// In place of the line of the run.
    void draw_back_off(back_off const& b)
    {
        auto const left = x(b.from);
        auto const right = x(b.to);
        s_.rect({.x = left, .y = middle(b.row) - 2, .width = right - left, .height = 4}, "plate");
        s_.line({.x = left + 4, .y = middle(b.row)}, {.x = right - 3, .y = middle(b.row)}, "back-off");
    }

    void draw_flags()
    {
        for (std::size_t i = 0; i < flags_.size(); ++i) {
            auto const& [what, where, level] = flags_[i];
            auto const bottom = flags_bottom_ - level * line_height;
            auto const kind = line_.flags[i].kind;
            s_.text({.x = what.x, .y = bottom - 3}, where, what.kind, what.text,
                    kind == flag_kind::call ? "call-text" : "strong");
            if (kind == flag_kind::call)
                draw_call(s_, {.x = what.x, .y = bottom}, {.x = what.x, .y = rows_top_ - 1});
            else if (kind == flag_kind::run_end)
                s_.line({.x = what.x, .y = bottom}, {.x = what.x, .y = rows_top_ + 1}, "axis");
        }
    }

    /// Returns where the lane ends.
    int draw_causes()
    {
        auto const causes = causes_of(line_);
        std::vector<label> labels;
        for (auto const& c : causes)
            labels.push_back({.x = (x(c.from) + x(c.to)) / 2, .text = c.text, .kind = font::small});
        auto const placed = place(labels, 2, picture_width - 2);
        auto const top = axis_y_ + 18;
        for (std::size_t i = 0; i < placed.size(); ++i) {
            auto const& [what, where, level] = placed[i];
            if (auto const left = x(causes[i].from), right = x(causes[i].to); left != right)
                s_.path("M" + number(left) + " " + number(top + 3) + "v3H" + number(right) + "v-3", "axis");
            s_.text({.x = what.x, .y = top + (level + 1) * line_height + 3}, where, what.kind, what.text,
                    "missed-text");
        }
        return top + (placed.empty() ? 0 : 5) + levels_of(placed) * line_height;
    }

    svg& s_;
    time_line const& line_;
    axis const& time_;
    std::vector<placed_label> flags_; // in the order of the time line
    int flags_bottom_ = 0;
    int rows_top_ = 0;
    int axis_y_ = 0;
};

} // namespace

int draw_lane(svg& s, lane const& l, axis const& time, int top)
{
    return drawing{s, l, time, top}.draw();
}

std::string_view name_of(look kind)
{
    switch (kind) {
    case look::succeeded: return "succeeded";
    case look::failed: return "failed";
    case look::timed_out: return "timed_out";
    case look::cancelled: return "cancelled";
    case look::skipped: return "skipped";
    case look::unfinished: return "unfinished";
    case look::hook: return "hook";
    }
    return "?";
}

void draw_bar(svg& s, box where, look kind)
{
    where.width -= 1; // so that neighbours do not touch
    s.rect(where, name_of(kind), kind == look::hook ? 7 : 2);
    if (kind == look::failed)
        s.rect(where, "slashes", 2);
    else if (kind == look::timed_out)
        s.rect(where, "bars", 2);
    else if (kind == look::cancelled)
        s.rect(where, "dots", 2);
}

void draw_mark(svg& s, point at, tasks::decision what)
{
    auto const [x, y] = at;
    auto const from = number(x - radius) + " " + number(y);
    auto const circle = "M" + from + "a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z";
    switch (what) {
    case tasks::decision::ran: s.path(circle, "ran"); return;
    case tasks::decision::coalesced: s.path(circle, "coalesced"); return;
    case tasks::decision::requested: s.path("M" + from + "l4 -5l4 5l-4 5z", "requested"); return;
    case tasks::decision::missed:
        s.path("M" + number(x - radius) + " " + number(y - radius) + "l8 8m0 -8l-8 8", "missed");
        return;
    }
}

void draw_call(svg& s, point from, point to)
{
    s.line(from, {.x = to.x, .y = to.y - 3}, "call");
    s.path("M" + number(to.x - 4) + " " + number(to.y - 5) + "h8l-4 6z", "call-head");
}

void draw_run_end(svg& s, point at)
{
    s.line({.x = at.x, .y = at.y - 7}, {.x = at.x, .y = at.y + 7}, "run-end");
}

} // namespace pictures
