// SPDX-License-Identifier: MIT
// The model by itself: the acts that it could perform next.
#include "model.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

std::vector<model::choice> model::choices() const
{
    std::vector<choice> all;
    for (std::size_t i = 0; i < loops_.size(); ++i)
        add_choices(i, all);
    return all;
}

void model::add_choices(std::size_t index, std::vector<choice>& all) const
{
    auto const& l = loops_[index];
    auto const at_once = [&](actor by) { all.push_back({.loop = index, .by = by}); };
    auto const add = [&](function const& f) {
        if (!f.sleeps_until || f.interrupted) {
            at_once(f.who);
            return;
        }
        bool const times_out = f.times_out_at && *f.times_out_at < *f.sleeps_until;
        all.push_back({.loop = index,
                       .by = f.who,
                       .due = times_out ? *f.times_out_at : *f.sleeps_until,
                       .scripted = !times_out && !f.backs_off});
    };
    for (auto const& f : l.direct)
        add(f);
    for (auto const& c : l.calls) {
        if (!c.begun && !c.ended)
            at_once({actor::kind::direct, c.number});
    }
    if (!l.current)
        return;
    auto const& r = *l.current;
    if (r.now == phase::starting)
        at_once({actor::kind::launch});
    for (auto const& f : r.functions)
        add(f);
    if (may_look(l))
        at_once({actor::kind::look});
    else if (tells_decisions(l) && has_decided(r) && !l.failure)
        at_once({actor::kind::late});
    else if (jitter_throws(l))
        at_once({actor::kind::other});
    else if (may_close(l))
        at_once({actor::kind::close});
    else if (looks_for_work(l) && !r.requests.empty())
        at_once({actor::kind::slots});
    else if (looks_for_work(l)) {
        auto const slot = slot_starts(l);
        if (slot)
            all.push_back({.loop = index,
                           .by = {actor::kind::slots},
                           .due = std::max(*slot, *r.next) - on_its_clock(l) + steady_});
        if (r.alarm)
            all.push_back(
                {.loop = index, .by = {actor::kind::slots}, .due = on_the_wall(*r.alarm) - wall() + steady_});
    }
}

action const* model::action_of(choice const& c) const
{
    auto const& l = loops_[c.loop];
    for (auto const* functions : {&l.direct, l.current ? &l.current->functions : nullptr}) {
        if (!functions)
            continue;
        for (auto const& f : *functions) {
            if (f.who == c.by && !f.backs_off)
                return &(*f.text)[f.at];
        }
    }
    return nullptr;
}

complaint model::choose(choice const& c)
{
    auto& l = loops_[c.loop];
    complaint problem;
    if (c.by.what == actor::kind::launch) {
        launch(l);
    } else if (c.by.what == actor::kind::late) {
        auto& late = l.current->late;
        l.expected.insert(l.expected.end(), late.begin(), late.end());
        late.clear();
    } else {
        problem = take(l, {.loop = c.loop, .by = c.by});
    }
    for (auto& each : loops_)
        begin_waiting(each);
    return problem;
}

std::vector<event> model::take_events()
{
    std::vector<event> all;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        auto& l = loops_[i];
        auto const add = [&](actor by, std::string text) {
            all.push_back({.loop = i, .by = by, .text = std::move(text), .at = steady_});
        };
        for (auto& text : std::exchange(l.expected, {}))
            add({}, std::move(text));
        for (auto& text : std::exchange(l.joined, {}))
            add({actor::kind::join}, std::move(text));
        for (auto* operations : {&l.calls, &l.waits}) {
            auto const what = operations == &l.calls ? actor::kind::direct : actor::kind::trigger;
            for (auto const& o : *operations) {
                actor const who{what, o.number};
                if (o.ended)
                    add(who, over_text(who, o.failure));
            }
            operations->remove_if([](operation const& o) { return o.ended; });
        }
    }
    return all;
}

} // namespace simulation
