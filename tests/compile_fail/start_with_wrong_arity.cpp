// SPDX-License-Identifier: MIT
// error: take the arguments of the loop's signature
#include <string>
#include <tasks/loop.hpp>

void begin(tasks::loop<void(int, std::string)>& l)
{
#if !defined(WRONG)
    l.start(3, "x");
#else
    l.start(3);
#endif
}
