//! Polygons and points of `geo-types`: `cargo run --example geo_types`.

use geo_types::{Point, polygon};
use poly_match::{Builder, Error, Near};
use poly_match_geo::{point_of, shapes_of};

fn main() -> Result<(), Error> {
    let districts = [
        polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0)],
        polygon![(x: 4.0, y: 0.0), (x: 8.0, y: 0.0), (x: 8.0, y: 4.0)],
    ];
    let matcher = Builder::new(Near::Covers).shapes(&shapes_of(&districts)?)?;
    for shop in [Point::new(1.0, 1.0), Point::new(7.0, 1.0), Point::new(9.0, 9.0)] {
        let found = point_of(&shop).map_or(Ok(None), |shop| matcher.find(shop))?;
        println!("{shop:?} is in district {:?}", found.map(|found| found.index));
    }
    Ok(())
}
