// SPDX-License-Identifier: MIT
// error: exceptions are needed
// flags: -fno-exceptions -Wfatal-errors
#if defined(WRONG)
#include <tasks/tasks.hpp>
#else
#include <tasks/time/time_point.hpp>
#endif
