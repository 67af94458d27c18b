use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "t")]
pub struct T {
    #[db(primary_key)]
    pub id: i64,
}

#[derive(Schema)]
#[db(table = "follow", primary_key(follower, followed))]
pub struct Follow {
    #[db(references(T::id, name = "follow_followed_fkey"))]
    pub follower: i64,
    #[db(references(T::id, name = "follow_follower_fkey"))]
    pub followed: i64,
}
