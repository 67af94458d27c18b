//! Which keys `#[db(…)]` may hold, and how often.

use super::entry::Entry;
use super::mistake::Mistakes;

/// A key of `#[db(…)]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    name: &'static str,
    repeats: bool,
}

/// The keys of a struct, an enum or a field.
pub(crate) type Keys = [Key];

impl Key {
    /// A key that stands at most once.
    pub(crate) const fn once(name: &'static str) -> Self {
        Self { name, repeats: false }
    }

    /// A key that may stand several times.
    pub(crate) const fn often(name: &'static str) -> Self {
        Self { name, repeats: true }
    }
}

/// Keeps the entries whose keys are known, and reports the others and those that stand twice.
pub(crate) fn known(entries: Vec<Entry>, keys: &Keys, mistakes: &mut Mistakes) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::new();
    for entry in entries {
        let name = entry.name();
        match keys.iter().find(|key| key.name == name) {
            None => {
                let names: Vec<_> = keys.iter().map(|key| key.name).collect();
                mistakes.unknown(&entry.key, "key", &name, &names);
            }
            Some(key) if !key.repeats && kept.iter().any(|earlier| earlier.name() == name) => {
                mistakes.at(&entry.key, format_args!("`{name}` is given twice"));
            }
            Some(_) => kept.push(entry),
        }
    }
    kept
}

/// Reports every entry beside the given one, which stands alone.
pub(crate) fn alone(only: &Entry, entries: &[Entry], why: &str, mistakes: &mut Mistakes) {
    for entry in entries.iter().filter(|entry| entry.name() != only.name()) {
        mistakes.at(&entry.key, format_args!("{why}: `{}` says nothing here", entry.name()));
    }
}

/// Reports every entry.
pub(crate) fn none(entries: &[Entry], why: &str, mistakes: &mut Mistakes) {
    for entry in entries {
        mistakes.at(&entry.key, format_args!("{why}: `{}` says nothing here", entry.name()));
    }
}
