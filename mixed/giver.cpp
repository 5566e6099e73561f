#include <tasks/time/time_of_day.hpp>
void take(tasks::time_of_day t);
int main()
{
    take(tasks::time_of_day{});
}
