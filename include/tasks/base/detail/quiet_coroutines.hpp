// SPDX-License-Identifier: MIT
#pragma once

/// Between these two macros g++ does not warn about null pointers written as 0, because it generates such
/// code in each coroutine and reports it at the coroutine's last line (seen with g++ 12).

#if defined(__GNUC__) && !defined(__clang__)
#define TASKS_BEGIN_COROUTINES                                                                               \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wzero-as-null-pointer-constant\"")
#define TASKS_END_COROUTINES _Pragma("GCC diagnostic pop")
#else
#define TASKS_BEGIN_COROUTINES
#define TASKS_END_COROUTINES
#endif
