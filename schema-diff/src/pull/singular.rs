//! One of many: `users` is a `User`, where that is certain. Whatever is left in doubt keeps the table's own form: the
//! table's name is written down in any case where it doesn't follow from the struct's.

/// Endings whose singular is certain, with what stands in their place; the longest comes first.
const ENDINGS: &[(&str, &str)] =
    &[("sses", "ss"), ("ncies", "ncy"), ("ities", "ity"), ("tories", "tory"), ("tries", "try")];

/// Words that end as plurals do and are none, or whose singular ends otherwise.
const ODD: &[&str] = &[
    "always",
    "analytics",
    "aws",
    "bonus",
    "campus",
    "canvas",
    "chaos",
    "corps",
    "css",
    "dns",
    "gas",
    "gps",
    "graphics",
    "https",
    "kubernetes",
    "lens",
    "logistics",
    "mathematics",
    "means",
    "metrics",
    "movies",
    "news",
    "ops",
    "physics",
    "politics",
    "series",
    "sms",
    "species",
    "statistics",
    "tls",
    "https",
    "yes",
];

/// The singular of the last word of a name in snake_case, if it is certain.
pub(crate) fn of(name: &str) -> Option<String> {
    let last = name.rsplit('_').next()?;
    if ODD.contains(&last) || last.len() < 4 || !last.chars().all(|c| c.is_ascii_lowercase()) {
        return None;
    }
    if let Some((ending, instead)) = ENDINGS.iter().find(|(ending, _)| last.ends_with(ending)) {
        return Some(format!("{}{instead}", &name[..name.len() - ending.len()]));
    }
    // `-es` and `-ies` may go back to several forms (caches, matches; movies, categories), `-ss`, `-us`, `-is`, `-as`
    // and `-os` are mostly no plurals.
    let doubtful = ["ies", "ches", "shes", "xes", "zes", "ses", "ves", "oes", "ss", "us", "is", "as", "os"];
    if doubtful.iter().any(|ending| last.ends_with(ending)) {
        return None;
    }
    name.strip_suffix('s').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn only_what_is_certain() {
        for (many, one) in [
            ("users", Some("user")),
            ("order_items", Some("order_item")),
            ("addresses", Some("address")),
            ("dependencies", Some("dependency")),
            ("api_keys", Some("api_key")),
            ("messages", Some("message")),
            ("news", None),
            ("status", None),
            ("matches", None),
            ("movies", None),
            ("process", None),
            ("user", None),
            ("sms", None),
        ] {
            assert_eq!(of(many).as_deref(), one, "{many}");
        }
    }
}
