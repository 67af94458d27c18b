// ===== schema.rs
//! The tables of the database, with the types of their columns.

mod mod_;
mod post;
mod status;
mod user;

pub use mod_::Mod;
pub use post::{Post, PostId};
pub use status::Status;
pub use user::{User, UserId};
// ===== schema/mod_.rs
use schema_diff::Schema;

use super::{Post, PostId};

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Mod {
    pub id: Option<i32>,
    #[db(references(Post::id))]
    pub parent: Option<PostId>,
}
// ===== schema/post.rs
use schema_diff::Schema;

use super::{Status, User, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct PostId(pub i64);

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "posts")]
pub struct Post {
    #[db(primary_key)]
    pub id: PostId,
    #[db(references(User::id))]
    pub author: Option<UserId>,
    pub status: Option<Status>,
}
// ===== schema/status.rs
use schema_diff::Schema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "status", rename_all = "snake_case")]
pub enum Status {
    Open,
    Shut,
}
// ===== schema/user.rs
use chrono::{DateTime, Utc};
use schema_diff::Schema;

use super::Status;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct UserId(pub i64);

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "users")]
pub struct User {
    #[db(primary_key)]
    pub id: UserId,
    #[db(default = Status::Open)]
    pub status: Status,
    pub created: Option<DateTime<Utc>>,
}
