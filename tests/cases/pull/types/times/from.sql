CREATE TABLE times (
    a timestamptz, b timestamptz(3), c timestamp, d timestamp(0), e date, f time, g time(3), h timetz, i timetz(2),
    j interval, k interval(3), l interval day to second, m interval day to second(2), n interval year to month
);
