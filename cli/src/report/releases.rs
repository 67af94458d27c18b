//! What was rolled out, and the instances that are alive.

use std::collections::BTreeMap;

use schema_diff::apply::Status;
use schema_diff::dialect::postgres::history::instance::Instance;
use schema_diff::dialect::postgres::history::release::Release;

/// A line each, where there is anything to say.
pub(super) fn lines(status: &Status) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(Release { name, commit, recorded_by, recorded_at }) = &status.release {
        let commit = commit.as_ref().map_or_else(String::new, |commit| format!(" (commit {commit})"));
        lines.push(format!("release {name}{commit} was rolled out at {recorded_at} by {recorded_by}"));
    }
    if !status.instances.is_empty() {
        let mut counts: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
        for instance in &status.instances {
            *counts.entry((&instance.release, instance.fingerprint.as_deref())).or_default() += 1;
        }
        let counted = counts.iter().map(|((release, built_with), count)| match built_with {
            Some(fingerprint) => format!("{count} of {release} (built with migrations {fingerprint})"),
            None => format!("{count} of {release}"),
        });
        lines.push(format!("instances alive: {}", counted.collect::<Vec<_>>().join(", ")));
    }
    lines
}

/// The same for programs.
pub(super) fn release_json(release: &Release) -> serde_json::Value {
    serde_json::json!({
        "name": release.name, "commit": release.commit, "by": release.recorded_by, "at": release.recorded_at,
    })
}

/// The same for programs.
pub(super) fn instance_json(instance: &Instance) -> serde_json::Value {
    serde_json::json!({
        "release": instance.release, "migrations": instance.migrations, "fingerprint": instance.fingerprint,
        "role": instance.role, "host": instance.host, "pid": instance.pid, "since": instance.since,
        "seen_seconds_ago": instance.silent_for,
    })
}
