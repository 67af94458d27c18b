--! step 1: add public.reviews.rating, kept in step with stars
--! lock: access exclusive on public.reviews   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.reviews.rating exists
ALTER TABLE public.reviews ADD COLUMN rating smallint;
COMMENT ON COLUMN public.reviews.rating IS 'From one to five.';
CREATE SEQUENCE public.schema_sync_reviews_rating_legacy;
GRANT USAGE ON SEQUENCE public.schema_sync_reviews_rating_legacy TO PUBLIC;
CREATE FUNCTION public.schema_sync_reviews_rating_function() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.rating IS DISTINCT FROM NEW.stars THEN
      IF NEW.rating IS NULL THEN  -- left out: written by the old release
        PERFORM pg_catalog.nextval('public.schema_sync_reviews_rating_legacy'::pg_catalog.regclass);
        NEW.rating := NEW.stars;
      ELSE
        NEW.stars := NEW.rating;
      END IF;
    END IF;
  ELSIF OLD.rating IS DISTINCT FROM NEW.rating THEN  -- written by the new release, or by the backfill
    IF NEW.rating IS DISTINCT FROM NEW.stars THEN
      NEW.stars := NEW.rating;
    END IF;
  ELSIF OLD.stars IS DISTINCT FROM NEW.stars THEN  -- written by the old release
    PERFORM pg_catalog.nextval('public.schema_sync_reviews_rating_legacy'::pg_catalog.regclass);
    NEW.rating := NEW.stars;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER zz_schema_sync_rating_i BEFORE INSERT ON public.reviews FOR EACH ROW EXECUTE FUNCTION public.schema_sync_reviews_rating_function();
CREATE TRIGGER zz_schema_sync_rating_u BEFORE UPDATE ON public.reviews FOR EACH ROW WHEN (OLD.stars IS DISTINCT FROM NEW.stars OR OLD.rating IS DISTINCT FROM NEW.rating) EXECUTE FUNCTION public.schema_sync_reviews_rating_function();
ALTER TABLE public.reviews ENABLE ALWAYS TRIGGER zz_schema_sync_rating_i, ENABLE ALWAYS TRIGGER zz_schema_sync_rating_u;
