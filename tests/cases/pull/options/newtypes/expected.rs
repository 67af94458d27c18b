//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use uuid::Uuid;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Limited {
    #[db(primary_key, type = "varchar(3)")]
    pub code: String,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "post_tags")]
#[db(primary_key(post, tag))]
pub struct PostTag {
    #[db(references(Post::id))]
    pub post: PostId,
    #[db(references(Tag::name))]
    pub tag: TagId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct PostId(pub Uuid);

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "posts")]
pub struct Post {
    #[db(primary_key)]
    pub id: PostId,
    #[db(references(User::id))]
    pub author: UserId,
    #[db(references(Profile::user_id))]
    pub profile: Option<UserId>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "profiles")]
pub struct Profile {
    #[db(primary_key, references(User::id))]
    pub user_id: UserId,
    pub friends: Option<Vec<i64>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct TagId(pub String);

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "tags")]
pub struct Tag {
    #[db(primary_key)]
    pub name: TagId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(transparent)]
pub struct UserId(pub i64);

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "users")]
pub struct User {
    #[db(primary_key, identity = always)]
    pub id: UserId,
    #[db(references(User::id))]
    pub invited_by: Option<UserId>,
}
