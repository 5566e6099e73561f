#include <tasks/time/time_of_day.hpp>
void take(tasks::time_of_day t)
{
    static_cast<void>(t);
}
