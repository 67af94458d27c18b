//! The parameter types that sqlx declares, as against those that the server would find out by itself. With the latter a
//! changed column type goes unnoticed, since the server then takes the new one.

use sqlx::{PgConnection, Row};

use super::super::session::{query, rows};
use crate::release::OfflineType;

/// `String` declares text whatever the column is, `serde_json::Value` jsonb, `IpNetwork` inet. By the numbers of
/// `pg_type.dat`: varchar, bpchar, name and their arrays; json; cidr.
const DECLARED: &[(u32, u32)] =
    &[(1043, 25), (1042, 25), (19, 25), (1015, 1009), (1014, 1009), (1003, 1009), (114, 3802), (199, 3807), (650, 869)];

/// What the Rust side declares where the server has found out this type.
pub fn declare(found_out: u32) -> u32 {
    DECLARED.iter().find(|(found, _)| *found == found_out).map_or(found_out, |(_, declared)| *declared)
}

/// The types that offline data name; nothing where one of them isn't there.
///
/// # Errors
///
/// The server's.
pub async fn resolve(connection: &mut PgConnection, types: &[OfflineType]) -> Result<Option<Vec<u32>>, sqlx::Error> {
    let names: Vec<String> = types.iter().map(name).collect();
    let found = rows(connection, query(include_str!("types_by_name.sql")).bind(names)).await?;
    let oids = found.iter().map(|row| row.try_get::<Option<i64>, _>("oid")).collect::<Result<Vec<_>, _>>()?;
    let oids: Option<Vec<i64>> = oids.into_iter().collect();
    Ok(oids.map(|oids| oids.into_iter().map(|oid| declare(u32::try_from(oid).unwrap_or(0))).collect()))
}

/// sqlx's word for a type is the server's, in another case; `Char` is the one-byte type.
fn name(of: &OfflineType) -> String {
    match of {
        OfflineType::Named(name) => name.clone(),
        OfflineType::Word(word) => {
            let (word, array) = word.strip_suffix("Array").map_or((word.as_str(), ""), |element| (element, "[]"));
            let name = if word == "Char" { "\"char\"".to_owned() } else { word.to_lowercase() };
            format!("{name}{array}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_sqlx_are_names_of_the_server() {
        for (word, expected) in
            [("Int4", "int4"), ("TextArray", "text[]"), ("Char", "\"char\""), ("TstzRange", "tstzrange")]
        {
            assert_eq!(name(&OfflineType::Word(word.to_owned())), expected);
        }
    }
}
