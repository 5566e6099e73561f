// SPDX-License-Identifier: MIT
#pragma once

/// A check that a file agrees with the compiled library that it is linked with, so that the compiler names
/// both forms, instead of a linker that misses one. config.hpp ends with it.

#include <tasks/base/detail/config.hpp>

#if defined(TASKS_COMPILED_AS)

#define TASKS_TEXT(name) TASKS_TEXT_EXPANDED(name)
#define TASKS_TEXT_EXPANDED(name) #name
#define TASKS_DISAGREEMENT(library, file)                                                                    \
    "tasks: the library was compiled as " library ", but this file is compiled as " file                     \
    "; both need the same Asio and the same options"

TASKS_BEGIN_NAMESPACE
namespace detail {

constexpr bool is_same_text(char const* a, char const* b)
{
    for (; *a != '\0' && *a == *b; ++a, ++b) {
    }
    return *a == *b;
}

static_assert(is_same_text(TASKS_TEXT(TASKS_COMPILED_AS), TASKS_TEXT(TASKS_ABI)),
              TASKS_DISAGREEMENT(TASKS_TEXT(TASKS_COMPILED_AS), TASKS_TEXT(TASKS_ABI)));

} // namespace detail
TASKS_END_NAMESPACE

#undef TASKS_DISAGREEMENT
#undef TASKS_TEXT_EXPANDED
#undef TASKS_TEXT

#endif
