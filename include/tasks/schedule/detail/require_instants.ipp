// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/require_instants.hpp>

#include <string>

TASKS_BEGIN_NAMESPACE

TASKS_DECL void detail::require_instants(char const* function, schedule const& s)
{
    auto const refuse = [&](std::string const& why) {
        throw bad_option{"tasks: " + std::string{function} + ": " + why +
                         "; write tasks::aligned for instants at a regular distance"};
    };
    if (s.empty())
        refuse("the schedule is empty, it has no instants");
    if (s.is_interval())
        refuse("'" + to_string(s) +
               "' is an interval, which counts from the start of a run, so it has no instants of its own");
}

TASKS_END_NAMESPACE
