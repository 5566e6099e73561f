// SPDX-License-Identifier: MIT
#include "control.hpp"

#include <map>
#include <stdexcept>

namespace {

/// Returns why the loop refuses; empty if it does not.
using action = std::string (*)(tasks::controlled_loop&);

template <auto function>
std::string call(tasks::controlled_loop& l)
{
    (l.*function)();
    return {};
}

std::string trigger(tasks::controlled_loop& l)
{
    if (l.trigger())
        return {};
    return "loop '" + l.name() + "' takes no request, because it is not running, or its run is ending";
}

std::map<std::string_view, action> const actions{
    {"trigger", &trigger},
    {"pause", &call<&tasks::controlled_loop::pause>},
    {"resume", &call<&tasks::controlled_loop::resume>},
    {"stop", &call<&tasks::controlled_loop::stop>},
    {"start", &call<&tasks::controlled_loop::start>},
    {"restart", &call<&tasks::controlled_loop::restart>},
    {"cancel", &call<&tasks::controlled_loop::cancel>},
};

answer no_verb(std::string_view verb)
{
    return {404, "there is no verb '" + std::string{verb} + "'"};
}

} // namespace

answer control(tasks::group& jobs, std::string_view name, std::string_view verb)
{
    auto const found = actions.find(verb);
    if (found == actions.end())
        return no_verb(verb);
    try {
        std::string refusal;
        if (!jobs.with(name, [&](tasks::controlled_loop& l) { refusal = found->second(l); }))
            return {404, "there is no loop '" + std::string{name} + "'"};
        if (!refusal.empty())
            return {409, refusal};
    } catch (std::logic_error const& e) { // it is running already, or its body needs arguments
        return {409, e.what()};
    } catch (tasks::abandoned const& e) { // its context is gone
        return {409, e.what()};
    }
    return {204, {}};
}

answer control_all(tasks::group& jobs, std::string_view verb)
{
    if (verb == "pause")
        jobs.pause();
    else if (verb == "resume")
        jobs.resume();
    else
        return no_verb(verb);
    return {204, {}};
}
