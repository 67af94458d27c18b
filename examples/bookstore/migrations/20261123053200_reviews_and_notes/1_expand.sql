--! step 1: create table public.reviews
--! lock: share row exclusive on public.books, share row exclusive on public.customers   blocks: writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: table public.reviews exists
CREATE TABLE public.reviews (
    book_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    stars smallint NOT NULL,
    body text,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT reviews_pkey PRIMARY KEY (book_id, customer_id),
    CONSTRAINT reviews_stars_check CHECK ((stars >= 1) AND (stars <= 5)),
    CONSTRAINT reviews_book_id_fkey FOREIGN KEY (book_id) REFERENCES public.books (id) ON DELETE CASCADE,
    CONSTRAINT reviews_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers (id) ON DELETE CASCADE
);
COMMENT ON TABLE public.reviews IS 'What a customer thinks of a book.';
COMMENT ON COLUMN public.reviews.book_id IS 'The book.';
COMMENT ON COLUMN public.reviews.customer_id IS 'Who read it.';
COMMENT ON COLUMN public.reviews.stars IS 'From one to five.';
COMMENT ON COLUMN public.reviews.body IS 'In their own words.';
COMMENT ON COLUMN public.reviews.written_at IS 'When it was written.';
CREATE INDEX reviews_customer_id_idx ON public.reviews USING btree (customer_id);

--! step 2: add column public.books.published
--! lock: access exclusive on public.books   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.books.published exists
ALTER TABLE public.books ADD COLUMN published date;
COMMENT ON COLUMN public.books.published IS 'When it came out.';

--! step 3: add column public.orders.note
--! lock: access exclusive on public.orders   blocks: reads and writes   work: none   transaction: yes
--! lock_timeout: 100ms   statement_timeout: 0
--! done when: column public.orders.note exists
ALTER TABLE public.orders ADD COLUMN note text;
COMMENT ON COLUMN public.orders.note IS 'What is to be written on the parcel.';

--! step 4: create index orders_pending on public.orders
--! lock: share update exclusive on public.orders   blocks: nothing   work: index build   transaction: no
--! lock_timeout: 60s   statement_timeout: 0
--! done when: index public.orders_pending is valid
CREATE INDEX CONCURRENTLY orders_pending ON public.orders USING btree (placed_at) WHERE (status = 'pending'::public.order_status);
