--! step 1: add public.customers.credit_cents, kept in step with credit
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.customers.credit_cents exists
-- hazard value-range: until the contract every value of public.customers.credit_cents is written to credit (integer, not null) too: one that doesn't fit there is refused, so the new release must not write such values before
ALTER TABLE public.customers ADD COLUMN credit_cents bigint;
ALTER TABLE public.customers ALTER COLUMN credit_cents SET DEFAULT 0;
COMMENT ON COLUMN public.customers.credit_cents IS 'What they have paid in advance, in cents.';
CREATE SEQUENCE public.schema_sync_customers_credit_cents_legacy;
GRANT USAGE ON SEQUENCE public.schema_sync_customers_credit_cents_legacy TO PUBLIC;
CREATE FUNCTION public.schema_sync_customers_credit_cents_function() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.credit_cents IS DISTINCT FROM NEW.credit::bigint THEN
      IF NEW.credit_cents IS NOT DISTINCT FROM (0)::bigint THEN  -- left out: written by the old release
        PERFORM pg_catalog.nextval('public.schema_sync_customers_credit_cents_legacy'::pg_catalog.regclass);
        NEW.credit_cents := NEW.credit;
      ELSE
        NEW.credit := NEW.credit_cents;
      END IF;
    END IF;
  ELSIF OLD.credit_cents IS DISTINCT FROM NEW.credit_cents THEN  -- written by the new release, or by the backfill
    IF NEW.credit_cents IS DISTINCT FROM NEW.credit::bigint THEN
      NEW.credit := NEW.credit_cents;
    END IF;
  ELSIF OLD.credit IS DISTINCT FROM NEW.credit THEN  -- written by the old release
    PERFORM pg_catalog.nextval('public.schema_sync_customers_credit_cents_legacy'::pg_catalog.regclass);
    NEW.credit_cents := NEW.credit;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER zz_schema_sync_credit_cents_i BEFORE INSERT ON public.customers FOR EACH ROW EXECUTE FUNCTION public.schema_sync_customers_credit_cents_function();
CREATE TRIGGER zz_schema_sync_credit_cents_u BEFORE UPDATE ON public.customers FOR EACH ROW WHEN (OLD.credit IS DISTINCT FROM NEW.credit OR OLD.credit_cents IS DISTINCT FROM NEW.credit_cents) EXECUTE FUNCTION public.schema_sync_customers_credit_cents_function();
ALTER TABLE public.customers ENABLE ALWAYS TRIGGER zz_schema_sync_credit_cents_i, ENABLE ALWAYS TRIGGER zz_schema_sync_credit_cents_u;

--! step 2: add public.customers.display_name, kept in step with user_name
--! lock: access exclusive on public.customers   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.customers.display_name exists
ALTER TABLE public.customers ADD COLUMN display_name text;
COMMENT ON COLUMN public.customers.display_name IS 'The name that is shown beside reviews.';
CREATE SEQUENCE public.schema_sync_customers_display_name_legacy;
GRANT USAGE ON SEQUENCE public.schema_sync_customers_display_name_legacy TO PUBLIC;
CREATE FUNCTION public.schema_sync_customers_display_name_function() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.display_name IS DISTINCT FROM NEW.user_name THEN
      IF NEW.display_name IS NULL THEN  -- left out: written by the old release
        PERFORM pg_catalog.nextval('public.schema_sync_customers_display_name_legacy'::pg_catalog.regclass);
        NEW.display_name := NEW.user_name;
      ELSE
        NEW.user_name := NEW.display_name;
      END IF;
    END IF;
  ELSIF OLD.display_name IS DISTINCT FROM NEW.display_name THEN  -- written by the new release, or by the backfill
    IF NEW.display_name IS DISTINCT FROM NEW.user_name THEN
      NEW.user_name := NEW.display_name;
    END IF;
  ELSIF OLD.user_name IS DISTINCT FROM NEW.user_name THEN  -- written by the old release
    PERFORM pg_catalog.nextval('public.schema_sync_customers_display_name_legacy'::pg_catalog.regclass);
    NEW.display_name := NEW.user_name;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER zz_schema_sync_display_name_i BEFORE INSERT ON public.customers FOR EACH ROW EXECUTE FUNCTION public.schema_sync_customers_display_name_function();
CREATE TRIGGER zz_schema_sync_display_name_u BEFORE UPDATE ON public.customers FOR EACH ROW WHEN (OLD.user_name IS DISTINCT FROM NEW.user_name OR OLD.display_name IS DISTINCT FROM NEW.display_name) EXECUTE FUNCTION public.schema_sync_customers_display_name_function();
ALTER TABLE public.customers ENABLE ALWAYS TRIGGER zz_schema_sync_display_name_i, ENABLE ALWAYS TRIGGER zz_schema_sync_display_name_u;

--! step 3: give a value to NULLs written to public.customers.country
--! lock: share row exclusive on public.customers   blocks: writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: recorded
CREATE SEQUENCE public.schema_sync_customers_country_legacy;
GRANT USAGE ON SEQUENCE public.schema_sync_customers_country_legacy TO PUBLIC;
CREATE FUNCTION public.schema_sync_customers_country_function() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN  -- written by the old release, which doesn't know the column or writes NULL there
  PERFORM pg_catalog.nextval('public.schema_sync_customers_country_legacy'::pg_catalog.regclass);
  NEW.country := ('unknown');
  RETURN NEW;
END
$$;
CREATE TRIGGER zz_schema_sync_country_i BEFORE INSERT ON public.customers FOR EACH ROW WHEN (NEW.country IS NULL) EXECUTE FUNCTION public.schema_sync_customers_country_function();
CREATE TRIGGER zz_schema_sync_country_u BEFORE UPDATE ON public.customers FOR EACH ROW WHEN (NEW.country IS NULL) EXECUTE FUNCTION public.schema_sync_customers_country_function();
ALTER TABLE public.customers ENABLE ALWAYS TRIGGER zz_schema_sync_country_i, ENABLE ALWAYS TRIGGER zz_schema_sync_country_u;
