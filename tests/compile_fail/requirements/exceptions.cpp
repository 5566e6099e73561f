// SPDX-License-Identifier: MIT
// error: exceptions are needed
// flags: -fno-exceptions
#include <tasks/tasks.hpp>
