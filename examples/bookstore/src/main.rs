//! `bookstore fill` puts something into an empty shop; `bookstore show` lists what is there. The database is the one
//! in DATABASE_URL, with the migrations applied.

use std::error::Error;
use std::process::ExitCode;

use bookstore::book::NewBook;
use bookstore::{BookDetails, BookFormat, author, book, category, customer, order, review};
use sqlx::PgPool;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bookstore: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let pool = PgPool::connect(&std::env::var("DATABASE_URL").map_err(|_| "DATABASE_URL is not set")?).await?;
    match std::env::args().nth(1).as_deref() {
        Some("fill") => fill(&pool).await?,
        Some("show") => show(&pool).await?,
        _ => return Err("write `bookstore fill` or `bookstore show`".into()),
    }
    Ok(())
}

async fn fill(pool: &PgPool) -> sqlx::Result<()> {
    let fiction = category::add(pool, "Fiction", None).await?;
    let novels = category::add(pool, "Novels", Some(fiction.id)).await?;
    let author = author::add(pool, "Mary Shelley", Some(1797)).await?;
    let details = BookDetails { pages: Some(280), language: Some("en".to_owned()), tags: vec!["classic".to_owned()] };
    let new = NewBook {
        isbn: "9780141439471",
        title: "Frankenstein",
        category: Some(novels.id),
        format: BookFormat::Paperback,
        price_cents: 899,
        details,
    };
    let book = book::add(pool, &new).await?;
    author::credit(pool, book.id, author.id).await?;
    book::deliver(pool, book.id, 10).await?;
    let reader = customer::sign_up(pool, "ada@example.org", "Ada").await?;
    order::place(pool, reader.id, &[(book.id, 2)]).await?;
    review::write(pool, book.id, reader.id, 5, Some("Read it in one night.")).await?;
    Ok(())
}

async fn show(pool: &PgPool) -> sqlx::Result<()> {
    for order in order::pending(pool).await? {
        for item in order::items(pool, order.id).await? {
            println!("order {}: {} × book {}", order.id.0, item.quantity, item.book_id.0);
            for review in review::of_book(pool, item.book_id).await? {
                println!("  {} stars by {}: {}", review.rating, review.user_name, review.body.unwrap_or_default());
            }
        }
    }
    Ok(())
}
