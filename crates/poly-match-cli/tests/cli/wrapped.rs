//! Features that are not where GeoJSON has them: inside another document, or in lines.

use crate::bench::Bench;

const LINE: &str = "match points.csv z.json --near covers --fields n -q";
const MATCHES: &str =
    "name,x,y,polygon,n,distance\na,1,1,0,A,0.0\nb,8,5,,,\nc,50,50,,,\nd,3,3,,,\n";

fn feature(name: &str) -> String {
    format!(
        r#"{{"properties":{{"n":"{name}"}},"geometry":{{"type":"Polygon","coordinates":
        [[[0,0],[2,0],[2,2],[0,2],[0,0]]]}},"type":"Feature"}}"#
    )
    .replace('\n', "")
}

fn collection(name: &str) -> String {
    format!(r#"{{"features":[{}],"type":"FeatureCollection"}}"#, feature(name))
}

#[test]
fn a_collection_inside_another_document() {
    let bench = Bench::new();
    let one = collection("A");
    for document in [
        format!(r#"{{"last_updated":1,"data":{{"geofencing_zones":{one},"rules":[[1]]}}}}"#),
        format!(r#"{{"a":{{"features":3,"type":"x"}},"b}}":[null,"]",{one}],"type":"Report"}}"#),
        format!("[{one}]"),
        format!("[{}]", feature("A")),
        format!(r#"{{"zones":[{}]}}"#, feature("A")),
    ] {
        bench.write("z.json", &document);
        assert_eq!(bench.run(LINE).ok(), MATCHES, "{document}");
        // From a pipe, too, which is read twice.
        let piped = bench.shell(&format!("cat z.json | $program {}", LINE.replace("z.json", "-")));
        assert_eq!(piped.ok(), MATCHES, "{document}");
    }
}

#[test]
fn several_collections_are_named_with_a_way_to_one() {
    let bench = Bench::new();
    let (a, b) = (collection("A"), collection("B"));
    bench.write("z.json", format!(r#"{{"data":{{"no parking":{a},"slow":{b}}}}}"#));
    bench.run(LINE).fails(
        "z.json: expected one collection of features, got 2 in the document: .data.[\"no \
         parking\"].features, .data.slow.features; take one out: jq '{type: \"FeatureCollection\", \
         features: .data.[\"no parking\"].features}' FILE > zones.geojson",
    );
}

#[test]
fn a_broken_document_keeps_its_error() {
    let bench = Bench::new();
    let one = collection("A");
    for (document, cause) in [
        (format!(r#"{{"data":{one}"#), "the file ends within a GeoJSON object"),
        (format!(r#"{{"data":{one}}}]"#), "trailing characters"),
        ("{\"data\":{}}".to_owned(), "expected GeoJSON with a \"type\""),
        (format!(r#"{{"data":{}}}"#, one.replace("[2,2]", "[2,]")), "expected value"),
        (format!(r#"{{"data":{}}}"#, one.replace("[2,2]", "[2]")), "features[0]: "),
    ] {
        bench.write("z.json", &document);
        let ran = bench.run(LINE);
        assert!(ran.stderr.contains(cause), "{document}: {}", ran.stderr);
        assert_eq!(ran.status, Some(1));
    }
}

#[test]
fn features_in_lines_whatever_the_format_is_called() {
    let bench = Bench::new();
    // The first feature is longer than what is looked at to find the format.
    let long = feature("A").replace("\"A\"", &format!("\"A\",\"text\":\"{}\"", "x".repeat(9000)));
    for text in [
        format!("{}\n{}\n", feature("A"), feature("B")),
        format!("\x1e{}\n\x1e{}\n", feature("A"), feature("B")),
        format!("{long}\n{}", feature("B")),
    ] {
        bench.write("z.json", &text);
        for option in ["", " --polygons-format geojson", " --polygons-format geojsonl"] {
            assert_eq!(bench.run(&format!("{LINE}{option}")).ok(), MATCHES, "{option}");
        }
    }
}
