// SPDX-License-Identifier: MIT
#include "compare.hpp"

#include "drive.hpp"
#include "model.hpp"

#include <exception>

namespace simulation {
namespace {

class comparison {
public:
    comparison(history const& h, std::string* trace)
        : history_{h}
        , trace_{trace}
        , model_{h}
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
            if (by != actor::kind::join && by != actor::kind::direct && by != actor::kind::plan)
                return "after destruction: " + to_string(e);
        }
        return {};
    }

private:
    std::string play(step const& s)
    {
        auto const before = model_.now();
        std::string expected;
        switch (s.what) {
        case step::kind::advance: break;
        case step::kind::suspend: model_.suspend_until(before + s.length); break;
        case step::kind::step_clock: model_.step_clock(s.length); break;
        case step::kind::act: expected = model_.act(s.call); break;
        case step::kind::plan: model_.plan(before + s.length, s.call); break;
        }
        auto const result = library_.play(s);
        if (library_.overflown())
            return too_much;
        note(s);
        if (result != expected)
            return to_string(s.call) + " answered '" + result + "', not '" + expected + "'";

        for (event const& e : library_.take_events()) {
            if (trace_)
                *trace_ += to_string(e) + "\n";
            if (e.at > model_.now()) {
                if (auto c = model_.pass_to(e.at); !c.empty())
                    return c + "\nbefore " + to_string(e);
            }
            if (auto c = model_.accept(e); !c.empty())
                return to_string(e) + "\n" + c;
        }
        if (auto c = model_.pass_to(library_.elapsed()); !c.empty())
            return c;
        if (auto c = model_.settle(); !c.empty())
            return c;
        for (std::size_t i = 0; i < history_.loops.size(); ++i) {
            auto const got = library_.ask(i);
            auto const wanted = model_.ask(i);
            if (got != wanted)
                return "at " + std::to_string(model_.now().count()) + " loop " + std::to_string(i) +
                       " answers " + to_string(got) + ", not " + to_string(wanted);
        }
        return library_.violation();
    }

    void note(step const& s)
    {
        if (trace_)
            *trace_ += "-- " + to_string(s) + "\n";
    }

    history const& history_;
    std::string* trace_;
    model model_;
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
