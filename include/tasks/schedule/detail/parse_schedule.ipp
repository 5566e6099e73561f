// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/schedule_parser.hpp>
#include <tasks/schedule/parse_schedule.hpp>

TASKS_BEGIN_NAMESPACE

TASKS_DECL schedule parse_schedule(std::string_view text)
{
    return detail::schedule_parser{text}.parse();
}

TASKS_END_NAMESPACE
