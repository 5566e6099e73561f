// SPDX-License-Identifier: MIT
#include "cli.hpp"

#include <iostream>

int main(int argc, char** argv)
{
    return conformance::run_cli({argv + 1, argv + argc}, std::cout, std::cerr);
}
