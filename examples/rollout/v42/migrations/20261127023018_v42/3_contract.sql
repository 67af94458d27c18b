--! step 1: rows of public.customers in which credit and credit_cents disagree
--! part: tighten
--! gate: the count must be 0
SELECT count(*) FROM public.customers AS t WHERE t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer;
--! rows:
SELECT t.id, t.credit, t.credit_cents FROM public.customers AS t WHERE t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer ORDER BY t.id;
--! sample:
SELECT count(*), count(*) FILTER (WHERE t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer) FROM public.customers AS t TABLESAMPLE SYSTEM (least(100, 100 * $1::float8 * current_setting('block_size')::int / greatest(pg_relation_size('public.customers'), 1)));
--! from old:
WITH wrong AS MATERIALIZED (
    SELECT t.ctid AS place FROM public.customers AS t
    WHERE t.ctid = ANY (ARRAY(SELECT t.ctid FROM public.customers AS t WHERE t.ctid > $1::text::tid AND t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer AND t.credit IS NOT NULL AND t.credit::bigint IS NOT NULL LIMIT 500)) AND t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer AND t.credit IS NOT NULL AND t.credit::bigint IS NOT NULL
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE public.customers AS t SET credit_cents = t.credit::bigint FROM wrong WHERE t.ctid = wrong.place AND t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer AND t.credit IS NOT NULL AND t.credit::bigint IS NOT NULL RETURNING wrong.place::text;
--! from new:
WITH wrong AS MATERIALIZED (
    SELECT t.ctid AS place FROM public.customers AS t
    WHERE t.ctid = ANY (ARRAY(SELECT t.ctid FROM public.customers AS t WHERE t.ctid > $1::text::tid AND t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer AND t.credit_cents IS NOT NULL AND t.credit_cents::integer IS NOT NULL AND NOT (t.credit_cents IS DISTINCT FROM (t.credit_cents::integer)::bigint) LIMIT 500)) AND t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer AND t.credit_cents IS NOT NULL AND t.credit_cents::integer IS NOT NULL AND NOT (t.credit_cents IS DISTINCT FROM (t.credit_cents::integer)::bigint)
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE public.customers AS t SET credit = t.credit_cents::integer FROM wrong WHERE t.ctid = wrong.place AND t.credit_cents IS DISTINCT FROM t.credit::bigint AND t.credit IS DISTINCT FROM t.credit_cents::integer AND t.credit_cents IS NOT NULL AND t.credit_cents::integer IS NOT NULL AND NOT (t.credit_cents IS DISTINCT FROM (t.credit_cents::integer)::bigint) RETURNING wrong.place::text;

--! step 2: rows of public.customers in which user_name and display_name disagree
--! part: tighten
--! gate: the count must be 0
SELECT count(*) FROM public.customers AS t WHERE t.display_name IS DISTINCT FROM t.user_name;
--! rows:
SELECT t.id, t.user_name, t.display_name FROM public.customers AS t WHERE t.display_name IS DISTINCT FROM t.user_name ORDER BY t.id;
--! sample:
SELECT count(*), count(*) FILTER (WHERE t.display_name IS DISTINCT FROM t.user_name) FROM public.customers AS t TABLESAMPLE SYSTEM (least(100, 100 * $1::float8 * current_setting('block_size')::int / greatest(pg_relation_size('public.customers'), 1)));
--! from old:
WITH wrong AS MATERIALIZED (
    SELECT t.ctid AS place FROM public.customers AS t
    WHERE t.ctid = ANY (ARRAY(SELECT t.ctid FROM public.customers AS t WHERE t.ctid > $1::text::tid AND t.display_name IS DISTINCT FROM t.user_name AND t.user_name IS NOT NULL LIMIT 500)) AND t.display_name IS DISTINCT FROM t.user_name AND t.user_name IS NOT NULL
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE public.customers AS t SET display_name = t.user_name FROM wrong WHERE t.ctid = wrong.place AND t.display_name IS DISTINCT FROM t.user_name AND t.user_name IS NOT NULL RETURNING wrong.place::text;
--! from new:
WITH wrong AS MATERIALIZED (
    SELECT t.ctid AS place FROM public.customers AS t
    WHERE t.ctid = ANY (ARRAY(SELECT t.ctid FROM public.customers AS t WHERE t.ctid > $1::text::tid AND t.display_name IS DISTINCT FROM t.user_name AND t.display_name IS NOT NULL LIMIT 500)) AND t.display_name IS DISTINCT FROM t.user_name AND t.display_name IS NOT NULL
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE public.customers AS t SET user_name = t.display_name FROM wrong WHERE t.ctid = wrong.place AND t.display_name IS DISTINCT FROM t.user_name AND t.display_name IS NOT NULL RETURNING wrong.place::text;

--! step 3: drop public.customers.credit; drop public.customers.fax; drop public.customers.user_name; stop giving values to public.customers.country
--! part: switch
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
-- hazard data-loss: the values of public.customers.fax go for good
DROP TRIGGER zz_schema_sync_credit_cents_u ON public.customers;
DROP TRIGGER zz_schema_sync_credit_cents_i ON public.customers;
DROP FUNCTION public.schema_sync_customers_credit_cents_function();
DROP SEQUENCE public.schema_sync_customers_credit_cents_legacy;
ALTER TABLE public.customers DROP COLUMN credit;
ALTER TABLE public.customers DROP COLUMN fax;
DROP TRIGGER zz_schema_sync_display_name_u ON public.customers;
DROP TRIGGER zz_schema_sync_display_name_i ON public.customers;
DROP FUNCTION public.schema_sync_customers_display_name_function();
DROP SEQUENCE public.schema_sync_customers_display_name_legacy;
ALTER TABLE public.customers DROP COLUMN user_name;
DROP TRIGGER zz_schema_sync_country_u ON public.customers;
DROP TRIGGER zz_schema_sync_country_i ON public.customers;
DROP FUNCTION public.schema_sync_customers_country_function();
DROP SEQUENCE public.schema_sync_customers_country_legacy;
