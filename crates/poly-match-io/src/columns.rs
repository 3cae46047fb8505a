//! Finds columns by their names.

use arrow_schema::Fields;

use crate::error::{Error, Result, quoted};

/// Most names that a message lists.
const MOST: usize = 12;

/// The positions of columns in the order of the table; all without names.
///
/// # Errors
/// An error that lists the columns there are, if one is missing.
pub(crate) fn find(fields: &Fields, names: Option<&[String]>) -> Result<Vec<usize>> {
    let Some(names) = names else { return Ok((0..fields.len()).collect()) };
    for name in names {
        if !fields.iter().any(|field| field.name() == name) {
            return Err(missing(fields, name));
        }
    }
    Ok((0..fields.len()).filter(|&i| names.contains(fields[i].name())).collect())
}

fn missing(fields: &Fields, name: &str) -> Error {
    let mut listed: Vec<_> = fields.iter().take(MOST).map(|field| quoted(field.name())).collect();
    match fields.len() {
        0 => listed.push("none".to_owned()),
        len if len > MOST => listed.push(format!("and {} more", len - MOST)),
        _ => {}
    }
    Error::unsupported(format_args!(
        "expected a column {}, got the columns {}",
        quoted(name),
        listed.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use arrow_schema::{DataType, Field};

    use super::*;

    fn fields(count: usize) -> Fields {
        (0..count).map(|i| Field::new(i.to_string(), DataType::Null, true)).collect()
    }

    #[test]
    fn columns_come_in_the_order_of_the_table() {
        let names = ["2".to_owned(), "0".to_owned()];
        assert_eq!(find(&fields(3), Some(&names)).expect("found"), [0, 2]);
        assert_eq!(find(&fields(3), None).expect("found"), [0, 1, 2]);
        assert_eq!(find(&fields(3), Some(&[])).expect("found"), [0; 0]);
    }

    #[test]
    fn a_missing_column_lists_those_there_are() {
        let error = |count| find(&fields(count), Some(&["x".to_owned()])).expect_err("missing");
        let line = r#"expected a column "x", got the columns "0", "1""#;
        assert_eq!(error(2).to_string(), line);
        assert!(error(1000).to_string().ends_with(r#", "11", and 988 more"#));
        assert!(error(0).to_string().ends_with("got the columns none"));
    }
}
