--! step 1: fill NULLs of public.customers.country; fill public.customers.credit_cents from credit; fill public.customers.display_name from user_name
--! lock: row exclusive on public.customers   blocks: nothing   work: batches   transaction: per batch
--! lock_timeout: 60s   statement_timeout: 0
--! backfill: public.customers   key: id bigint   triggers: fire
--! range:
SELECT k.id::text FROM (SELECT t.id FROM public.customers AS t WHERE ($1::text IS NULL OR t.id > $1::text::bigint) ORDER BY t.id LIMIT $2) AS k ORDER BY k.id DESC LIMIT 1;
--! batch:
WITH batch AS MATERIALIZED (
    SELECT t.ctid FROM public.customers AS t
    WHERE ($1::text IS NULL OR t.id > $1::text::bigint) AND t.id <= $2::text::bigint AND ((t.country IS NULL AND ('unknown') IS NOT NULL) OR (t.credit_cents IS NULL AND t.credit IS NOT NULL) OR (t.display_name IS NULL AND t.user_name IS NOT NULL))
    ORDER BY t.id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE public.customers AS t SET country = coalesce(t.country, ('unknown')), credit_cents = coalesce(t.credit_cents, t.credit), display_name = coalesce(t.display_name, t.user_name)
FROM batch WHERE t.ctid = batch.ctid AND ((t.country IS NULL AND ('unknown') IS NOT NULL) OR (t.credit_cents IS NULL AND t.credit IS NOT NULL) OR (t.display_name IS NULL AND t.user_name IS NOT NULL));
--! straggler:
UPDATE public.customers AS t SET country = coalesce(t.country, ('unknown')), credit_cents = coalesce(t.credit_cents, t.credit), display_name = coalesce(t.display_name, t.user_name)
WHERE ($1::text IS NULL OR t.id > $1::text::bigint) AND t.id <= $2::text::bigint AND ((t.country IS NULL AND ('unknown') IS NOT NULL) OR (t.credit_cents IS NULL AND t.credit IS NOT NULL) OR (t.display_name IS NULL AND t.user_name IS NOT NULL));
--! remaining:
SELECT count(*) FROM public.customers AS t
WHERE ($1::text IS NULL OR t.id > $1::text::bigint) AND ($2::text IS NULL OR t.id <= $2::text::bigint) AND ((t.country IS NULL AND ('unknown') IS NOT NULL) OR (t.credit_cents IS NULL AND t.credit IS NOT NULL) OR (t.display_name IS NULL AND t.user_name IS NOT NULL));

--! step 2: add check constraint customers_display_name_check to public.customers
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: constraint public.customers.customers_display_name_check exists
ALTER TABLE public.customers ADD CONSTRAINT customers_display_name_check CHECK (display_name <> ''::text) NOT VALID;

--! step 3: announce NOT NULL on public.customers.country
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: constraint public.customers.customers_country_filled exists
ALTER TABLE public.customers ADD CONSTRAINT customers_country_filled CHECK (country IS NOT NULL) NOT VALID;

--! step 4: announce NOT NULL on public.customers.credit_cents
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: constraint public.customers.customers_credit_cents_filled exists
ALTER TABLE public.customers ADD CONSTRAINT customers_credit_cents_filled CHECK (credit_cents IS NOT NULL) NOT VALID;

--! step 5: announce NOT NULL on public.customers.display_name
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: constraint public.customers.customers_display_name_filled exists
ALTER TABLE public.customers ADD CONSTRAINT customers_display_name_filled CHECK (display_name IS NOT NULL) NOT VALID;

--! step 6: validate customers_display_name_check of public.customers
--! lock: share update exclusive on public.customers   blocks: nothing   work: scan   transaction: yes
--! lock_timeout: 60s   statement_timeout: 0
--! done when: constraint public.customers.customers_display_name_check is valid
ALTER TABLE public.customers VALIDATE CONSTRAINT customers_display_name_check;

--! step 7: verify NOT NULL on public.customers.country
--! lock: share update exclusive on public.customers   blocks: nothing   work: scan   transaction: yes
--! lock_timeout: 60s   statement_timeout: 0
--! done when: constraint public.customers.customers_country_filled is valid
ALTER TABLE public.customers VALIDATE CONSTRAINT customers_country_filled;

--! step 8: verify NOT NULL on public.customers.credit_cents
--! lock: share update exclusive on public.customers   blocks: nothing   work: scan   transaction: yes
--! lock_timeout: 60s   statement_timeout: 0
--! done when: constraint public.customers.customers_credit_cents_filled is valid
ALTER TABLE public.customers VALIDATE CONSTRAINT customers_credit_cents_filled;

--! step 9: verify NOT NULL on public.customers.display_name
--! lock: share update exclusive on public.customers   blocks: nothing   work: scan   transaction: yes
--! lock_timeout: 60s   statement_timeout: 0
--! done when: constraint public.customers.customers_display_name_filled is valid
ALTER TABLE public.customers VALIDATE CONSTRAINT customers_display_name_filled;

--! step 10: set NOT NULL on public.customers.country
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.customers.country is not null
ALTER TABLE public.customers ALTER COLUMN country SET NOT NULL;
ALTER TABLE public.customers DROP CONSTRAINT customers_country_filled;

--! step 11: set NOT NULL on public.customers.credit_cents
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.customers.credit_cents is not null
ALTER TABLE public.customers ALTER COLUMN credit_cents SET NOT NULL;
ALTER TABLE public.customers DROP CONSTRAINT customers_credit_cents_filled;

--! step 12: set NOT NULL on public.customers.display_name
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.customers.display_name is not null
ALTER TABLE public.customers ALTER COLUMN display_name SET NOT NULL;
ALTER TABLE public.customers DROP CONSTRAINT customers_display_name_filled;

--! step 13: gather statistics of public.customers
--! lock: share update exclusive on public.customers   blocks: nothing   work: scan   transaction: yes
--! lock_timeout: 60s   statement_timeout: 0
--! done when: recorded
ANALYZE public.customers (display_name, credit_cents);
