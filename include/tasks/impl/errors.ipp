// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/errors.hpp>

TASKS_BEGIN_NAMESPACE

TASKS_DECL std::string what(std::exception_ptr const& exception)
{
    if (!exception)
        return "no exception";
    try {
        std::rethrow_exception(exception);
    } catch (std::exception const& e) {
        return e.what();
    } catch (...) {
        return "unknown exception";
    }
}

TASKS_END_NAMESPACE
