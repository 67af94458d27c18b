//! What is sold.

use chrono::{DateTime, NaiveDate, Utc};
use schema_diff::Schema;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::types::Json;

use crate::Category;

/// The key of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct BookId(pub i64);

/// How a book is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type)]
#[sqlx(type_name = "book_format", rename_all = "snake_case")]
pub enum BookFormat {
    /// With a hard cover.
    Hardcover,
    /// With a soft cover.
    Paperback,
    /// A file.
    Ebook,
}

/// What is kept as JSON, since it differs from book to book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookDetails {
    /// The number of pages, where there are any.
    pub pages: Option<u32>,
    /// The language, as in "en".
    pub language: Option<String>,
    /// What else buyers ask for.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// A book in one format.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "books")]
#[db(unique(isbn, format))]
#[db(index(title))]
#[db(index(category_id, title, where = stock > 0, name = "books_on_the_shelf"))]
pub struct Book {
    /// Its key.
    #[db(primary_key, identity)]
    pub id: BookId,
    /// The thirteen digits of its number.
    #[db(check("isbn ~ '^[0-9]{13}$'"))]
    pub isbn: String,
    /// As it stands on the cover.
    #[db(check("title <> ''"))]
    pub title: String,
    /// The shelf that it stands on.
    #[db(references(Category::id, on_delete = set_null))]
    pub category_id: Option<i32>,
    /// How it is made.
    #[db(default = BookFormat::Paperback)]
    pub format: BookFormat,
    /// What it costs, in cents.
    #[db(check(price_cents > 0))]
    pub price_cents: i32,
    /// How many are there.
    #[db(default = 0, check(stock >= 0))]
    pub stock: i32,
    /// When it came out.
    pub published: Option<NaiveDate>,
    /// The rest.
    #[db(default = "'{}'")]
    pub details: Json<BookDetails>,
    /// When it came into the shop.
    #[db(default = now())]
    pub added_at: DateTime<Utc>,
}

/// What is to be known of a new book.
#[derive(Clone, Debug)]
pub struct NewBook<'a> {
    /// The thirteen digits of its number.
    pub isbn: &'a str,
    /// As it stands on the cover.
    pub title: &'a str,
    /// The shelf that it stands on.
    pub category: Option<i32>,
    /// How it is made.
    pub format: BookFormat,
    /// What it costs, in cents.
    pub price_cents: i32,
    /// The rest.
    pub details: BookDetails,
}

/// Adds a book, of which none is there yet.
pub async fn add(pool: &PgPool, book: &NewBook<'_>) -> sqlx::Result<Book> {
    sqlx::query_as(
        "INSERT INTO books (isbn, title, category_id, format, price_cents, details)
         VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id, isbn, title, category_id, format, price_cents, stock, published, details, added_at",
    )
    .bind(book.isbn)
    .bind(book.title)
    .bind(book.category)
    .bind(book.format)
    .bind(book.price_cents)
    .bind(Json(&book.details))
    .fetch_one(pool)
    .await
}

/// Puts more of a book on the shelf.
pub async fn deliver(pool: &PgPool, book: BookId, number: i32) -> sqlx::Result<()> {
    sqlx::query("UPDATE books SET stock = stock + $2 WHERE id = $1").bind(book).bind(number).execute(pool).await?;
    Ok(())
}

/// The books of a shelf that can be had now, by title.
pub async fn on_the_shelf(pool: &PgPool, category: i32) -> sqlx::Result<Vec<Book>> {
    sqlx::query_as(
        "SELECT id, isbn, title, category_id, format, price_cents, stock, published, details, added_at
           FROM books
          WHERE category_id = $1 AND stock > 0
          ORDER BY title",
    )
    .bind(category)
    .fetch_all(pool)
    .await
}
