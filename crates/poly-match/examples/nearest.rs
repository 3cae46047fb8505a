//! The two nearest stations of each point within a distance, by their centres.

use std::num::NonZeroUsize;

use poly_match::{Best, Builder, Error, Rule, Within};

fn main() -> Result<(), Error> {
    let stations = [[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]];
    let rule = Rule { best: &[Best::Nearest], ..Rule::from(Within::new(6.0)?) };
    let matcher = Builder::new(rule).centers(&stations)?;

    let two = NonZeroUsize::new(2).expect("it is not zero");
    let points = [[1.0, 1.0], [40.0, 0.0]];
    let found = matcher.match_k(&points, two)?;
    for (point, stations) in points.iter().zip(found.iter()) {
        let stations: Vec<_> = stations.map(|found| (found.index, found.distance)).collect();
        println!("{point:?}: {stations:?}");
    }
    Ok(())
}
