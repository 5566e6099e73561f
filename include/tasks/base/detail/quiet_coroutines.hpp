// SPDX-License-Identifier: MIT
#pragma once

/// Between these two, g++ does not warn about the null pointers that it writes into each coroutine itself as 0 (seen with 12), at
/// the line where the coroutine ends.

#if defined(__GNUC__) && !defined(__clang__)
#define TASKS_BEGIN_COROUTINES                                                                               \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wzero-as-null-pointer-constant\"")
#define TASKS_END_COROUTINES _Pragma("GCC diagnostic pop")
#else
#define TASKS_BEGIN_COROUTINES
#define TASKS_END_COROUTINES
#endif
