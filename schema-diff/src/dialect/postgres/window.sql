WITH clock AS (
    SELECT clock_timestamp() AS now, $1::text::time AS from_time, $2::text::time AS until_time, $3::text AS zone
), here AS (
    SELECT *, now AT TIME ZONE zone AS local FROM clock
), next AS (
    SELECT *, date_trunc('day', local) + from_time
        + CASE WHEN local::time >= from_time THEN interval '1 day' ELSE interval '0' END AS opens
    FROM here
)
SELECT CASE WHEN from_time < until_time THEN local::time >= from_time AND local::time < until_time
            ELSE local::time >= from_time OR local::time < until_time END AS open,
    extract(epoch FROM (opens AT TIME ZONE zone) - now)::float8 AS seconds,
    to_char(opens, 'YYYY-MM-DD HH24:MI') || ' ' || zone AS at
FROM next
