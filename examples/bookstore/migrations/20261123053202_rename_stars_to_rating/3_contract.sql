--! step 1: rows of public.reviews in which stars and rating disagree
--! part: tighten
--! gate: the count must be 0
SELECT count(*) FROM public.reviews AS t WHERE t.rating IS DISTINCT FROM t.stars;
--! rows:
SELECT t.book_id, t.customer_id, t.stars, t.rating FROM public.reviews AS t WHERE t.rating IS DISTINCT FROM t.stars ORDER BY t.book_id, t.customer_id;
--! sample:
SELECT count(*), count(*) FILTER (WHERE t.rating IS DISTINCT FROM t.stars) FROM public.reviews AS t TABLESAMPLE SYSTEM (least(100, 100 * $1::float8 * current_setting('block_size')::int / greatest(pg_relation_size('public.reviews'), 1)));
--! from old:
WITH wrong AS MATERIALIZED (
    SELECT t.ctid AS place FROM public.reviews AS t
    WHERE t.ctid = ANY (ARRAY(SELECT t.ctid FROM public.reviews AS t WHERE t.ctid > $1::text::tid AND t.rating IS DISTINCT FROM t.stars AND t.stars IS NOT NULL LIMIT 500)) AND t.rating IS DISTINCT FROM t.stars AND t.stars IS NOT NULL
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE public.reviews AS t SET rating = t.stars FROM wrong WHERE t.ctid = wrong.place AND t.rating IS DISTINCT FROM t.stars AND t.stars IS NOT NULL RETURNING wrong.place::text;
--! from new:
WITH wrong AS MATERIALIZED (
    SELECT t.ctid AS place FROM public.reviews AS t
    WHERE t.ctid = ANY (ARRAY(SELECT t.ctid FROM public.reviews AS t WHERE t.ctid > $1::text::tid AND t.rating IS DISTINCT FROM t.stars AND t.rating IS NOT NULL LIMIT 500)) AND t.rating IS DISTINCT FROM t.stars AND t.rating IS NOT NULL
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE public.reviews AS t SET stars = t.rating FROM wrong WHERE t.ctid = wrong.place AND t.rating IS DISTINCT FROM t.stars AND t.rating IS NOT NULL RETURNING wrong.place::text;

--! step 2: drop public.reviews.stars
--! part: switch
--! lock: access exclusive on public.reviews   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
DROP TRIGGER zz_schema_sync_rating_u ON public.reviews;
DROP TRIGGER zz_schema_sync_rating_i ON public.reviews;
DROP FUNCTION public.schema_sync_reviews_rating_function();
DROP SEQUENCE public.schema_sync_reviews_rating_legacy;
ALTER TABLE public.reviews DROP COLUMN stars;
