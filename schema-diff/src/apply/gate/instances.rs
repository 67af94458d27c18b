//! Instances of an older release that live, by their own word.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::Evidence;
use crate::apply::error::ApplyError;
use crate::dialect::postgres::history::MigrationRecord;
use crate::dialect::postgres::history::instance::{Instance, alive, any_ever};
use crate::migration::Migration;

pub(super) const NAME: &str = "instances";

/// What is said where no instance was ever announced, of whatever would be counted by that.
pub(super) const NEVER_ANNOUNCED: &str = "no instance has ever announced itself (schema_diff::announce)";

pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
    record: &MigrationRecord,
) -> Result<Evidence, ApplyError> {
    if !any_ever(connection).await? {
        return Ok(Evidence::not_measured(NAME, format!("instances of an older release: {NEVER_ANNOUNCED}")));
    }
    let instances = alive(connection).await?;
    let (new, old): (Vec<_>, Vec<_>) =
        instances.iter().partition(|instance| knows_the_new_form(instance, migration, record));
    if old.is_empty() {
        let words = match new.len() {
            0 => "no instance is alive".to_owned(),
            _ => format!("no instance of an older release is alive; there are {}", by_release(&new)),
        };
        return Ok(Evidence::open(NAME, words));
    }
    let listed: String = old.iter().map(|instance| format!("\n  {}", line(instance))).collect();
    let count = if old.len() == 1 { "1 instance is".to_owned() } else { format!("{} instances are", old.len()) };
    let than = match &record.release {
        Some(release) => format!("neither of release {release} nor built with this migration"),
        None => "not built with this migration".to_owned(),
    };
    Ok(Evidence::closed(
        NAME,
        format!("{count} alive, {than}:{listed}\nreplace them, or confirm the release that they are of"),
    ))
}

/// By the migrations that it was built with, or by its release's name.
fn knows_the_new_form(instance: &Instance, migration: &Migration, record: &MigrationRecord) -> bool {
    let built_with = instance.migrations.as_ref().is_some_and(|versions| versions.contains(&migration.version));
    built_with || record.release.as_ref().is_some_and(|release| *release == instance.release)
}

fn line(instance: &Instance) -> String {
    let Instance { release, role, host, pid, since, silent_for, .. } = instance;
    format!("release {release}, process {pid} on {host}, as {role}, since {since}, heard of {silent_for:.0} s ago")
}

/// As in `2 of v42, 1 of v43`.
fn by_release(instances: &[&Instance]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for instance in instances {
        *counts.entry(&instance.release).or_default() += 1;
    }
    counts.iter().map(|(release, count)| format!("{count} of {release}")).collect::<Vec<_>>().join(", ")
}
