// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/schedule/cron_expression.hpp>

TEST_CASE("a cron expression says in English what it matches")
{
    struct entry {
        char const* expression;
        char const* text;
    };
    auto const e = GENERATE(values<entry>({
        // times
        {"* * * * *", "every minute"},
        {"* * * * * *", "every second"},
        {"*/10 * * * * *", "every 10 seconds"},
        {"*/15 * * * *", "every 15 minutes"},
        {"0/15 0-23 * * *", "every 15 minutes"},
        {"*/30 * * * *", "every 30 minutes"},
        {"*/7 * * * *", "at every 7th minute from 0 to 56 of every hour"},
        {"*/59 * * * *", "at minutes 0 and 59 of every hour"},
        {"3,5-9 * * * *", "at minutes 3 and 5 to 9 of every hour"},
        {"@hourly", "every hour"},
        {"17 * * * *", "every hour at minute 17"},
        {"*/15 9-17 * * MON-FRI", "every 15 minutes from 9:00 to 17:59 on Monday to Friday"},
        {"*/20 0,23 * * *", "every 20 minutes from 23:00 to 0:59"},
        {"*/20 0,12 * * *", "every 20 minutes from 0:00 to 0:59 and from 12:00 to 12:59"},
        {"* */6 * * *", "every minute of every 6th hour from 0 to 18"},
        {"*/30 7-23 * * *", "every 30 minutes from 7:00 to 23:59"},
        {"*/30 9 * * *", "at 9:00 and 9:30 every day"},
        {"0-5 14 * * *", "every minute from 14:00 to 14:05"},
        {"0 9-17 * * *", "every hour from 9:00 to 17:00"},
        {"30 22-2 * * *", "every hour from 22:30 to 2:30"},
        {"24 */2 * * *", "every 2 hours from 0:24 to 22:24"},
        {"0 */6 * * *", "at 0:00, 6:00, 12:00 and 18:00 every day"},
        {"5 0,1,2,4,8,16,20 * * *", "at minute 5 of hours 0 to 2, 4, 8, 16 and 20"},
        {"1,16 22-1 * * *", "at minutes 1 and 16 of hours 22 to 1"},
        {"@daily", "at 0:00 every day"},
        {"0,30 8,20 * * *", "at 8:00, 8:30, 20:00 and 20:30 every day"},
        {"30 59 23 * * *", "at 23:59:30 every day"},
        {"30 * * * * *", "at second 30 of every minute"},
        {"5,50 * 9 * * *", "at seconds 5 and 50 of every minute of hour 9"},
        {"*/15 21 * * * *", "every 15 seconds of minute 21 of every hour"},
        {"* * 14 * * *", "every second from 14:00 to 14:59"},
        // days of the week
        {"0 9 * * 0", "at 9:00 on Sunday"},
        {"0 9 * * 0,6", "at 9:00 on Saturday and Sunday"},
        {"0 9 * * SAT-MON,WED", "at 9:00 on Wednesday and Saturday to Monday"},
        {"0 9 * * FRI-MON", "at 9:00 on Friday to Monday"},
        {"0 9 * * 5L", "at 9:00 on the last Friday of the month"},
        {"0 9 * * 5#2,1#1", "at 9:00 on the first Monday and the second Friday of the month"},
        {"0 9 * 3 5#2", "at 9:00 on the second Friday of March"},
        {"0 9 * 3 1,5L", "at 9:00 on Monday and the last Friday of the month in March"},
        {"0 9 * 6-8 1", "at 9:00 on Monday in June to August"},
        // days of the month
        {"0 9 1 * *", "at 9:00 on day 1 of the month"},
        {"0 9 1,15 * *", "at 9:00 on days 1 and 15 of the month"},
        {"0 9 8-14 * *", "at 9:00 on days 8 to 14 of the month"},
        {"0 9 */2 * *", "at 9:00 on every 2nd day from 1 to 31 of the month"},
        {"0 9 L * *", "at 9:00 on the last day of the month"},
        {"0 9 L-1 * *", "at 9:00 on the day before the last day of the month"},
        {"0 9 L-3 2 *", "at 9:00 on the day 3 days before the last day of February"},
        {"0 9 15W * *", "at 9:00 on the weekday nearest to day 15 of the month"},
        {"0 9 LW * *", "at 9:00 on the last weekday of the month"},
        {"0 9 1,15,L * *", "at 9:00 on days 1 and 15 and the last day of the month"},
        // both
        {"0 9 13 * 5", "at 9:00 on day 13 of the month or on Friday"},
        {"0 9 13 8 5", "at 9:00 on day 13 of the month or on Friday, in August"},
        {"0 9 */7 * 1", "at 9:00 on every 7th day from 1 to 29 of the month if it is Monday"},
        {"0 9 1 * */2", "at 9:00 on day 1 of the month if it is Tuesday, Thursday, Saturday or Sunday"},
        {"0 9 29 2 */7", "at 9:00 on 29 February if it is Sunday"},
        {"0 9 */2 * 1#1",
         "at 9:00 on every 2nd day from 1 to 31 of the month if it is the first Monday of the month"},
        // months and years
        {"0 9 29 2 *", "at 9:00 on 29 February"},
        {"0 9 1 1,7 *", "at 9:00 on day 1 of January and July"},
        {"0 9 1 11-2 *", "at 9:00 on day 1 of November to February"},
        {"0 9 * 6 *", "at 9:00 every day in June"},
        {"*/5 * * 6,12 *", "every 5 minutes in June and December"},
        {"0 0 9 * * ? 2024", "at 9:00 every day in 2024"},
        {"0 0 9 ? 6 6 2024-2026", "at 9:00 on Saturday in June of 2024 to 2026"},
        {"0 0 9 1 1 ? 2025", "at 9:00 on 1 January in 2025"},
        {"0 0 9 1 * 1 2025", "at 9:00 on day 1 of the month or on Monday, in 2025"},
        {"0 0 9 ? * 5L 2024/3",
         "at 9:00 on the last Friday of the month in every 3rd year from 2024 to 2198"},
    }));
    CAPTURE(e.expression);
    CHECK(tasks::cron_expression::parse(e.expression).describe() == e.text);
}
