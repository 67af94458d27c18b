//! Evidence that a contract goes without, because somebody says why.

use super::{Evidence, Finding};
use super::{clients, confirmation, dependents, instances, quiet, statements, subscribers, triggers, writes};

/// The evidence that can be waived. Rows that are not filled or differ can't: their values would be lost, and there is
/// `cargo schema apply` and `cargo schema repair` for them.
pub const WAIVABLE: [&str; 9] = [
    confirmation::NAME,
    quiet::NAME,
    writes::NAME,
    instances::NAME,
    clients::NAME,
    statements::NAME,
    dependents::NAME,
    subscribers::NAME,
    triggers::NAME,
];

/// What a contract goes without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The evidence's name, one of [`WAIVABLE`].
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Marks what is closed and waived.
pub(in crate::apply) fn waive(mut evidence: Vec<Evidence>, waivers: &[Waiver]) -> Vec<Evidence> {
    for one in evidence.iter_mut().filter(|one| one.finding == Finding::Closed && WAIVABLE.contains(&one.name)) {
        one.waived = waivers.iter().find(|waiver| waiver.name == one.name).map(|waiver| waiver.reason.clone());
    }
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_lose_values_is_never_waived() {
        let waivers = ["rows", "writes"].map(|name| Waiver { name: name.to_owned(), reason: "because".to_owned() });
        let evidence =
            vec![Evidence::closed("rows", "3"), Evidence::closed("writes", "2"), Evidence::open("quiet", "")];
        let passing: Vec<_> = waive(evidence, &waivers).iter().map(Evidence::lets_pass).collect();
        assert_eq!(passing, [false, true, true]);
    }
}
