//! From one way of numbering a column to another, without a gap and without a number given twice.

use schema_model::{Identifier, Identity, IdentityKind, QualifiedName, SequenceOptions, SqlType};

use super::{Rendered, quote, run_each, table};
use crate::plan::name::fitted;
use crate::plan::step::Renumbering;
use crate::statement::LockMode;

pub(super) fn render(table: &QualifiedName, column: &Identifier, way: &Renumbering) -> Rendered {
    let Renumbering { from, to, sql_type, catch_up } = way;
    let place = Place { table, column, sql_type };
    let statements = match (from.as_ref(), to.as_ref()) {
        (None, None) => Vec::new(),
        (Some(from), None) => place.remove(from),
        (None, Some(to)) => place.begin(to),
        (Some(from), Some(to)) if from.kind == to.kind => place.adjust(from, to),
        (Some(from), Some(to)) if from.kind != IdentityKind::Serial && to.kind != IdentityKind::Serial => {
            let mut statements = vec![place.alter(&format!("SET GENERATED {}", words(to.kind)))];
            statements.extend(place.adjust(from, to));
            let sequence = to.sequence.as_ref().filter(|_| *catch_up);
            statements.extend(sequence.map(|sequence| place.after_the_last(to, sequence, true)));
            statements
        }
        (Some(from), Some(to)) => place.exchange(from, to),
    };
    let rendered = Rendered { statements, ..Rendered::default() };
    // A sequence that counts in another way, or has another name, is locked itself, and not its table.
    let same_kind = from.as_ref().map(|one| one.kind) == to.as_ref().map(|one| one.kind);
    if same_kind { rendered } else { rendered.locking(table, LockMode::AccessExclusive) }
}

/// A column that no row has a number in yet takes its numbers from a sequence of its own; where that goes in the switch,
/// everybody may use it until then, as nobody needs a privilege for an identity.
pub(super) fn begin(
    table: &QualifiedName,
    column: &Identifier,
    (identity, sql_type): (&Identity, &SqlType),
    until_the_switch: bool,
) -> Rendered {
    let place = Place { table, column, sql_type };
    let sequence = identity.sequence.as_ref();
    let mut statements: Vec<String> = sequence.iter().flat_map(|sequence| place.make(identity, sequence)).collect();
    if until_the_switch {
        let grant = |name| format!("GRANT USAGE ON SEQUENCE {} TO PUBLIC", quote::qualified(name));
        statements.extend(sequence.map(grant));
    }
    Rendered { statements, ..Rendered::default() }.locking(table, LockMode::AccessExclusive)
}

/// An identity that goes on where the sequence of another column stands. That sequence goes with its column a moment later,
/// and so makes room for its name here.
pub(super) fn take_over(table: &QualifiedName, column: &Identifier, from: &QualifiedName, to: &Identity) -> Rendered {
    let any = SqlType::builtin("bigint");
    let place = Place { table, column, sql_type: &any };
    let sequence = to.sequence.as_ref().unwrap_or(from);
    let mut statements = Vec::new();
    let mut standing = from.clone();
    if sequence == from {
        standing = from.sibling(fitted(&[from.name.as_str()], "old"));
        let (old, aside) = (quote::qualified(from), quote::name(&standing.name));
        statements.push(format!("ALTER SEQUENCE {old} RENAME TO {aside}"));
    }
    statements.extend(place.make(to, sequence));
    let name = quote::literal(&quote::qualified(sequence));
    statements.push(format!("SELECT setval({name}, last_value, is_called) FROM {}", quote::qualified(&standing)));
    statements.push(keep_privileges(&standing, sequence));
    Rendered { statements, ..Rendered::default() }.locking(table, LockMode::AccessExclusive)
}

/// Who may use a sequence may use the one that takes its place. What everybody may is granted for an overlap alone.
fn keep_privileges(from: &QualifiedName, to: &QualifiedName) -> String {
    let (source, target) = (quote::literal(&quote::qualified(from)), quote::literal(&quote::qualified(to)));
    let commands = format!(
        "    SELECT format('GRANT %s ON SEQUENCE %s TO %I%s', a.privilege_type, {target}, pg_catalog.pg_get_userbyid(a.grantee),
      CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM pg_catalog.pg_class AS c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) AS a
    WHERE c.oid = {source}::pg_catalog.regclass AND a.grantee NOT IN (0, c.relowner)"
    );
    run_each("who might use the old sequence may use this one", &commands)
}

struct Place<'a> {
    table: &'a QualifiedName,
    column: &'a Identifier,
    sql_type: &'a SqlType,
}

impl Place<'_> {
    fn alter(&self, action: &str) -> String {
        format!("ALTER TABLE {} ALTER COLUMN {} {action}", quote::qualified(self.table), quote::name(self.column))
    }

    fn remove(&self, identity: &Identity) -> Vec<String> {
        match (identity.kind, &identity.sequence) {
            (IdentityKind::Serial, Some(sequence)) => {
                vec![self.alter("DROP DEFAULT"), format!("DROP SEQUENCE {}", quote::qualified(sequence))]
            }
            (IdentityKind::Serial, None) => vec![self.alter("DROP DEFAULT")],
            (IdentityKind::Always | IdentityKind::ByDefault, _) => vec![self.alter("DROP IDENTITY")],
        }
    }

    /// Numbers the column, without saying yet where the numbers go on.
    fn make(&self, identity: &Identity, sequence: &QualifiedName) -> Vec<String> {
        let options = table::sequence_options(&identity.options);
        let name = quote::qualified(sequence);
        if identity.kind != IdentityKind::Serial {
            let kind = words(identity.kind);
            return vec![self.alter(&format!("ADD GENERATED {kind} AS IDENTITY (SEQUENCE NAME {name}{options})"))];
        }
        let kind = identity.options.data_type.as_ref().unwrap_or(self.sql_type);
        let owner = format!("{}.{}", quote::qualified(self.table), quote::name(self.column));
        vec![
            format!("CREATE SEQUENCE {name} AS {kind}{options}"),
            self.share(sequence),
            format!("ALTER SEQUENCE {name} OWNED BY {owner}"),
            self.alter(&format!("SET DEFAULT {}", table::nextval(sequence))),
        ]
    }

    /// A default takes its number in the name of whoever inserts, and a sequence belongs to a table of the same owner alone.
    fn share(&self, sequence: &QualifiedName) -> String {
        let (target, source) =
            (quote::literal(&quote::qualified(sequence)), quote::literal(&quote::qualified(self.table)));
        let commands = format!(
            "    SELECT format('ALTER SEQUENCE %s OWNER TO %I', {target}, pg_catalog.pg_get_userbyid(c.relowner))
    FROM pg_catalog.pg_class AS c WHERE c.oid = {source}::pg_catalog.regclass
    UNION ALL
    SELECT DISTINCT format('GRANT USAGE ON SEQUENCE %s TO %s', {target},
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END)
    FROM pg_catalog.pg_class AS c
    CROSS JOIN LATERAL (
      SELECT c.relacl AS acl
      UNION ALL
      SELECT t.attacl FROM pg_catalog.pg_attribute AS t WHERE t.attrelid = c.oid
      UNION ALL  -- who writes through a view
      SELECT v.relacl FROM pg_catalog.pg_depend AS d
      JOIN pg_catalog.pg_rewrite AS r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
      JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
      WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid
    ) AS k
    CROSS JOIN LATERAL pg_catalog.aclexplode(k.acl) AS a
    WHERE c.oid = {source}::pg_catalog.regclass AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner"
        );
        run_each("who owns the table owns the sequence, and who may insert may use it", &commands)
    }

    /// After the largest value there is: an index over the column finds that at once.
    fn begin(&self, identity: &Identity) -> Vec<String> {
        let Some(sequence) = &identity.sequence else { return Vec::new() };
        let mut statements = self.make(identity, sequence);
        statements.push(self.after_the_last(identity, sequence, false));
        statements
    }

    /// Numbers that the sequence can't give are in nobody's way; `catching_up`, neither are those that it has given.
    fn after_the_last(&self, identity: &Identity, sequence: &QualifiedName, catching_up: bool) -> String {
        let options = &identity.options;
        let (function, beyond, first) = if options.increment.is_some_and(|increment| increment < 0) {
            ("min", "<", options.max.unwrap_or(-1))
        } else {
            ("max", ">", options.min.unwrap_or(1))
        };
        let last = format!("{function}({})", quote::name(self.column));
        let (name, target) = (quote::qualified(sequence), quote::qualified(self.table));
        let given =
            if catching_up { format!(" AND {last} {beyond} (SELECT last_value FROM {name})") } else { String::new() };
        format!("SELECT setval({}, {last}) FROM {target} HAVING {last} {beyond}= {first}{given}", quote::literal(&name))
    }

    /// The same sequence, counting in another way.
    fn adjust(&self, from: &Identity, to: &Identity) -> Vec<String> {
        let Some(sequence) = &from.sequence else { return Vec::new() };
        let mut statements = Vec::new();
        if from.options != to.options {
            statements.push(self.options(sequence, &to.options));
        }
        if let Some(wanted) = to.sequence.as_ref().filter(|wanted| *wanted != sequence) {
            let (old, new) = (quote::qualified(sequence), quote::name(&wanted.name));
            statements.push(format!("ALTER SEQUENCE {old} RENAME TO {new}"));
        }
        statements
    }

    /// Every option, since one that isn't named stays as it is.
    fn options(&self, sequence: &QualifiedName, options: &SequenceOptions) -> String {
        let SequenceOptions { data_type, start, increment, min, max, cache, cycle } = options;
        let bound = |word: &str, bound: &Option<i64>| match bound {
            Some(number) => format!("{word} {number}"),
            None => format!("NO {word}"),
        };
        format!(
            "ALTER SEQUENCE {} AS {} INCREMENT BY {} {} {} START WITH {} CACHE {} {}",
            quote::qualified(sequence),
            data_type.as_ref().unwrap_or(self.sql_type),
            increment.unwrap_or(1),
            bound("MINVALUE", min),
            bound("MAXVALUE", max),
            start.or(*min).unwrap_or(1),
            cache.unwrap_or(1),
            if *cycle { "CYCLE" } else { "NO CYCLE" }
        )
    }

    /// A new sequence that goes on where the old one stands; it may have the old one's name.
    fn exchange(&self, from: &Identity, to: &Identity) -> Vec<String> {
        let (Some(old), Some(new)) = (&from.sequence, &to.sequence) else { return Vec::new() };
        let aside = old.sibling(fitted(&[old.name.as_str()], "old"));
        let (aside_name, new_name) = (quote::qualified(&aside), quote::literal(&quote::qualified(new)));
        let mut statements =
            vec![format!("ALTER SEQUENCE {} RENAME TO {}", quote::qualified(old), quote::name(&aside.name))];
        let going_on = format!("SELECT setval({new_name}, last_value, is_called) FROM {aside_name}");
        if from.kind == IdentityKind::Serial {
            statements.push(self.alter("DROP DEFAULT"));
            statements.extend(self.make(to, new));
            statements.push(going_on);
            statements.push(keep_privileges(&aside, new));
            statements.push(format!("DROP SEQUENCE {aside_name}"));
        } else {
            // A column can't be both: its identity goes before the default comes, and with it its sequence.
            statements.push(format!(
                "CREATE TEMP TABLE schema_diff_state ON COMMIT DROP AS SELECT last_value, is_called FROM {aside_name}"
            ));
            statements.push(self.alter("DROP IDENTITY"));
            statements.extend(self.make(to, new));
            statements.push(format!("SELECT setval({new_name}, last_value, is_called) FROM pg_temp.schema_diff_state"));
        }
        statements
    }
}

fn words(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Always => "ALWAYS",
        IdentityKind::ByDefault | IdentityKind::Serial => "BY DEFAULT",
    }
}
