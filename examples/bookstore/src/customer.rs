//! Who buys.

use chrono::{DateTime, Utc};
use schema_diff::Schema;
use sqlx::PgPool;

/// The key of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct CustomerId(pub i64);

/// Somebody who buys books.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "customers", index(lower(email), unique, name = "customers_email"))]
pub struct Customer {
    /// Its key.
    #[db(primary_key, identity)]
    pub id: CustomerId,
    /// Where invoices go.
    #[db(check("email like '%@%'"))]
    pub email: String,
    /// The name that is shown beside reviews.
    #[db(index, check("length(user_name) between 1 and 80"))]
    pub user_name: String,
    /// When they signed up.
    #[db(default = now())]
    pub created_at: DateTime<Utc>,
}

/// Adds a customer, or gives the one with this address another name.
pub async fn sign_up(pool: &PgPool, email: &str, user_name: &str) -> sqlx::Result<Customer> {
    sqlx::query_as(
        "INSERT INTO customers (email, user_name) VALUES ($1, $2)
         ON CONFLICT (lower(email)) DO UPDATE SET user_name = excluded.user_name
         RETURNING id, email, user_name, created_at",
    )
    .bind(email)
    .bind(user_name)
    .fetch_one(pool)
    .await
}

/// Looks customers up by the name that they show.
pub async fn named(pool: &PgPool, user_name: &str) -> sqlx::Result<Vec<Customer>> {
    sqlx::query_as("SELECT id, email, user_name, created_at FROM customers WHERE user_name = $1 ORDER BY id")
        .bind(user_name)
        .fetch_all(pool)
        .await
}
