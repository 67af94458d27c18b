--! step 1: undo: announce NOT NULL on public.reviews.rating
--! lock: access exclusive on public.reviews   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
ALTER TABLE public.reviews DROP CONSTRAINT IF EXISTS reviews_rating_filled;

--! step 2: undo: add check constraint reviews_rating_check to public.reviews
--! lock: access exclusive on public.reviews   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
ALTER TABLE public.reviews DROP CONSTRAINT IF EXISTS reviews_rating_check;

--! step 3: undo: add public.reviews.rating, kept in step with stars
--! lock: access exclusive on public.reviews   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
DROP TRIGGER IF EXISTS zz_schema_sync_rating_u ON public.reviews;
DROP TRIGGER IF EXISTS zz_schema_sync_rating_i ON public.reviews;
DROP FUNCTION IF EXISTS public.schema_sync_reviews_rating_function();
DROP SEQUENCE IF EXISTS public.schema_sync_reviews_rating_legacy;
ALTER TABLE public.reviews DROP COLUMN IF EXISTS rating;
