// SPDX-License-Identifier: MIT
#pragma once

/// Tools for testing programs with loops.

#include <tasks/testing/virtual_time.hpp>
