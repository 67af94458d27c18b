//! What readers say.

use chrono::{DateTime, Utc};
use schema_diff::Schema;
use sqlx::PgPool;

use crate::{Book, BookId, Customer, CustomerId};

/// What a customer thinks of a book.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "reviews", primary_key(book_id, customer_id))]
pub struct Review {
    /// The book.
    #[db(references(Book::id, on_delete = cascade))]
    pub book_id: BookId,
    /// Who read it.
    #[db(references(Customer::id, on_delete = cascade), index)]
    pub customer_id: CustomerId,
    /// From one to five.
    #[db(check(rating between 1 and 5), renamed_from = "stars")]
    pub rating: i16,
    /// In their own words.
    pub body: Option<String>,
    /// When it was written.
    #[db(default = now())]
    pub written_at: DateTime<Utc>,
}

/// A review with the name that its writer shows; a query's result and no table.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SignedReview {
    /// The name.
    pub user_name: String,
    /// From one to five.
    pub rating: i16,
    /// In their own words.
    pub body: Option<String>,
}

/// Writes a review, or writes it anew.
pub async fn write(
    pool: &PgPool,
    book: BookId,
    customer: CustomerId,
    rating: i16,
    body: Option<&str>,
) -> sqlx::Result<Review> {
    sqlx::query_as(
        "INSERT INTO reviews (book_id, customer_id, rating, body) VALUES ($1, $2, $3, $4)
         ON CONFLICT (book_id, customer_id) DO UPDATE SET rating = excluded.rating, body = excluded.body
         RETURNING book_id, customer_id, rating, body, written_at",
    )
    .bind(book)
    .bind(customer)
    .bind(rating)
    .bind(body)
    .fetch_one(pool)
    .await
}

/// The reviews of a book, the best first.
pub async fn of_book(pool: &PgPool, book: BookId) -> sqlx::Result<Vec<SignedReview>> {
    sqlx::query_as(
        "SELECT customers.user_name, reviews.rating, reviews.body
           FROM reviews JOIN customers ON customers.id = reviews.customer_id
          WHERE reviews.book_id = $1
          ORDER BY reviews.rating DESC, reviews.written_at",
    )
    .bind(book)
    .fetch_all(pool)
    .await
}
