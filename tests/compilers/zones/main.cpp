// SPDX-License-Identifier: MIT
// Asks for a named time zone. A build without them reports this at run time, not at link time.
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
