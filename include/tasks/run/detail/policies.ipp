// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/policies.hpp>

#include <string>

TASKS_BEGIN_NAMESPACE

TASKS_DECL missed missed::catch_up(std::int64_t max)
{
    if (max < 1)
        throw bad_option{"tasks: missed::catch_up(" + std::to_string(max) +
                         "): the maximum must be 1 or more (missed::skip runs no overdue slot)"};
    return {policy::catch_up, max};
}

TASKS_DECL overlap::overlap(int limit)
    : limit_{limit}
{
    if (limit < 1)
        throw bad_option{"tasks: overlap " + std::to_string(limit) +
                         ": must be 1 or more, or tasks::unlimited"};
}

TASKS_END_NAMESPACE
