//! What a book is about.

use schema_diff::Schema;
use sqlx::PgPool;

/// A shelf of the shop, which may stand in another one.
#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "categories", unique(parent_id, name))]
pub struct Category {
    /// Its key.
    #[db(primary_key, identity = always)]
    pub id: i32,
    /// The shelf that it is a part of.
    #[db(references(Category::id, on_delete = set_null))]
    pub parent_id: Option<i32>,
    /// What is written on it.
    pub name: String,
}

/// Adds a shelf.
pub async fn add(pool: &PgPool, name: &str, parent: Option<i32>) -> sqlx::Result<Category> {
    sqlx::query_as("INSERT INTO categories (name, parent_id) VALUES ($1, $2) RETURNING id, parent_id, name")
        .bind(name)
        .bind(parent)
        .fetch_one(pool)
        .await
}

/// The names from the outermost shelf to this one.
pub async fn path(pool: &PgPool, category: i32) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "WITH RECURSIVE outwards AS (
             SELECT id, parent_id, name, 0 AS distance FROM categories WHERE id = $1
             UNION ALL
             SELECT outer_one.id, outer_one.parent_id, outer_one.name, distance + 1
               FROM categories AS outer_one JOIN outwards ON outer_one.id = outwards.parent_id
         )
         SELECT name FROM outwards ORDER BY distance DESC",
    )
    .bind(category)
    .fetch_all(pool)
    .await
}
