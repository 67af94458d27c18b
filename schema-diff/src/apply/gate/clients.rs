//! Sessions of the application's roles that belong to no instance which announced itself: an old instance, a job, a
//! second pool.

use std::collections::BTreeSet;

use sqlx::PgConnection;

use super::Evidence;
use super::instances::NEVER_ANNOUNCED;
use crate::apply::error::ApplyError;
use crate::dialect::postgres::evidence::clients::{Client, unknown_clients};
use crate::dialect::postgres::history::instance::any_ever;

pub(super) const NAME: &str = "clients";

/// As many as one reads.
const SHOWN: usize = 5;

pub(super) async fn evidence(connection: &mut PgConnection) -> Result<Evidence, ApplyError> {
    if !any_ever(connection).await? {
        return Ok(Evidence::not_measured(NAME, format!("unknown clients: {NEVER_ANNOUNCED}")));
    }
    let (unknown, others): (Vec<_>, Vec<_>) =
        unknown_clients(connection).await?.into_iter().partition(|client| client.is_applications);
    let roles: BTreeSet<&str> = others.iter().map(|client| client.role.as_str()).collect();
    let roles = roles.into_iter().collect::<Vec<_>>().join(", ");
    let others = match others.len() {
        0 => String::new(),
        count => format!("; sessions of other roles are not looked at: {count} ({roles})"),
    };
    if unknown.is_empty() {
        let words = format!(
            "no session of the application's roles is unknown (clients of a pooler are only seen while they work){others}"
        );
        return Ok(Evidence::open(NAME, words));
    }
    let listed: String = unknown.iter().take(SHOWN).map(|client| format!("\n  {}", line(client))).collect();
    let more = match unknown.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let count = unknown.len();
    let sessions = if count == 1 { "1 session belongs".to_owned() } else { format!("{count} sessions belong") };
    Ok(Evidence::closed(
        NAME,
        format!(
            "{sessions} to nobody who announced himself, and may be of an older release:{listed}{more}\nend them, or let their program call schema_diff::announce right after it has made its pool{others}"
        ),
    ))
}

fn line(client: &Client) -> String {
    let Client { pid, role, application, left_by, address, since, is_applications: _ } = client;
    let application = if application.is_empty() { "without a name".to_owned() } else { format!("`{application}`") };
    let address = address.as_ref().map_or_else(String::new, |address| format!(" from {address}"));
    let since = since.as_ref().map_or_else(String::new, |since| format!(", since {since}"));
    let left_by = left_by.as_ref().map_or_else(String::new, |release| {
        format!(": of an instance of {release} that has ended; its pool is still open, or a pooler keeps the session")
    });
    format!("process {pid} of the server, {application}, as {role}{address}{since}{left_by}")
}
