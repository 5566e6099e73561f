// SPDX-License-Identifier: MIT
// error: RTTI is needed
// flags: -fno-rtti -Wfatal-errors
#if defined(WRONG)
#include <tasks/tasks.hpp>
#else
#include <tasks/time/time_point.hpp>
#endif
