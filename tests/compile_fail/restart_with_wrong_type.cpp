// SPDX-License-Identifier: MIT
// error: take the arguments of the loop's signature
#include <string>
#include <tasks/loop.hpp>

void again(tasks::loop<void(std::string)>& l)
{
#if !defined(WRONG)
    l.restart("x");
#else
    l.restart(3);
#endif
}
