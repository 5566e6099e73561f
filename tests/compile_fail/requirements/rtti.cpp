// SPDX-License-Identifier: MIT
// error: RTTI is needed
// flags: -fno-rtti
#include <tasks/tasks.hpp>
