//! Who writes.

use schema_diff::Schema;
use sqlx::PgPool;

use crate::BookId;

/// The key of an author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct AuthorId(pub i64);

/// Somebody who writes books.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "authors")]
pub struct Author {
    /// Its key.
    #[db(primary_key, identity)]
    pub id: AuthorId,
    /// As it stands on the covers.
    #[db(check("name <> ''"))]
    pub name: String,
    /// The year of birth, where it is known.
    pub born: Option<i16>,
}

/// Who wrote which book.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "book_authors", primary_key(book_id, author_id))]
pub struct BookAuthor {
    /// The book.
    #[db(references(crate::Book::id, on_delete = cascade))]
    pub book_id: BookId,
    /// One of its authors.
    #[db(references(Author::id), index)]
    pub author_id: AuthorId,
}

/// Adds an author.
pub async fn add(pool: &PgPool, name: &str, born: Option<i16>) -> sqlx::Result<Author> {
    sqlx::query_as("INSERT INTO authors (name, born) VALUES ($1, $2) RETURNING id, name, born")
        .bind(name)
        .bind(born)
        .fetch_one(pool)
        .await
}

/// Notes that somebody wrote a book.
pub async fn credit(pool: &PgPool, book: BookId, author: AuthorId) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO book_authors (book_id, author_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(book)
        .bind(author)
        .execute(pool)
        .await?;
    Ok(())
}

/// The authors of a book, by name.
pub async fn of_book(pool: &PgPool, book: BookId) -> sqlx::Result<Vec<Author>> {
    sqlx::query_as(
        "SELECT authors.id, authors.name, authors.born
           FROM authors JOIN book_authors ON book_authors.author_id = authors.id
          WHERE book_authors.book_id = $1
          ORDER BY authors.name",
    )
    .bind(book)
    .fetch_all(pool)
    .await
}
