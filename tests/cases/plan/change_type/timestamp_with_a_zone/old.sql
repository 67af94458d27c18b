SET TimeZone = 'Europe/Berlin'; UPDATE t SET a = '2021-07-03 04:05:06';
