// SPDX-License-Identifier: MIT
#pragma once

/// What tests of programs with loops need.

#include <tasks/testing/virtual_time.hpp>
