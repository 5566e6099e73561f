// SPDX-License-Identifier: MIT

// All bodies of the compiled library.
#include <tasks/src.hpp>
