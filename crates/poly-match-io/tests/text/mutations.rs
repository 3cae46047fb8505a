//! Texts that were changed at random: they are read or refused, without a panic and without a hang.

use std::fmt::Write as _;

use poly_match_io::{Codec, Format, WriteOptions, Writer};

use crate::read;

const CASES: u64 = 10_000;

/// A generator of random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("it is below")
    }
}

/// Changes a text: bytes are replaced, left out, doubled or moved, and the end is cut off.
fn changed(text: &[u8], random: &mut Random) -> Vec<u8> {
    const BYTES: &[u8] = b"\"\\{}[],:\n\r\t \x1e\x000-.eE\xff\xc3tN";
    let mut text = text.to_vec();
    for _ in 0..=random.below(4) {
        if text.is_empty() {
            break;
        }
        let at = random.below(text.len());
        match random.below(6) {
            0 => text[at] = BYTES[random.below(BYTES.len())],
            1 => text[at] = u8::try_from(random.below(256)).expect("a byte"),
            2 => drop(text.remove(at)),
            3 => text.insert(at, BYTES[random.below(BYTES.len())]),
            4 => {
                let piece = text[at..].iter().take(random.below(40)).copied().collect::<Vec<_>>();
                let to = random.below(text.len());
                text.splice(to..to, piece);
            }
            _ => text.truncate(at.max(1)),
        }
    }
    text
}

/// Reads changed texts, and returns how many were sound and how many were refused.
fn count(name: &str, text: &[u8]) -> [usize; 2] {
    let mut counts = [0, 0];
    for seed in 0..CASES {
        let text = changed(text, &mut Random(seed << 20));
        match read(name, text) {
            Ok((schema, batches)) => {
                counts[0] += 1;
                assert!(batches.iter().all(|batch| batch.schema() == schema));
            }
            Err(error) => {
                counts[1] += 1;
                let line = error.to_string();
                assert!(line.starts_with(name) && !line.contains('\n'), "{seed}: {line}");
            }
        }
    }
    counts
}

fn table() -> String {
    let mut text = "id,name,x,y\r\n".to_owned();
    for i in 0..30 {
        write!(text, "{i:05},\"a \"\"b\"\"\n{i}\",{}.5,-{i}\r\n", i * 3).expect("in memory");
    }
    text
}

fn lines() -> String {
    let ring = "[[0,0],[1,0,5],[1.5,1],[0,0]]";
    let geometry = format!(r#"{{"type":"MultiPolygon","coordinates":[[{ring}],[{ring}]]}}"#);
    let feature = |i: i32| {
        format!(
            r#"{{"type":"Feature","id":{i},"geometry":{geometry},"properties":{{"a":"x\n","b":{i}.5,"c":[{i}],"d":NaN}}}}"#
        )
    };
    (0..8).map(feature).collect::<Vec<_>>().join("\n")
}

#[test]
fn changed_tables_are_read_or_refused() {
    let [sound, refused] = count("a.csv", table().as_bytes());
    assert!(sound > 1000 && refused > 1000, "{sound} {refused}");
}

#[test]
fn changed_features_are_read_or_refused() {
    let lines = lines();
    let collection = format!(
        r#"{{"bbox":[1],"features":[{}],"type":"FeatureCollection"}}"#,
        lines.replace('\n', ",")
    );
    let records = format!("\x1e{}", lines.replace('\n', "\n\x1e"));
    for (name, text) in
        [("a.geojson", &collection), ("a.geojsonl", &lines), ("a.geojsons", &records)]
    {
        let [sound, refused] = count(name, text.as_bytes());
        assert!(sound > 300 && refused > 300, "{name}: {sound} {refused}");
    }
}

#[test]
fn changed_compressed_files_are_read_or_refused() {
    let (schema, batches) = read("a.csv", table()).expect("sound");
    for (name, codec) in [("a.csv.gz", Codec::Gzip), ("a.csv.zst", Codec::Zstd)] {
        let mut bytes = Vec::new();
        let mut options = WriteOptions::default();
        options.codec = Some(codec);
        let mut writer =
            Writer::new(&mut bytes, Format::Csv, &schema, &options).expect("it can be written");
        batches.iter().for_each(|batch| writer.write(batch).expect("written"));
        writer.finish().expect("finished");
        assert_eq!(read(name, bytes.clone()).expect("sound"), (schema.clone(), batches.clone()));
        let [_, refused] = count(name, &bytes);
        assert!(refused > 5000, "{name}: {refused}");
    }
}

#[test]
fn garbage_is_refused_or_read() {
    for (name, most) in [("a.csv", 3000), ("a.tsv", 3000), ("a.geojson", 300), ("a.geojsonl", 300)]
    {
        for seed in 0..500 {
            let mut random = Random(seed << 32);
            let garbage: Vec<_> = (0..random.below(most))
                .map(|_| u8::try_from(random.below(256)).expect("a byte"))
                .collect();
            let _ = read(name, garbage);
        }
    }
}
