//! The seed of what is tried in a usual test run: from the commit, so that all points are visited over time, and a
//! failure is there again when the same commit is tested again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::Command;

use crate::build::workspace;

/// Sets the seed.
const VARIABLE: &str = "SCHEMA_DIFF_TEST_SEED";

/// The seed, which is printed.
///
/// # Panics
/// If the variable holds no number.
pub fn seed() -> u64 {
    let (seed, from) = match std::env::var(VARIABLE) {
        Ok(text) => (text.parse().unwrap_or_else(|_| panic!("{VARIABLE}: `{text}` is no number")), VARIABLE.to_owned()),
        Err(_) => {
            let commit = commit().unwrap_or_else(|| "no commit is known".to_owned());
            let mut hasher = DefaultHasher::new();
            commit.hash(&mut hasher);
            (hasher.finish(), commit)
        }
    };
    println!("seed {seed} from {from}; to repeat it: {VARIABLE}={seed}");
    seed
}

/// The commit that is tested, with a mark where the working tree is another.
pub fn commit() -> Option<String> {
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no", "--", ".", ":!tests/soak"])?;
    Some(if changed.is_empty() { commit } else { format!("{commit}+") })
}

/// Where there is no git or no repository, nothing.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(workspace()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
