--! step 1: undo: set NOT NULL on public.customers.country
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
ALTER TABLE public.customers ALTER COLUMN country DROP NOT NULL;

--! step 2: undo: announce NOT NULL on public.customers.display_name
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
ALTER TABLE public.customers DROP CONSTRAINT IF EXISTS customers_display_name_filled;

--! step 3: undo: announce NOT NULL on public.customers.credit_cents
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
ALTER TABLE public.customers DROP CONSTRAINT IF EXISTS customers_credit_cents_filled;

--! step 4: undo: announce NOT NULL on public.customers.country
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
ALTER TABLE public.customers DROP CONSTRAINT IF EXISTS customers_country_filled;

--! step 5: undo: add check constraint customers_display_name_check to public.customers
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
ALTER TABLE public.customers DROP CONSTRAINT IF EXISTS customers_display_name_check;

--! step 6: undo: give a value to NULLs written to public.customers.country
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
DROP TRIGGER IF EXISTS zz_schema_sync_country_u ON public.customers;
DROP TRIGGER IF EXISTS zz_schema_sync_country_i ON public.customers;
DROP FUNCTION IF EXISTS public.schema_sync_customers_country_function();
DROP SEQUENCE IF EXISTS public.schema_sync_customers_country_legacy;

--! step 7: undo: add public.customers.display_name, kept in step with user_name
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
DROP TRIGGER IF EXISTS zz_schema_sync_display_name_u ON public.customers;
DROP TRIGGER IF EXISTS zz_schema_sync_display_name_i ON public.customers;
DROP FUNCTION IF EXISTS public.schema_sync_customers_display_name_function();
DROP SEQUENCE IF EXISTS public.schema_sync_customers_display_name_legacy;
ALTER TABLE public.customers DROP COLUMN IF EXISTS display_name;

--! step 8: undo: add public.customers.credit_cents, kept in step with credit
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
DROP TRIGGER IF EXISTS zz_schema_sync_credit_cents_u ON public.customers;
DROP TRIGGER IF EXISTS zz_schema_sync_credit_cents_i ON public.customers;
DROP FUNCTION IF EXISTS public.schema_sync_customers_credit_cents_function();
DROP SEQUENCE IF EXISTS public.schema_sync_customers_credit_cents_legacy;
ALTER TABLE public.customers DROP COLUMN IF EXISTS credit_cents;
