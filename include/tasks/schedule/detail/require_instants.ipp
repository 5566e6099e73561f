// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/require_instants.hpp>

#include <string>

TASKS_BEGIN_NAMESPACE

TASKS_DECL void detail::require_instants(char const* function, schedule const& s)
{
    auto const refuse = [&](std::string const& why) {
        throw bad_option{"tasks: " + std::string{function} + ": " + why +
                         "; tasks::aligned has, at every multiple of a period"};
    };
    if (s.empty())
        refuse("an empty schedule has no instants");
    if (s.is_on_trigger())
        refuse("'" + to_string(s) + "' has no instants, because its iterations come from requests alone");
    if (s.is_interval() || s.is_fixed_delay())
        refuse("'" + to_string(s) + "' has no fixed instants, because it counts from " +
               (s.is_interval() ? "the start of a run" : "the end of each iteration"));
}

TASKS_END_NAMESPACE
