--! step 1: rows of public.reviews in which stars and rating disagree
--! part: tighten
--! gate: the count must be 0
SELECT count(*) FROM public.reviews AS t WHERE t.rating IS DISTINCT FROM t.stars;

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
