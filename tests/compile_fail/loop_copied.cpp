// SPDX-License-Identifier: MIT
// error: deleted
#include <tasks/loop.hpp>

tasks::loop<>& same(tasks::loop<>& l)
{
#if !defined(WRONG)
    auto& copy = l;
#else
    auto copy = l;
#endif
    return copy;
}
