//! Who buys.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use schema_diff::Schema;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

/// Somebody who buys books.
#[derive(Debug, Schema, sqlx::FromRow)]
#[db(table = "customers")]
struct Customer {
    #[db(primary_key, identity)]
    id: i64,
    /// The name that is shown beside reviews.
    #[db(check("display_name <> ''"), renamed_from = "user_name")]
    display_name: String,
    /// What they have paid in advance, in cents.
    #[db(default = 0, renamed_from = "credit")]
    credit_cents: i64,
    /// Where they live.
    #[db(backfill = "'unknown'")]
    country: String,
}

/// A customer, as the service's callers know one. That is an agreement with them and changes on its own terms.
#[derive(Debug, Serialize)]
struct Shown {
    id: i64,
    name: String,
    credit: i64,
    country: Option<String>,
}

/// What callers say about a customer; what they leave out stays as it is.
#[derive(Debug, Deserialize)]
struct Told {
    name: Option<String>,
    country: Option<String>,
}

impl From<Customer> for Shown {
    fn from(customer: Customer) -> Self {
        Self {
            id: customer.id,
            name: customer.display_name,
            credit: customer.credit_cents,
            country: Some(customer.country),
        }
    }
}

/// What the service answers to.
pub(crate) fn routes(pool: PgPool) -> Router {
    Router::new()
        .route("/customers", post(sign_up))
        .route("/customers/{id}", get(show).put(change))
        .route("/customers/{id}/credit", post(pay))
        .with_state(pool)
}

async fn sign_up(State(pool): State<PgPool>, Json(told): Json<Told>) -> Result<Json<Shown>, Failure> {
    let customer: Customer = sqlx::query_as(
        "INSERT INTO customers (display_name, country) VALUES ($1, coalesce($2, 'unknown'))
         RETURNING id, display_name, credit_cents, country",
    )
    .bind(told.name)
    .bind(told.country)
    .fetch_one(&pool)
    .await?;
    Ok(Json(customer.into()))
}

async fn show(State(pool): State<PgPool>, Path(id): Path<i64>) -> Result<Json<Shown>, Failure> {
    let customer: Customer =
        sqlx::query_as("SELECT id, display_name, credit_cents, country FROM customers WHERE id = $1")
            .bind(id)
            .fetch_one(&pool)
            .await?;
    Ok(Json(customer.into()))
}

async fn change(
    State(pool): State<PgPool>,
    Path(id): Path<i64>,
    Json(told): Json<Told>,
) -> Result<Json<Shown>, Failure> {
    let customer: Customer = sqlx::query_as(
        "UPDATE customers
            SET display_name = coalesce($2, display_name), country = coalesce($3, country)
          WHERE id = $1
         RETURNING id, display_name, credit_cents, country",
    )
    .bind(id)
    .bind(told.name)
    .bind(told.country)
    .fetch_one(&pool)
    .await?;
    Ok(Json(customer.into()))
}

async fn pay(State(pool): State<PgPool>, Path(id): Path<i64>, Json(cents): Json<i64>) -> Result<Json<Shown>, Failure> {
    let customer: Customer = sqlx::query_as(
        "UPDATE customers SET credit_cents = credit_cents + $2 WHERE id = $1 RETURNING id, display_name, credit_cents, country",
    )
    .bind(id)
    .bind(cents)
    .fetch_one(&pool)
    .await?;
    Ok(Json(customer.into()))
}

/// What the database said. The caller learns it; a shop on the open internet would rather not tell.
struct Failure(sqlx::Error);

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match self.0 {
            sqlx::Error::RowNotFound => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, self.0.to_string()).into_response()
    }
}
