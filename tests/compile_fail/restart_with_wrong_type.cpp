// SPDX-License-Identifier: MIT
// error: no matching function | cannot convert | no viable conversion
#include <tasks/loop.hpp>
#include <string>

void again(tasks::loop<void(std::string)>& l)
{
#if !defined(WRONG)
    l.restart("x");
#else
    l.restart(3);
#endif
}
