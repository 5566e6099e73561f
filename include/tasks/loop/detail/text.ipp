// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/loop/text.hpp>
#include <tasks/retry/exception_text.hpp>
#include <tasks/time/detail/instant_text.hpp>

TASKS_BEGIN_NAMESPACE

TASKS_DECL std::string to_string(time_point t)
{
    return detail::instant_text(t);
}

TASKS_DECL std::string to_string(iteration const& it)
{
    auto text = "iteration " + std::to_string(it.number) + " for " + to_string(it.slot) + ", " +
                detail::duration_text(it.lateness) + " late";
    if (it.attempt != 0)
        text += ", retry " + std::to_string(it.attempt);
    return text;
}

TASKS_DECL std::string to_string(missed policy)
{
    switch (policy.kind()) {
    case missed::policy::coalesce: return "coalesce";
    case missed::policy::skip: return "skip";
    case missed::policy::catch_up: return "catch_up(" + std::to_string((policy.max)()) + ")";
    case missed::policy::delay: return "delay";
    case missed::policy::forbid: return "forbid";
    }
    return "?";
}

TASKS_DECL std::string to_string(overlap limit)
{
    return limit.is_unlimited() ? "unlimited" : std::to_string(limit.limit());
}

TASKS_DECL std::string to_string(loop_base const& l)
{
    auto text = (l.name().empty() ? std::string{} : l.name() + ": ") + to_string(l.every());
    text += l.is_being_cancelled() ? ", being cancelled" : l.is_running() ? ", running" : ", idle";
    if (l.is_paused())
        text += ", paused";
    if (l.failed())
        text += ", failed (" + what(l.exception()) + ")";
    if (l.is_running())
        text += ", iteration " + std::to_string(l.current_loop());
    if (auto const next = l.next_iteration())
        text += ", next " + to_string(*next);
    return text;
}

TASKS_END_NAMESPACE
