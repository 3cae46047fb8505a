use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::*;
use arrow_schema::{DataType, Field};

use super::*;

fn column(array: impl Array + 'static, extension: &str, is_untyped: bool) -> Column {
    let mut field = Field::new("label", array.data_type().clone(), true);
    if !extension.is_empty() {
        let metadata = [("ARROW:extension:name".to_owned(), extension.to_owned())];
        field = field.with_metadata(metadata.into());
    }
    Column::new(Arc::new(field), Arc::new(array), is_untyped)
}

fn csv(cells: &[&str]) -> Column {
    column(StringArray::from(cells.to_vec()), "", true)
}

fn text(cells: &[&str]) -> Column {
    column(StringArray::from(cells.to_vec()), "", false)
}

fn json(cells: &[Option<&str>]) -> Column {
    column(StringArray::from(cells.to_vec()), "arrow.json", false)
}

fn integers(values: &[Option<i64>]) -> Column {
    column(Int64Array::from(values.to_vec()), "", false)
}

fn floats(values: &[f64]) -> Column {
    column(Float64Array::from(values.to_vec()), "", false)
}

fn read(polygons: &Column) -> (Labels, Vec<u32>) {
    Labels::of_polygons(polygons, &vec![false; polygons.array().len()]).expect("labels")
}

/// The groups of the points, and of the polygons.
fn groups(points: &Column, polygons: &Column) -> (Vec<u32>, Vec<u32>) {
    let (mut labels, groups) = read(polygons);
    (labels.of_points(points).expect("labels"), groups)
}

fn of_points(points: &Column, polygons: &Column) -> Vec<u32> {
    groups(points, polygons).0
}

#[test]
fn equal_texts_are_one_group_and_missing_labels_are_none() {
    let (points, polygons) =
        groups(&csv(&["a", "", "c", "b", " "]), &csv(&["b", "a", "", "b", " "]));
    assert_eq!(polygons, [0, 1, 2, 0, 2]);
    assert_eq!(points, [1, NOWHERE, NOWHERE, 0, NOWHERE]);
    // There is no group for polygons without a label if all have one.
    assert_eq!(groups(&csv(&["b"]), &csv(&["b", "a"])), (vec![0], vec![0, 1]));
}

#[test]
fn rows_that_are_skipped_are_not_looked_at() {
    let (mut labels, polygons) =
        Labels::of_polygons(&csv(&["roof", "2", "2.0"]), &[true, false, false]).expect("labels");
    assert_eq!(polygons, [1, 0, 0]);
    assert_eq!(labels.of_points(&csv(&["2.00", "roof"])).expect("labels"), [0, NOWHERE]);
}

#[test]
fn numbers_are_compared_where_the_polygons_have_nothing_else() {
    let twos = csv(&["2", "2.0", "", "2e0", "3", "NaN"]);
    let (points, polygons) = groups(&csv(&["2.00", "3", "4", " 3 ", "-2", "NaN"]), &twos);
    assert_eq!(polygons, [0, 0, 2, 0, 1, 2]);
    assert_eq!(points, [0, 1, NOWHERE, 1, NOWHERE, NOWHERE]);
    let points = json(&[Some("2.0"), Some("null"), None, Some("3"), Some(" 2e0 ")]);
    assert_eq!(of_points(&points, &twos), [0, NOWHERE, NOWHERE, 1, 0]);
    assert_eq!(of_points(&integers(&[Some(3), None, Some(2)]), &twos), [1, NOWHERE, 0]);
    assert_eq!(of_points(&floats(&[3.0, 2.5, f64::NAN]), &twos), [1, NOWHERE, NOWHERE]);
    let decimals = Decimal128Array::from(vec![300, 250]).with_precision_and_scale(5, 2);
    assert_eq!(of_points(&column(decimals.expect("few"), "", false), &twos), [1, NOWHERE]);
    // Another label of the points changes nothing: numbers are compared as numbers.
    assert_eq!(of_points(&csv(&["roof", "2.00", "02"]), &twos), [NOWHERE, 0, NOWHERE]);
}

#[test]
fn one_label_of_the_polygons_that_is_no_number_makes_all_text() {
    for others in [["02", "2"], ["roof", "2"]] {
        assert_eq!(of_points(&csv(&["2.0", "2"]), &csv(&others)), [NOWHERE, 1]);
    }
    let points = csv(&["2.0", "2", "true"]);
    let polygons = json(&[Some(r#""2""#), Some("2"), Some("true")]);
    assert_eq!(groups(&points, &polygons), (vec![NOWHERE, 0, 1], vec![0, 0, 1]));
    assert_eq!(of_points(&points, &text(&["2", "2.0"])), [1, 0, NOWHERE]);
}

#[test]
fn a_text_with_a_type_is_no_number() {
    let polygons = csv(&["2.0", "3"]);
    for points in [text(&["2", "2.0", "3"]), json(&[Some(r#""2""#), Some(r#""2.0""#), Some("3")])] {
        assert_eq!(of_points(&points, &polygons), [NOWHERE, 0, 1]);
    }
    assert_eq!(of_points(&text(&["2", "2.0"]), &floats(&[2.0])), [NOWHERE, 0]);
}

#[test]
fn large_integers_are_told_apart() {
    let big = csv(&["9007199254740993", "9007199254740992", "9007199254740993.0"]);
    assert_eq!(groups(&big, &big), (vec![0, 1, 0], vec![0, 1, 0]));
    let points = integers(&[Some(9_007_199_254_740_992), Some(9_007_199_254_740_993)]);
    assert_eq!(of_points(&points, &big), [1, 0]);
    let points = column(UInt64Array::from(vec![u64::MAX, 1]), "", false);
    assert_eq!(of_points(&points, &csv(&["18446744073709551615.0"])), [0, NOWHERE]);
}

#[test]
fn infinities_are_numbers_of_a_type() {
    let polygons = floats(&[f64::INFINITY, f64::NEG_INFINITY, 1.0, f64::NAN]);
    let (points, groups) = groups(&floats(&[1.0, f64::NEG_INFINITY, f64::INFINITY]), &polygons);
    assert_eq!((points, groups), (vec![2, 1, 0], vec![0, 1, 2, 3]));
    assert_eq!(of_points(&csv(&["1", "inf"]), &polygons), [2, 0]);
}

#[test]
fn strings_of_json_are_compared_by_their_content() {
    let points =
        json(&[Some(r#""a\"b""#), Some("\"\u{e4}\""), Some(r#""\u00e4""#), Some(r#"" ""#)]);
    assert_eq!(of_points(&points, &csv(&["a\"b", "\u{e4}"])), [0, 1, 1, NOWHERE]);
    let polygons = json(&[Some("[1, 2]"), Some("true")]);
    assert_eq!(of_points(&csv(&["true", "[1, 2]"]), &polygons), [1, 0]);
}

#[test]
fn values_of_a_dictionary_are_labels() {
    let dictionary =
        DictionaryArray::<Int8Type>::from_iter([Some("b"), None, Some("a"), Some("b")]);
    let words = column(dictionary, "", false);
    assert_eq!(of_points(&words, &text(&["a", "b"])), [1, NOWHERE, 0, 1]);
    assert_eq!(groups(&words, &words), (vec![0, NOWHERE, 1, 0], vec![0, 2, 1, 0]));
    // Numbers in a dictionary stay numbers; and one of which a batch has few rows is no larger.
    let keys = Int8Array::from(vec![Some(2), None]);
    let values = Arc::new(Int64Array::from(vec![5, 6, 7]));
    let dictionary = DictionaryArray::new(keys, values);
    assert_eq!(of_points(&column(dictionary, "", false), &csv(&["7.0"])), [0, NOWHERE]);
    let nothing: DictionaryArray<Int8Type> = DictionaryArray::from_iter([None::<&str>, None]);
    assert_eq!(of_points(&column(nothing, "", false), &csv(&["7"])), [NOWHERE; 2]);
}

#[test]
fn batches_are_one_column() {
    let (mut labels, _) = read(&csv(&["2", "3"]));
    for cells in [&["2.50", "2.0"][..], &["3", "2.50", "2.0"], &[]] {
        let expected = cells.iter().map(|cell| match *cell {
            "2.0" => 0,
            "3" => 1,
            _ => NOWHERE,
        });
        let got = labels.of_points(&csv(cells)).expect("labels");
        assert_eq!(got, expected.collect::<Vec<u32>>());
    }
    assert_eq!(labels.spellings.len(), 1, "2.50 is read once, and 2.0 needs no memory");
}

#[test]
fn a_mismatch_shows_a_label_of_each() {
    let of = |points: &[&[&str]], polygons: &[&str]| {
        let (mut labels, _) = read(&csv(polygons));
        for cells in points {
            labels.of_points(&csv(cells)).expect("labels");
        }
        labels.mismatch()
    };
    let shown = of(&[&["", "G"], &["H"]], &["", "ground"]).expect("apart");
    assert!(shown.ends_with(r#"labels such as "G", the polygons such as "ground""#), "{shown}");
    assert_eq!(of(&[&["", ""]], &["a"]).as_deref(), Some("no point has a label"));
    assert_eq!(of(&[&["a"]], &[""]).as_deref(), Some("no polygon has a label"));
    assert_eq!(of(&[&[]], &["a"]), None);
    assert_eq!(of(&[&["b"], &["a"], &["b"]], &["a"]), None);
}

#[test]
fn a_list_of_labels_is_the_same_again() {
    for (polygons, points) in [
        (csv(&["2", "2.0", "", "3e0"]), csv(&["2.00", "3", "x", ""])),
        (text(&["b", "2", ""]), csv(&["2", "2.0", "b", ""])),
        (column(BooleanArray::from(vec![true, false]), "", false), csv(&["false", "1", "true"])),
        (json(&[Some("2"), Some(r#""a""#)]), json(&[Some(r#""2""#), Some("2"), Some(r#""a""#)])),
    ] {
        let (mut labels, _) = read(&polygons);
        let mut again = Labels::of_list(labels.list().to_vec()).expect("different");
        assert_eq!(again.list(), labels.list());
        let expected = labels.of_points(&points).expect("labels");
        assert_eq!(again.of_points(&points).expect("labels"), expected);
        assert!(expected.iter().any(|&group| group != NOWHERE));
    }
    let twice = |a, b| Labels::of_list(vec![a, b]).expect_err("twice");
    assert_eq!(twice(Label::Number("2".into()), Label::Number("2.0".into())), "2.0");
    assert_eq!(twice(Label::Number("2".into()), Label::Text("2".into())), "2");
    assert_eq!(twice(Label::Boolean(true), Label::Text("true".into())), "true");
    assert!(Labels::of_list(Vec::new()).expect("none").by_number.is_none());
}

#[test]
fn a_type_without_text_is_refused() {
    let entries =
        vec![Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Utf8, true)];
    let entries = Field::new_struct("entries", entries, false);
    let map = DataType::Map(Arc::new(entries), false);
    let error = Labels::of_polygons(&column(new_empty_array(&map), "", false), &[]);
    assert!(error.expect_err("no text").to_string().contains("label"));
}
