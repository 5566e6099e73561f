// SPDX-License-Identifier: MIT
#include "live_rows.hpp"

#include "loop_json.hpp"
#include "schedule_words.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace {

/// Takes the earlier instant for a later one that is nearly the same. The next slot of an interval is one of
/// the steady clock, which the wall clock tells a little differently each time.
void steady(std::optional<tasks::time_point>& now, std::optional<tasks::time_point> const& before)
{
    constexpr auto nearly = std::chrono::milliseconds{20};
    if (now && before && *now - *before < nearly && *before - *now < nearly)
        now = before;
}

nlohmann::json entries_json(std::vector<bar_entry> const& entries, std::size_t from)
{
    auto list = nlohmann::json::array();
    for (auto i = from; i < entries.size(); ++i)
        list.push_back(to_json(entries[i]));
    return list;
}

nlohmann::json frame()
{
    return {{"loops", nlohmann::json::array()}};
}

} // namespace

std::string live_rows::version::head()
{
    auto const now =
        std::chrono::time_point_cast<tasks::time_point::duration>(std::chrono::system_clock::now());
    return "{\"now\":" + std::to_string(milliseconds(now)) + ',';
}

live_rows::live_rows(tasks::group jobs, tasks::history const& recent, shared_snapshot& snapshot,
                     nlohmann::json server)
    : jobs_{std::move(jobs)}
    , recent_{recent}
    , snapshot_{snapshot}
    , server_(std::move(server))
{
}

live_rows::version live_rows::all()
{
    lock const l{mutex_};
    refresh();
    return all_rows();
}

std::optional<live_rows::version> live_rows::after(std::uint64_t seen, std::chrono::milliseconds patience)
{
    auto const deadline = shared_snapshot::clock::now() + patience;
    lock l{mutex_};
    for (;;) {
        if (ended_)
            return std::nullopt;
        refresh();
        if (seen != 0 && number_ == seen + 1)
            return version{number_, changes_};
        if (number_ != seen)
            return all_rows();
        auto const next = std::min(deadline, reading_->taken + shared_snapshot::period);
        if (ended_or_new_.wait_until(l, next) == std::cv_status::timeout && next == deadline)
            return std::nullopt;
    }
}

void live_rows::end()
{
    {
        lock const l{mutex_};
        ended_ = true;
    }
    ended_or_new_.notify_all();
}

bool live_rows::ended() const
{
    lock const l{mutex_};
    return ended_;
}

void live_rows::refresh()
{
    auto const reading = snapshot_.read();
    if (reading == reading_)
        return;
    reading_ = reading;
    ++readings_;

    auto changes = frame();
    for (auto const& status : reading->loops) {
        nlohmann::json changed;
        if (refresh(status, changed))
            changes["loops"].push_back(std::move(changed));
    }
    auto gone = nlohmann::json::array();
    std::erase_if(rows_, [&](auto const& r) {
        bool const is_gone = r.second.seen != readings_;
        if (is_gone)
            gone.push_back(r.first);
        return is_gone;
    });
    if (number_ != 0 && changes["loops"].empty() && gone.empty())
        return;
    if (!gone.empty())
        changes["gone"] = std::move(gone);
    ++number_;
    changes_ = std::make_shared<std::string const>(text_of(changes));
    all_.reset();
    ended_or_new_.notify_all();
}

bool live_rows::refresh(tasks::loop_status status, nlohmann::json& changed)
{
    auto const [found, is_new] = rows_.try_emplace(status.name);
    auto& r = found->second;
    r.seen = readings_;
    steady(status.next, r.status.next);
    bool const same = !is_new && r.status == status;
    if (same && r.settled)
        return false;
    r.settled = same; // the history may learn of an event a little later than the status

    auto bar = bar_of(recent_.of(found->first), entries_shown);
    auto const [drop, from] = compare(r.bar, bar);
    if (same && drop == 0 && from == bar.size())
        return false;
    if (!same) {
        r.json = described(status);
        r.status = std::move(status);
    }
    changed = r.json;
    changed["drop"] = drop;
    changed["add"] = entries_json(bar, from);
    r.bar = std::move(bar);
    return true;
}

nlohmann::json live_rows::described(tasks::loop_status const& status)
{
    auto j = to_json(status);
    j["schedule"] = status.schedule;
    jobs_.with(status.name, [&](tasks::controlled_loop& l) {
        auto const every = l.every();
        j["schedule"] = in_words(every);
        if (auto const zone = zone_of(every))
            j["zone"] = zone->name();
    });
    return j;
}

live_rows::version live_rows::all_rows()
{
    if (!all_) {
        auto everything = frame();
        everything["server"] = server_;
        for (auto const& [name, r] : rows_) {
            auto j = r.json;
            j["add"] = entries_json(r.bar, 0);
            everything["loops"].push_back(std::move(j));
        }
        all_ = std::make_shared<std::string const>(text_of(everything));
    }
    return {number_, all_};
}
