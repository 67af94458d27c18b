--! step 1: fill public.reviews.rating from stars
--! lock: row exclusive on public.reviews   blocks: nothing   work: batches   transaction: per batch
--! lock_timeout: 60s   statement_timeout: 0
--! backfill: public.reviews   key: book_id bigint, customer_id bigint   triggers: fire
--! range:
SELECT k.book_id::text, k.customer_id::text FROM (SELECT t.book_id, t.customer_id FROM public.reviews AS t WHERE ($1::text IS NULL OR (t.book_id, t.customer_id) > ($1::text::bigint, $2::text::bigint)) ORDER BY t.book_id, t.customer_id LIMIT $3) AS k ORDER BY k.book_id DESC, k.customer_id DESC LIMIT 1;
--! batch:
WITH batch AS MATERIALIZED (
    SELECT t.ctid FROM public.reviews AS t
    WHERE ($1::text IS NULL OR (t.book_id, t.customer_id) > ($1::text::bigint, $2::text::bigint)) AND (t.book_id, t.customer_id) <= ($3::text::bigint, $4::text::bigint) AND (t.rating IS NULL AND t.stars IS NOT NULL)
    ORDER BY t.book_id, t.customer_id LIMIT $5 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE public.reviews AS t SET rating = t.stars
FROM batch WHERE t.ctid = batch.ctid AND (t.rating IS NULL AND t.stars IS NOT NULL);
--! straggler:
UPDATE public.reviews AS t SET rating = t.stars
WHERE ($1::text IS NULL OR (t.book_id, t.customer_id) > ($1::text::bigint, $2::text::bigint)) AND (t.book_id, t.customer_id) <= ($3::text::bigint, $4::text::bigint) AND (t.rating IS NULL AND t.stars IS NOT NULL);
--! remaining:
SELECT count(*) FROM public.reviews AS t
WHERE ($1::text IS NULL OR (t.book_id, t.customer_id) > ($1::text::bigint, $2::text::bigint)) AND ($3::text IS NULL OR (t.book_id, t.customer_id) <= ($3::text::bigint, $4::text::bigint)) AND (t.rating IS NULL AND t.stars IS NOT NULL);

--! step 2: add check constraint reviews_rating_check to public.reviews
--! lock: access exclusive on public.reviews   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: constraint public.reviews.reviews_rating_check exists
ALTER TABLE public.reviews ADD CONSTRAINT reviews_rating_check CHECK ((rating >= 1) AND (rating <= 5)) NOT VALID;

--! step 3: announce NOT NULL on public.reviews.rating
--! lock: access exclusive on public.reviews   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: constraint public.reviews.reviews_rating_filled exists
ALTER TABLE public.reviews ADD CONSTRAINT reviews_rating_filled CHECK (rating IS NOT NULL) NOT VALID;

--! step 4: validate reviews_rating_check of public.reviews
--! lock: share update exclusive on public.reviews   blocks: nothing   work: scan   transaction: yes
--! lock_timeout: 60s   statement_timeout: 0
--! done when: constraint public.reviews.reviews_rating_check is valid
ALTER TABLE public.reviews VALIDATE CONSTRAINT reviews_rating_check;

--! step 5: verify NOT NULL on public.reviews.rating
--! lock: share update exclusive on public.reviews   blocks: nothing   work: scan   transaction: yes
--! lock_timeout: 60s   statement_timeout: 0
--! done when: constraint public.reviews.reviews_rating_filled is valid
ALTER TABLE public.reviews VALIDATE CONSTRAINT reviews_rating_filled;

--! step 6: set NOT NULL on public.reviews.rating
--! lock: access exclusive on public.reviews   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.reviews.rating is not null
ALTER TABLE public.reviews ALTER COLUMN rating SET NOT NULL;
ALTER TABLE public.reviews DROP CONSTRAINT reviews_rating_filled;

--! step 7: gather statistics of public.reviews
--! lock: share update exclusive on public.reviews   blocks: nothing   work: scan   transaction: yes
--! lock_timeout: 60s   statement_timeout: 0
--! done when: recorded
ANALYZE public.reviews (rating);
