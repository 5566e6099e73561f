// SPDX-License-Identifier: MIT
#include "compare.hpp"

#include "drive.hpp"
#include "model.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>
#include <vector>

namespace simulation {
namespace {

class comparison {
public:
    comparison(history const& h, std::string* trace)
        : history_{h}
        , trace_{trace}
        , models_{model{h}}
        , library_{h}
    {
    }

    std::string run()
    {
        for (step const& s : history_.steps) {
            if (auto c = play(s); !c.empty())
                return c;
        }
        library_.take_events();
        if (auto c = library_.tear_down(); !c.empty())
            return c;
        for (event const& e : library_.take_events()) {
            auto const by = e.by.what;
            if (by != actor::kind::join && by != actor::kind::direct && by != actor::kind::trigger &&
                by != actor::kind::plan)
                return "after destruction: " + to_string(e);
        }
        return {};
    }

private:
    std::string play(step const& s)
    {
        auto const result = library_.play(s);
        if (library_.overflown())
            return too_much;
        note(s);
        if (auto c = each([&](model& m) { return perform(m, s, result); }); !c.empty())
            return c;
        for (event const& e : library_.take_events()) {
            if (trace_)
                *trace_ += to_string(e) + "\n";
            if (auto c = accept(e); !c.empty())
                return c;
        }
        auto const end = [&](model& m) {
            if (auto c = m.pass_to(library_.elapsed()); !c.empty())
                return c;
            if (auto c = m.settle(); !c.empty())
                return c;
            return ask(m);
        };
        if (auto c = each(end); !c.empty())
            return c;
        for (auto m = models_.begin(); m != models_.end(); ++m)
            models_.erase(std::remove(m + 1, models_.end(), *m), models_.end());
        return library_.violation();
    }

    /// @returns what contradicts the result of the library
    complaint perform(model& m, step const& s, std::string const& result)
    {
        auto const before = m.now();
        std::string expected;
        switch (s.what) {
        case step::kind::advance: break;
        case step::kind::suspend: m.suspend_until(before + s.length); break;
        case step::kind::step_clock: m.step_clock(s.length); break;
        case step::kind::act: expected = m.act(s.call); break;
        case step::kind::plan: m.plan(before + s.length, s.call); break;
        }
        if (result == expected)
            return {};
        return to_string(s.call) + " answered '" + result + "', not '" + expected + "'";
    }

    complaint accept(event const& e)
    {
        auto const pass = [&](model& m) {
            if (e.at <= m.now())
                return complaint{};
            auto c = m.pass_to(e.at);
            return c.empty() ? c : c + "\nbefore " + to_string(e);
        };
        if (auto c = each(pass); !c.empty())
            return c;
        for (std::size_t i = 0, n = models_.size(); i < n && models_.size() < most_models; ++i) {
            auto more = models_[i].silently_launched();
            std::move(more.begin(), more.end(), std::back_inserter(models_));
        }
        return each([&](model& m) {
            auto const c = m.accept(e);
            return c.empty() ? c : to_string(e) + "\n" + c;
        });
    }

    complaint ask(model const& m)
    {
        for (std::size_t i = 0; i < history_.loops.size(); ++i) {
            auto const got = library_.ask(i);
            auto const wanted = m.ask(i);
            if (got != wanted)
                return "at " + std::to_string(m.now().count()) + " loop " + std::to_string(i) + " answers " +
                       to_string(got) + ", not " + to_string(wanted);
        }
        return {};
    }

    /// Goes on with the models that do not complain.
    /// @returns a complaint of the first one, if all complain
    template <class Check>
    complaint each(Check check)
    {
        complaint first;
        std::erase_if(models_, [&](model& m) {
            if (auto c = check(m); !c.empty()) {
                if (first.empty())
                    first = std::move(c);
                return true;
            }
            return false;
        });
        return models_.empty() ? first : complaint{};
    }

    void note(step const& s)
    {
        if (trace_)
            *trace_ += "-- " + to_string(s) + "\n";
    }

    history const& history_;
    std::string* trace_;
    static constexpr std::size_t most_models = 4;
    /// Several, as long as the events do not say which of them is right.
    std::vector<model> models_;
    player library_;
};

} // namespace

std::string compare(history const& h, std::string* trace)
{
    try {
        return comparison{h, trace}.run();
    } catch (std::exception const& e) {
        return std::string{"an exception: "} + e.what();
    }
}

} // namespace simulation
