//! What is bought.

use chrono::{DateTime, Utc};
use schema_diff::Schema;
use sqlx::{PgPool, Postgres, Transaction};

use crate::{Book, BookId, Customer, CustomerId};

/// The key of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct OrderId(pub i64);

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type)]
#[sqlx(type_name = "order_status", rename_all = "snake_case")]
pub enum OrderStatus {
    /// Not paid yet.
    Pending,
    /// Paid, and still here.
    Paid,
    /// On its way.
    Shipped,
    /// Called off.
    Cancelled,
}

/// What somebody buys at one time.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "orders")]
#[db(index(placed_at, where = "status = 'pending'", name = "orders_pending"))]
pub struct Order {
    /// Its key.
    #[db(primary_key, identity)]
    pub id: OrderId,
    /// Who buys.
    #[db(references(Customer::id, on_delete = restrict), index)]
    pub customer_id: CustomerId,
    /// How far it is.
    #[db(default = OrderStatus::Pending)]
    pub status: OrderStatus,
    /// What is to be written on the parcel.
    pub note: Option<String>,
    /// When it was placed.
    #[db(default = now())]
    pub placed_at: DateTime<Utc>,
}

/// One book in an order.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "order_items", primary_key(order_id, book_id))]
pub struct OrderItem {
    /// The order.
    #[db(references(Order::id, on_delete = cascade))]
    pub order_id: OrderId,
    /// The book.
    #[db(references(Book::id, on_delete = restrict), index)]
    pub book_id: BookId,
    /// How many of it.
    #[db(default = 1, check(quantity > 0))]
    pub quantity: i32,
    /// What one of it cost at that time, in cents.
    pub price_cents: i32,
}

/// Takes books off the shelf and notes who buys them; all or nothing.
pub async fn place(pool: &PgPool, customer: CustomerId, books: &[(BookId, i32)]) -> sqlx::Result<Order> {
    let mut transaction = pool.begin().await?;
    let order: Order = sqlx::query_as(
        "INSERT INTO orders (customer_id) VALUES ($1) RETURNING id, customer_id, status, note, placed_at",
    )
    .bind(customer)
    .fetch_one(&mut *transaction)
    .await?;
    for (book, quantity) in books {
        add_item(&mut transaction, order.id, *book, *quantity).await?;
    }
    transaction.commit().await?;
    Ok(order)
}

async fn add_item(
    transaction: &mut Transaction<'_, Postgres>,
    order: OrderId,
    book: BookId,
    quantity: i32,
) -> sqlx::Result<()> {
    let price: i32 = sqlx::query_scalar("UPDATE books SET stock = stock - $2 WHERE id = $1 RETURNING price_cents")
        .bind(book)
        .bind(quantity)
        .fetch_one(&mut **transaction)
        .await?;
    sqlx::query("INSERT INTO order_items (order_id, book_id, quantity, price_cents) VALUES ($1, $2, $3, $4)")
        .bind(order)
        .bind(book)
        .bind(quantity)
        .bind(price)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// The books of an order, by key.
pub async fn items(pool: &PgPool, order: OrderId) -> sqlx::Result<Vec<OrderItem>> {
    sqlx::query_as(
        "SELECT order_id, book_id, quantity, price_cents FROM order_items WHERE order_id = $1 ORDER BY book_id",
    )
    .bind(order)
    .fetch_all(pool)
    .await
}

/// Moves an order on.
pub async fn set_status(pool: &PgPool, order: OrderId, status: OrderStatus) -> sqlx::Result<()> {
    sqlx::query("UPDATE orders SET status = $2 WHERE id = $1").bind(order).bind(status).execute(pool).await?;
    Ok(())
}

/// What isn't paid yet, the oldest first.
pub async fn pending(pool: &PgPool) -> sqlx::Result<Vec<Order>> {
    sqlx::query_as(
        "SELECT id, customer_id, status, note, placed_at FROM orders WHERE status = 'pending' ORDER BY placed_at, id",
    )
    .fetch_all(pool)
    .await
}
