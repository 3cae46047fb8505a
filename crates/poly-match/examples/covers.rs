//! In which district is each shop, and which district wins where they overlap?

use poly_match::{Best, Builder, Error, Near, Polygon, Rule, Shapes};

fn main() -> Result<(), Error> {
    let square = |x: f64, side: f64| {
        Polygon::new(vec![x, x + side, x + side, x], vec![0.0, 0.0, side, side])
    };
    let names = ["city", "old town"];
    let districts: Shapes = [square(0.0, 10.0)?, square(2.0, 3.0)?].iter().collect();

    // The smallest district that covers a shop. `Best::First` would take the first one.
    let rule = Rule { best: &[Best::Smallest], ..Rule::from(Near::Covers) };
    let matcher = Builder::new(rule).shapes(&districts)?;

    let shops = [[3.0, 1.0], [9.0, 9.0], [12.0, 1.0]];
    for (shop, found) in shops.iter().zip(matcher.match_points(&shops)?) {
        match found {
            Some(found) => println!("{shop:?} is in the {}", names[found.index]),
            None => println!("{shop:?} is in no district"),
        }
    }
    Ok(())
}
