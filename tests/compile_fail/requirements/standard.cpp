// SPDX-License-Identifier: MIT
// error: C++20 is needed
// flags: -std=c++17 -Wfatal-errors
#if defined(WRONG)
#include <tasks/tasks.hpp>
#else
#include <tasks/time/time_point.hpp>
#endif
