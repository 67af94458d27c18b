//! `Schema` beside the derives that real applications have on the same types; and the reader on this very file.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use schema_diff::{Schema, Table};
use schema_model::declare::{CrateRoot, read};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

/// The state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type, Serialize, Deserialize, ToSchema)]
#[sqlx(type_name = "order_status", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
enum Status {
    /// Not paid yet.
    WaitingForPayment,
    /// Paid.
    Paid,
}

/// How urgent it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type, Serialize, Deserialize, ToSchema)]
#[repr(i16)]
enum Priority {
    Low = 1,
    High = 5,
}

/// A colour, kept as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type, Serialize, Deserialize, ToSchema)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
enum Colour {
    Red,
    #[sqlx(rename = "sky-blue")]
    Blue,
}

/// A customer's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, sqlx::Type, Serialize, Deserialize, ToSchema)]
#[sqlx(transparent)]
struct CustomerId(Uuid);

/// Where somebody lives.
#[derive(Clone, Debug, Schema, sqlx::FromRow, Serialize, Deserialize, ToSchema)]
#[db(embedded)]
struct Address {
    /// With the number.
    street: String,
    city: Option<String>,
}

/// Somebody who buys.
#[derive(Clone, Debug, Schema, sqlx::FromRow, Serialize, Deserialize, ToSchema)]
#[db(table = "shop.customers")]
struct Customer {
    #[db(primary_key, default = "gen_random_uuid()")]
    #[schema(value_type = Uuid)]
    id: CustomerId,
    #[serde(rename = "eMail")]
    #[db(unique)]
    email: String,
    #[sqlx(flatten)]
    #[serde(flatten)]
    address: Address,
}

/// What somebody buys.
#[derive(Clone, Debug, Schema, sqlx::FromRow, Serialize, Deserialize, ToSchema)]
#[db(table = "shop.orders", primary_key(customer, number), index(placed_at desc, where = priority > 1, name = "recent"))]
#[serde(deny_unknown_fields)]
struct Order {
    #[db(references(Customer::id, on_delete = cascade))]
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    number: i32,
    #[db(default = Status::WaitingForPayment)]
    status: Status,
    #[db(default = Priority::High)]
    priority: Priority,
    #[db(default = Colour::Blue)]
    colour: Option<Colour>,
    #[sqlx(rename = "type")]
    kind: String,
    #[db(default = now())]
    placed_at: DateTime<Utc>,
    #[sqlx(json(nullable))]
    notes: Option<HashMap<String, String>>,
    #[schema(value_type = Vec<String>)]
    tags: Json<Vec<String>>,
    #[sqlx(skip)]
    #[serde(skip)]
    #[expect(dead_code, reason = "only there to be skipped")]
    total: Option<f32>,
}

#[test]
fn the_compiler_knows_the_columns() {
    assert_eq!(Order::NAME, "shop.orders");
    assert_eq!(Order::COLUMNS.r#type.name(), "type");
    assert_eq!(Customer::COLUMNS.id.name(), "id");
}

#[test]
fn the_reader_reads_the_same() {
    let root = CrateRoot {
        file: concat!(env!("CARGO_MANIFEST_DIR"), "/declare/coexistence.rs").into(),
        ..CrateRoot::default()
    };
    let declared = read(&[root]).expect("nothing is wrong here");
    let status = &declared.catalog.enums[&"order_status".parse().expect("a name")];
    assert_eq!(status.values, ["waiting_for_payment", "paid"]);
    assert_eq!(status.comment.as_deref(), Some("The state of an order."));
    let customers = &declared.catalog.tables[&Customer::NAME.parse().expect("a name")];
    assert_eq!(
        crate::support::columns(customers),
        ["id uuid not null default gen_random_uuid()", "email text not null", "street text not null", "city text",]
    );
    let orders = &declared.catalog.tables[&Order::NAME.parse().expect("a name")];
    assert_eq!(
        crate::support::columns(orders),
        [
            "customer uuid not null",
            "number integer not null",
            "status public.order_status not null default 'waiting_for_payment'::public.order_status",
            "priority smallint not null default 5",
            "colour text default 'sky-blue'::text",
            "type text not null",
            "placed_at timestamp with time zone not null default now()",
            "notes jsonb",
            "tags jsonb not null",
        ]
    );
    assert_eq!(
        crate::support::keys(orders),
        [
            "primary key (customer, number)",
            "foreign key (customer) -> shop.customers (id) on delete CASCADE",
            "index recent btree (placed_at desc) where priority > 1",
        ]
    );
}
