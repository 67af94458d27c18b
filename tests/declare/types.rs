//! The table of Rust types against sqlx itself: what sqlx says of a type is what a column of it becomes.

use std::net::IpAddr;

use schema_model::SqlType;
use schema_model::declare::{Core, known, peel};
use sqlx::postgres::types::{
    Oid, PgBox, PgCiText, PgCircle, PgCube, PgHstore, PgInterval, PgLQuery, PgLSeg, PgLTree, PgLine, PgMoney, PgPath,
    PgPoint, PgPolygon, PgRange, PgTimeTz,
};
use sqlx::types::{
    BigDecimal, BitVec, Decimal, Json, JsonRawValue, JsonValue, Text, Uuid, ipnet, ipnetwork, mac_address,
};
use sqlx::{Postgres, Type, TypeInfo};

/// What sqlx calls the type, in the server's spelling.
fn by_sqlx<T: Type<Postgres>>() -> String {
    SqlType::parse(&T::type_info().name().to_lowercase()).to_string()
}

/// What we make of the type as it is written.
fn by_us(written: &str) -> String {
    let peeled = peel(&syn::parse_str(written).expect("a type"));
    let sql_type = match &peeled.core {
        Core::Bytes => SqlType::builtin("bytea"),
        Core::Path(path) => {
            let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            known(&segments, path).unwrap_or_else(|| panic!("{written} is unknown"))
        }
        Core::Impossible(why, _) => panic!("{written}: {why}"),
    };
    let sql_type = if peeled.array { sql_type.into_array() } else { sql_type };
    // sqlx knows the types of extensions by their names alone.
    sql_type.to_string().trim_start_matches("public.").to_owned()
}

macro_rules! same {
    ($($ty:ty),* $(,)?) => { $(assert_eq!(by_us(stringify!($ty)), by_sqlx::<$ty>(), stringify!($ty));)* };
}

#[test]
fn every_type_that_sqlx_maps_is_mapped_alike() {
    same!(bool, i8, i16, i32, i64, f32, f64, String, Vec<u8>, [u8; 4], IpAddr, Oid, Uuid, Decimal, BigDecimal);
    same!(chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime, chrono::NaiveDate, chrono::NaiveTime, chrono::Duration);
    same!(time::OffsetDateTime, time::PrimitiveDateTime, time::Date, time::Time, time::Duration, std::time::Duration);
    same!(ipnetwork::IpNetwork, ipnet::IpNet, mac_address::MacAddress, BitVec, PgInterval, PgMoney, PgTimeTz);
    same!(JsonValue, serde_json::Value, Json<Vec<i32>>, &JsonRawValue, Text<std::net::SocketAddr>);
    same!(PgPoint, PgLine, PgLSeg, PgBox, PgPath, PgPolygon, PgCircle);
    same!(PgCiText, PgCube, PgHstore, PgLTree, PgLQuery);
}

#[test]
fn ranges_and_arrays_are_mapped_alike() {
    same!(PgRange<i32>, PgRange<i64>, PgRange<Decimal>, PgRange<BigDecimal>, PgRange<chrono::NaiveDate>);
    same!(PgRange<chrono::NaiveDateTime>, PgRange<chrono::DateTime<chrono::Utc>>, PgRange<time::Date>);
    same!(PgRange<time::PrimitiveDateTime>, PgRange<time::OffsetDateTime>);
    same!(Vec<bool>, Vec<String>, Vec<Vec<u8>>, Option<Vec<i64>>, Vec<Option<i32>>, Vec<Uuid>, Vec<Json<i32>>);
    same!(Vec<PgRange<i32>>, [i16; 3], Box<[i32]>, Vec<Decimal>, Vec<chrono::NaiveDate>, Vec<IpAddr>);
}
