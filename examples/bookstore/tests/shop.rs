//! The application on a database that sqlx makes for each test, brought up by the committed migrations.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::sync::LazyLock;

use bookstore::book::NewBook;
use bookstore::{
    BookDetails, BookFormat, BookId, CustomerId, OrderStatus, author, book, category, customer, order, review,
};
use sqlx::PgPool;
use sqlx::migrate::Migrator;

/// An empty shop with its tables: the migrations with all their phases, as `#[sqlx::test]` takes them.
static SHOP: LazyLock<Migrator> = LazyLock::new(|| schema_diff::migrations!().to_sqlx().unwrap());

async fn some_book(pool: &PgPool, isbn: &str, title: &str, category: Option<i32>) -> BookId {
    let details = BookDetails { pages: Some(280), language: None, tags: vec!["classic".to_owned()] };
    let new = NewBook { isbn, title, category, format: BookFormat::Hardcover, price_cents: 1250, details };
    book::add(pool, &new).await.unwrap().id
}

async fn some_customer(pool: &PgPool) -> CustomerId {
    customer::sign_up(pool, "ada@example.org", "Ada").await.unwrap().id
}

#[sqlx::test(migrator = "SHOP")]
async fn a_book_comes_back_as_it_was_added(pool: PgPool) {
    let fiction = category::add(&pool, "Fiction", None).await.unwrap();
    let novels = category::add(&pool, "Novels", Some(fiction.id)).await.unwrap();
    let id = some_book(&pool, "9780141439471", "Frankenstein", Some(novels.id)).await;
    assert!(book::on_the_shelf(&pool, novels.id).await.unwrap().is_empty());
    book::deliver(&pool, id, 3).await.unwrap();
    let shelf = book::on_the_shelf(&pool, novels.id).await.unwrap();
    assert_eq!((shelf[0].id, shelf[0].stock, shelf[0].format), (id, 3, BookFormat::Hardcover));
    assert_eq!(shelf[0].details.pages, Some(280));
    assert_eq!(category::path(&pool, novels.id).await.unwrap(), ["Fiction", "Novels"]);
}

#[sqlx::test(migrator = "SHOP")]
async fn a_book_may_have_two_authors(pool: PgPool) {
    let id = some_book(&pool, "9780441569595", "Good Omens", None).await;
    for (name, born) in [("Terry Pratchett", Some(1948)), ("Neil Gaiman", None)] {
        let author = author::add(&pool, name, born).await.unwrap();
        author::credit(&pool, id, author.id).await.unwrap();
        author::credit(&pool, id, author.id).await.unwrap();
    }
    let names: Vec<_> = author::of_book(&pool, id).await.unwrap().into_iter().map(|author| author.name).collect();
    assert_eq!(names, ["Neil Gaiman", "Terry Pratchett"]);
}

#[sqlx::test(migrator = "SHOP")]
async fn an_order_takes_books_off_the_shelf_or_fails(pool: PgPool) {
    let id = some_book(&pool, "9780141439471", "Frankenstein", None).await;
    book::deliver(&pool, id, 2).await.unwrap();
    let customer = some_customer(&pool).await;
    let placed = order::place(&pool, customer, &[(id, 2)]).await.unwrap();
    assert_eq!(placed.status, OrderStatus::Pending);
    let items = order::items(&pool, placed.id).await.unwrap();
    assert_eq!((items[0].quantity, items[0].price_cents), (2, 1250));
    order::place(&pool, customer, &[(id, 1)]).await.expect_err("the shelf is empty");
    assert_eq!(order::pending(&pool).await.unwrap().len(), 1);
    order::set_status(&pool, placed.id, OrderStatus::Paid).await.unwrap();
    assert!(order::pending(&pool).await.unwrap().is_empty());
}

#[sqlx::test(migrator = "SHOP")]
async fn a_review_is_signed_with_the_newest_name(pool: PgPool) {
    let id = some_book(&pool, "9780141439471", "Frankenstein", None).await;
    let customer = some_customer(&pool).await;
    review::write(&pool, id, customer, 3, None).await.unwrap();
    review::write(&pool, id, customer, 5, Some("Better the second time.")).await.unwrap();
    // The address is the same but for its capitals, so this is the same customer.
    customer::sign_up(&pool, "Ada@example.org", "Countess Ada").await.unwrap();
    let reviews = review::of_book(&pool, id).await.unwrap();
    assert_eq!((reviews.len(), reviews[0].rating), (1, 5));
    assert_eq!(reviews[0].user_name, "Countess Ada");
    assert_eq!(customer::named(&pool, "Countess Ada").await.unwrap()[0].id, customer);
}

#[sqlx::test(migrator = "SHOP")]
async fn what_no_shop_should_hold_is_refused(pool: PgPool) {
    customer::sign_up(&pool, "nobody", "Nobody").await.expect_err("no address");
    let id = some_book(&pool, "9780141439471", "Frankenstein", None).await;
    let customer = some_customer(&pool).await;
    review::write(&pool, id, customer, 6, None).await.expect_err("at most five stars");
    review::write(&pool, BookId(id.0 + 1), customer, 5, None).await.expect_err("no such book");
}
