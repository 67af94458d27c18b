//! Texts of the server that change when it reads them again.
//!
//! `a IN ('x', 'y')` over `varchar` is written `(ARRAY['x'::character varying, 'y'::character varying])::text[]`. The
//! server's parser pushes such a cast down to the elements, and from then on writes each of them with its own. What was
//! loaded from a text and what the text was made from are alike, so that both are brought to the second form.

/// The form that stays as it is when the server reads it.
pub fn settled(text: &str) -> String {
    let mut settled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = outside_literals(rest, "(ARRAY[") {
        let (before, from) = rest.split_at(at);
        settled.push_str(before);
        match cast_array(from) {
            Some((elements, to, after)) => {
                let cast = |element: &&str| format!("({})::{to}", self::settled(element));
                settled.push_str(&format!("ARRAY[{}]", elements.iter().map(cast).collect::<Vec<_>>().join(", ")));
                rest = after;
            }
            None => {
                settled.push('(');
                rest = &from[1..];
            }
        }
    }
    settled + rest
}

/// Reads `(ARRAY[a, b])::type[]`: the elements, the type of each, and what comes after.
fn cast_array(text: &str) -> Option<(Vec<&str>, &str, &str)> {
    let inside = text.strip_prefix("(ARRAY[")?;
    let (elements, after) = elements(inside)?;
    let after = after.strip_prefix(")::")?;
    let end = after.find("[]")?;
    let to = &after[..end];
    let is_type = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '.' | ' ');
    (to.chars().all(is_type) && !elements.is_empty()).then_some((elements, to, &after[end + 2..]))
}

/// The elements up to the closing bracket, and what comes after it.
fn elements(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ']') if depth == 0 => {
                let last = text[start..at].trim();
                found.extend((!last.is_empty()).then_some(last));
                return Some((found, &text[at + 1..]));
            }
            (None, ')' | ']') => depth = depth.checked_sub(1)?,
            (None, ',') if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    None
}

/// Where some words stand that are no part of a literal or of a quoted name.
fn outside_literals(text: &str, words: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, _) if text[at..].starts_with(words) => return Some(at),
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::settled;

    #[test]
    fn casts_of_arrays_are_those_of_their_elements() {
        for (once, twice) in [
            (
                "((a)::text = ANY ((ARRAY['x'::character varying, 'y, ]'::character varying])::text[]))",
                "((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y, ]'::character varying)::text]))",
            ),
            ("(ARRAY[1, f(2, 3)])::bigint[]", "ARRAY[(1)::bigint, (f(2, 3))::bigint]"),
            ("b = ANY (ARRAY['x'::text])", "b = ANY (ARRAY['x'::text])"),
            ("'(ARRAY[1])::text[]'::text", "'(ARRAY[1])::text[]'::text"),
            ("(ARRAY[1] || 2)", "(ARRAY[1] || 2)"),
        ] {
            assert_eq!(settled(once), twice);
            assert_eq!(settled(twice), twice);
        }
    }
}
