// SPDX-License-Identifier: MIT
#pragma once

// Some tests have a short form, which CTest runs, and a full one, which runs with
// TASKS_TEST_FULL=1.

#include <cstdlib>
#include <string_view>

namespace test {

inline bool full()
{
    static bool const asked = [] {
        auto const* const value = std::getenv("TASKS_TEST_FULL"); // NOLINT(concurrency-mt-unsafe)
        return value && std::string_view{value} != "0" && *value != '\0';
    }();
    return asked;
}

} // namespace test
