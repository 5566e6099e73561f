// SPDX-License-Identifier: MIT
// Asks for a named time zone. A build without them says so when it runs, not when it is linked.
#include <tasks/tasks.hpp>

#include <iostream>

int main()
{
    try {
        std::cout << tasks::time_zone::named("Europe/Berlin").name() << '\n';
    } catch (tasks::bad_option const& e) {
        std::cout << e.what() << '\n';
    }
}
