// SPDX-License-Identifier: MIT
// Prints year.svg, the picture of a year in docs/calendars.md: the days that some schedules name, with the
// days on which clocks are set. All of it is what the schedules and the zone answer.
#include "svg.hpp"

#include <tasks/schedule.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using namespace tasks::literals;
using std::chrono::days;
using std::chrono::local_days;

namespace {

constexpr auto shown = 2026y;
constexpr local_days first_day{shown / 1 / 1};
constexpr local_days last_day{shown / 12 / 31};

struct panel {
    char const* text;
    tasks::schedule when;
};

// No zone is more than a day from UTC, so the year is over between these instants, wherever it is.
constexpr tasks::time_point before = std::chrono::sys_days{shown / 1 / 1} - 24h;
constexpr tasks::time_point behind = std::chrono::sys_days{(shown + std::chrono::years{1}) / 1 / 1} + 24h;

/// The local day that the clock of a zone shows.
local_days day_of(tasks::time_point t, tasks::time_zone const& zone)
{
    return local_days{std::chrono::floor<days>(t.time_since_epoch() + zone.at(t).offset)};
}

/// How often a schedule runs on each day of the year.
std::map<local_days, int> slots_by_day(tasks::schedule const& when, tasks::time_zone const& zone)
{
    std::map<local_days, int> slots;
    for (auto const t : tasks::upcoming(when, before)) {
        if (t > behind)
            break;
        ++slots[day_of(t, zone)];
    }
    return slots;
}

/// The days of the year on which clocks are set, and by how much.
std::map<local_days, std::chrono::seconds> clock_changes(tasks::time_zone const& zone)
{
    std::map<local_days, std::chrono::seconds> changes;
    for (auto span = zone.at(before); span.until < behind;) {
        auto const following = zone.at(span.until);
        if (auto const day = day_of(span.until, zone); first_day <= day && day <= last_day)
            changes[day] = following.offset - span.offset;
        span = following;
    }
    return changes;
}

// ---- the drawing: a column for each week, a row for each day of the week
constexpr int cell = 12; // with the gap to the next one
constexpr int left = 34;

int x_of(local_days day)
{
    auto const monday_first = [](local_days d) {
        return static_cast<int>(std::chrono::weekday{d}.iso_encoding()) - 1;
    };
    return left + static_cast<int>((day - first_day).count() + monday_first(first_day)) / 7 * cell;
}

int y_of(local_days day)
{
    return (static_cast<int>(std::chrono::weekday{day}.iso_encoding()) - 1) * cell;
}

std::string box_of(local_days day)
{
    return "M" + std::to_string(x_of(day)) + " " + std::to_string(y_of(day)) + "h10v10h-10z";
}

constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string date_text(local_days day)
{
    std::chrono::year_month_day const date{day};
    return std::to_string(static_cast<unsigned>(date.day())) + " " +
           months.at(static_cast<unsigned>(date.month()) - 1);
}

/// The number of slots that most of the named days have.
int usual_number(std::map<local_days, int> const& slots)
{
    std::map<int, int> days_with;
    for (auto const& [day, n] : slots)
        ++days_with[n];
    return std::ranges::max_element(days_with, {}, &std::pair<int const, int>::second)->first;
}

void draw(panel const& p, int top, tasks::time_zone const& zone)
{
    auto const slots = slots_by_day(p.when, zone);
    auto const usual = usual_number(slots);
    std::map<std::string, std::string> boxes; // by class
    for (auto day = first_day; day <= last_day; day += days{1}) {
        auto const found = slots.find(day);
        auto const n = found == slots.end() ? 0 : found->second;
        boxes[n == 0 ? "none" : n > usual ? "more" : "some"] += box_of(day);
    }
    std::printf("<g transform=\"translate(0 %d)\">\n<text class=\"code\" x=\"%d\" y=\"-22\">%s</text>\n", top,
                left, pictures::escaped(p.text).c_str());
    for (unsigned m = 0; m < months.size(); ++m) {
        local_days const first{shown / std::chrono::month{m + 1} / 1};
        // a month is named above the first column that begins in it
        std::printf("<text x=\"%d\" y=\"-6\">%s</text>\n", x_of(first + days{6}), months.at(m));
    }
    for (auto const& [name, day] : {std::pair{"Mon", 0}, {"Wed", 2}, {"Fri", 4}, {"Sun", 6}})
        std::printf("<text x=\"0\" y=\"%d\">%s</text>\n", day * cell + 9, name);
    for (auto const& [kind, path] : boxes)
        std::printf("<path class=\"%s\" d=\"%s\"/>\n", kind.c_str(), path.c_str());
    for (auto const& [day, shift] : clock_changes(zone))
        std::printf("<rect class=\"set\" x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" rx=\"2\"/>\n",
                    x_of(day) - 1, y_of(day) - 1);
    std::puts("</g>");
}

void draw_legend(int top, tasks::time_zone const& zone)
{
    int x = left;
    auto const entry = [&](char const* kind, std::string const& text, int width) {
        if (std::string_view{kind} == "set")
            std::printf("<rect class=\"set\" x=\"%d\" y=\"-1\" width=\"12\" height=\"12\" rx=\"2\"/>\n",
                        x - 1);
        else
            std::printf("<path class=\"%s\" d=\"M%d 0h10v10h-10z\"/>\n", kind, x);
        std::printf("<text x=\"%d\" y=\"9\">%s</text>\n", x + 16, text.c_str());
        x += width;
    };
    std::printf("<g transform=\"translate(0 %d)\">\n", top);
    entry("none", "no slot", 80);
    entry("some", "the usual slots", 120);
    entry("more", "more than that", 120);
    std::string set = "clocks are set:";
    for (auto const& [day, shift] : clock_changes(zone))
        set += (set.back() == ':' ? " " : ", ") + date_text(day) + (shift > 0s ? " (forward)" : " (back)");
    entry("set", set, 0);
    std::puts("</g>");
}

} // namespace

int main()
try {
    auto const berlin = tasks::time_zone::named("Europe/Berlin");
    std::vector<std::chrono::year_month_day> const holidays{shown / 1 / 1,  shown / 4 / 3,   shown / 4 / 6,
                                                            shown / 5 / 1,  shown / 5 / 14,  shown / 5 / 25,
                                                            shown / 10 / 3, shown / 12 / 25, shown / 12 / 26};

    std::vector<panel> const panels{
        {"(day_at(2h + 30min).in(berlin) - dates(holidays)) & workdays",
         (tasks::day_at(2h + 30min).in(berlin)-tasks::dates(holidays)) & tasks::workdays},
        {R"("*/15 2 * * *"_cron.in(berlin))", "*/15 2 * * *"_cron.in(berlin)},
        {R"("0 9 15W,LW * *"_cron.in(berlin))", "0 9 15W,LW * *"_cron.in(berlin)},
    };

    constexpr int first_top = 44;
    constexpr int height = 7 * cell + 50; // of a panel
    auto const bottom = first_top + static_cast<int>(std::ssize(panels)) * height;
    auto const width = x_of(last_day) + cell;
    std::printf(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
<title>The year %d in Berlin: the days that three schedules name, and the days on which clocks are set</title>
<style>
text { font: 10px sans-serif; fill: #59636e }
.code { font: 12px monospace; fill: #1f2328 }
.none { fill: #e6e9ed }
.some { fill: #4f8fe0 }
.more { fill: #123f7d }
.set { fill: none; stroke: #d1242f; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
text { fill: #9198a1 }
.code { fill: #f0f6fc }
.none { fill: #262c36 }
.some { fill: #2f6fc4 }
.more { fill: #a9d1ff }
.set { stroke: #ff8a80 }
}
</style>
)",
        width, bottom, width, bottom, static_cast<int>(shown));
    int top = first_top;
    for (auto const& p : panels) {
        draw(p, top, berlin);
        top += height;
    }
    draw_legend(bottom - 16, berlin);
    std::puts("</svg>");
} catch (tasks::bad_option const& e) { // no time zone database; the message says what to do
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
