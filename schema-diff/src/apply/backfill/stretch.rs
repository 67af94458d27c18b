//! A stretch of the table: the keys after one and up to another, or the places from one on and up to another.

use std::fmt;

use sqlx::{PgConnection, Row};

use super::Fill;
use crate::apply::error::ApplyError;
use crate::dialect::postgres::history::fill;
use crate::dialect::postgres::session::{query, row};

/// More places than a block of any size has.
const PLACES: i64 = 2_048;

/// A row's place in the table's file, as `ctid` writes it: `(120,7)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::apply) struct Place {
    block: i64,
    place: i64,
}

impl Place {
    /// Before every row.
    pub(in crate::apply) const START: Self = Self { block: 0, place: 0 };

    pub(in crate::apply) fn parse(text: &str) -> Option<Self> {
        let (block, place) = text.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
        Some(Self { block: block.parse().ok()?, place: place.parse().ok()? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({},{})", self.block, self.place)
    }
}

/// A stretch; `after` is `None` at the beginning of the table.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) after: Option<Vec<String>>,
    pub(super) until: Vec<String>,
    /// How many rows, or blocks, lie between them at most.
    pub(super) size: i64,
}

/// Where a walk block by block ends; what is added behind it comes from writers, who fill it themselves, or was there
/// before and has been updated, which the next look finds.
#[derive(Clone, Copy, Debug)]
pub(super) struct End(i64);

impl Stretch {
    /// The whole table.
    pub(super) fn whole() -> Self {
        Self { after: None, until: Vec::new(), size: i64::MAX }
    }
}

/// Where a pass that begins now ends.
pub(super) async fn end(connection: &mut PgConnection, fill: Fill<'_>) -> Result<End, ApplyError> {
    Ok(End(if fill.backfill.range.is_some() { 0 } else { fill::blocks(connection, &fill.backfill.table).await? }))
}

/// The file that the table lies in, which another one replaces when the table is rewritten; without meaning where rows
/// are found by their key.
pub(super) async fn file_of(connection: &mut PgConnection, fill: Fill<'_>) -> Result<Option<i64>, ApplyError> {
    if fill.backfill.range.is_some() {
        return Ok(None);
    }
    Ok(fill::file(connection, &fill.backfill.table).await?)
}

/// The next stretch of a size; `None` where the table ends.
pub(super) async fn next(
    connection: &mut PgConnection,
    fill: Fill<'_>,
    after: Option<&[String]>,
    size: i64,
    end: &End,
) -> Result<Option<Stretch>, ApplyError> {
    let until = match &fill.backfill.range {
        None => next_place(after, size, end),
        Some(range) => {
            let columns = fill.backfill.key.len();
            let mut bound = query(&range.sql);
            for at in 0..columns {
                bound = bound.bind(after.map(|after| after[at].clone()));
            }
            let row = row(connection, bound.bind(size)).await.map_err(|error| fill.located(range, error))?;
            row.map(|row| (0..columns).map(|at| row.try_get(at)).collect::<Result<_, _>>()).transpose()?
        }
    };
    Ok(until.map(|until| Stretch { after: after.map(<[String]>::to_vec), until, size }))
}

fn next_place(after: Option<&[String]>, size: i64, End(end): &End) -> Option<Vec<String>> {
    let after = after.and_then(<[String]>::first).and_then(|text| Place::parse(text));
    let Place { block, place } = after.unwrap_or(Place::START);
    if block >= *end {
        return None;
    }
    let (block, place) = match size {
        0 if place < PLACES => (block, place + 1),
        0 => (block + 1, 0),
        size => ((block + size).min(*end), 0),
    };
    Some(vec![Place { block, place }.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_each_other() {
        let next = |after: Option<&str>, size| {
            next_place(after.map(|after| vec![after.to_owned()]).as_deref(), size, &End(100))
                .map(|until| until.concat())
        };
        assert_eq!(next(None, 8).as_deref(), Some("(8,0)"));
        assert_eq!(next(Some("(96,0)"), 8).as_deref(), Some("(100,0)"));
        assert_eq!(next(Some("(100,0)"), 8), None);
        assert_eq!(next(Some("(7,3)"), 0).as_deref(), Some("(7,4)"));
        assert_eq!(next(Some("(7,2048)"), 0).as_deref(), Some("(8,0)"));
    }
}
