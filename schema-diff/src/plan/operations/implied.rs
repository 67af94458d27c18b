//! Whether a check lets through whatever another one lets through, as far as their texts tell: a list that gets longer, a
//! bound that gives way, an alternative that is added, a demand that is taken out.

use schema_model::sql_text;

/// Words between which nothing is known of what surrounds a list or a bound.
const OPAQUE: [&str; 6] = ["NOT", "CASE", "IS", "AND", "OR", "LIKE"];
/// Longer ones are made of these, each a token.
const COMPARISONS: [&str; 3] = ["=", "<", ">"];

/// Whether what passes `old` passes `new`. Both are the server's own texts; `false` where they don't tell.
pub(super) fn implies(old: &str, new: &str) -> bool {
    follows(&sql_text::meaning(old), &sql_text::meaning(new))
}

fn follows(old: &[&str], new: &[&str]) -> bool {
    let (old, new) = (bare(old), bare(new));
    let (alternatives, demands) = (split(old, "OR"), split(new, "AND"));
    if alternatives.len() > 1 {
        return alternatives.iter().all(|old| follows(old, new));
    }
    if demands.len() > 1 {
        return demands.iter().all(|new| follows(old, new));
    }
    let (demands, alternatives) = (split(old, "AND"), split(new, "OR"));
    old == new
        || demands.len() > 1 && demands.iter().any(|old| follows(old, new))
        || alternatives.len() > 1 && alternatives.iter().any(|new| follows(old, new))
        || is_longer_list(old, new)
        || is_wider_bound(old, new)
}

/// Without the parentheses around all of it.
fn bare<'a, 't>(mut tokens: &'a [&'t str]) -> &'a [&'t str] {
    while let ["(", inner @ .., ")"] = tokens
        && closing(tokens, 0) == Some(tokens.len() - 1)
    {
        tokens = inner;
    }
    tokens
}

/// Where what opens at a place closes.
fn closing(tokens: &[&str], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().enumerate().skip(open).find_map(|(at, token)| {
        match *token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

/// The parts between a word outside of parentheses.
fn split<'a, 't>(tokens: &'a [&'t str], word: &str) -> Vec<&'a [&'t str]> {
    let mut depth = 0_usize;
    let parts = tokens.split(|token| {
        match *token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        depth == 0 && token.eq_ignore_ascii_case(word)
    });
    let parts: Vec<&[&str]> = parts.collect();
    // The words of a CASE stand outside of parentheses too.
    if tokens.iter().any(|token| token.eq_ignore_ascii_case("CASE")) { vec![tokens] } else { parts }
}

/// `x = ANY (ARRAY[…])`, of which the new one names all that the old one does.
fn is_longer_list(old: &[&str], new: &[&str]) -> bool {
    let (Some(old), Some(new)) = (list(old), list(new)) else { return false };
    old.around == new.around && old.values.iter().all(|value| new.values.contains(value))
}

struct List<'a, 't> {
    around: [&'a [&'t str]; 2],
    values: Vec<&'a [&'t str]>,
}

fn list<'a, 't>(tokens: &'a [&'t str]) -> Option<List<'a, 't>> {
    let open = tokens.windows(2).position(|pair| pair == ["ARRAY", "["])? + 1;
    let close = closing(tokens, open)?;
    let around = [&tokens[..open], &tokens[close..]];
    let is_any = around[0].windows(2).filter(|pair| pair == &["=", "ANY"]).count() == 1;
    let values = split(&tokens[open + 1..close], ",");
    (is_any && is_plain(around, 1)).then_some(List { around, values })
}

/// `x <= 100`, of which the new one has a bound that is farther away.
fn is_wider_bound(old: &[&str], new: &[&str]) -> bool {
    let ([compared @ .., was], [same @ .., is]) = (old, new) else { return false };
    let (Ok(was), Ok(is)) = (was.parse::<f64>(), is.parse::<f64>()) else { return false };
    let (left, gives_way) = match compared {
        [left @ .., "<"] | [left @ .., "<", "="] => (left, was <= is),
        [left @ .., ">"] | [left @ .., ">", "="] => (left, was >= is),
        _ => return false,
    };
    compared == same && is_plain([left, &[]], 0) && gives_way
}

/// Whether there is nothing but a value and so many comparisons.
fn is_plain(parts: [&[&str]; 2], comparisons: usize) -> bool {
    let tokens = || parts.into_iter().flatten();
    let is_opaque = |token: &&str| OPAQUE.iter().any(|word| token.eq_ignore_ascii_case(word));
    !tokens().any(is_opaque) && tokens().filter(|token| COMPARISONS.contains(token)).count() == comparisons
}

#[cfg(test)]
mod tests {
    use super::implies;

    #[test]
    fn what_is_told_by_the_texts() {
        let list = |values: &str| format!("((k)::text = ANY ((ARRAY[{values}])::text[]))");
        let (short, long) = (list("'a'::text, 'b'::text"), list("'b'::text, 'c'::text, 'a'::text"));
        for (old, new, there, back) in [
            (&*short, &*long, true, false),
            ("(length(a) <= 10)", "(length(a) <= 20)", true, false),
            ("(a > 1)", "(a > 0)", true, false),
            ("(a > 0)", "((a > 0) OR (b IS NULL))", true, false),
            ("((a > 0) AND (b > 0))", "(a > 0)", true, false),
            ("(a > 0)", "(a > 0)", true, true),
            ("((a > 1) OR (b > 0))", "((a > 0) OR (b > 0))", true, false),
            ("((a >= 1) AND (a <= 5))", "((a >= 0) AND (a <= 9))", true, false),
            ("(NOT (a > 1))", "(NOT (a > 0))", false, false),
            ("((a < 1) = (b < 1))", "((a < 1) = (b < 2))", false, false),
            ("(a <> ALL (ARRAY[1, 2]))", "(a <> ALL (ARRAY[1, 2, 3]))", false, false),
            ("(a = 1)", "(a = 2)", false, false),
            ("CASE WHEN (a > 1) THEN true ELSE false END", "CASE WHEN (a > 0) THEN true ELSE false END", false, false),
        ] {
            assert_eq!(implies(old, new), there, "{old} to {new}");
            assert_eq!(implies(new, old), back, "{new} to {old}");
        }
    }
}
