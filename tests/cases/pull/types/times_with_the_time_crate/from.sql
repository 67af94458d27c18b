CREATE TABLE times (a timestamptz NOT NULL, b timestamp NOT NULL, c date, d time, e timetz, f interval, g tstzrange, h daterange[]);
